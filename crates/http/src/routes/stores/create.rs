//! `POST /stores`

use actix_web::{HttpRequest, HttpResponse, post};
use souk_app::stores::NewStore;

use super::{accepted, once, respond};
use crate::dto::{AcceptedBody, CreateStoreBody};
use crate::extract::{Authorized, BodyAndBytes, Idempotency, StateData, StoresWrite};
use crate::problem::{Problem, ProblemBody};

/// Asks for a store. Watch the operation, or the store's events, until it is `ready`.
#[utoipa::path(
    operation_id = "create_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: sent again within 24 hours, the request is answered as before and done once", min_length = 1, max_length = 255),
    ),
    request_body = CreateStoreBody,
    responses(
        (status = 202, description = "Accepted", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
        (status = 409, description = "`store.name_taken`, `idempotency.at_work`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`request.invalid`, `store.theme_missing`, `store.word_refused`, `idempotency.key_reused`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`store.limit`, `store.cooldown`, `request.rate_limited`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`provisioning.queue_full`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/stores")]
pub async fn create(
    state: StateData,
    req: HttpRequest,
    asked: Authorized<StoresWrite, (BodyAndBytes<NewStore>, Idempotency)>,
) -> Result<HttpResponse, Problem> {
    state.rates.create.check(&asked.principal.user_id, &req)?;
    let (BodyAndBytes(new, bytes), idempotency) = asked.rest;
    let answer = |done: &_| accepted(done, state.app.addresses());
    let once = once(idempotency, &bytes, &answer);
    let done = souk_app::stores::create(&state.app, &asked.principal, &asked.caller, new, &once).await?;
    Ok(respond(done))
}
