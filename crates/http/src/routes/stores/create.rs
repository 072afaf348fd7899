//! `POST /stores`

use actix_web::{HttpRequest, HttpResponse, post};
use souk_app::stores::NewStore;

use super::waited::waited;
use super::{accepted, once, respond};
use crate::dto::{AcceptedBody, CreateStoreBody};
use crate::extract::{Authorized, BodyAndBytes, Idempotency, PreferWait, StateData, StoresWrite};
use crate::problem::Problem;

/// Asks for a store. Watch the operation, or the store's events, until it is `ready`; or ask with `Prefer: wait=25`, and
/// the answer waits until it is.
#[utoipa::path(
    operation_id = "create_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: sent again within 24 hours, the request is answered as before and done once", min_length = 1, max_length = 255, pattern = "^[!-~]+$"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when the store is ready or has failed, or after N seconds, 25 at most", example = "wait=25"),
    ),
    request_body = CreateStoreBody,
    responses(
        (status = 201, description = "Ready, within the time that the client preferred to wait", body = AcceptedBody,
         headers(("Location" = String, description = "The store"), ("ETag" = String), ("Preference-Applied" = String))),
        (status = 202, description = "Accepted; the operation says how far it is", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
    ),
    extensions(("x-problems" = json!(["store.name_taken", "idempotency.at_work", "store.theme_missing", "store.word_refused", "idempotency.key_reused", "store.limit", "store.cooldown", "provisioning.queue_full"]))),
)]
#[post("/stores")]
pub async fn create(
    state: StateData,
    req: HttpRequest,
    asked: Authorized<StoresWrite, (BodyAndBytes<NewStore>, Idempotency, PreferWait)>,
) -> Result<HttpResponse, Problem> {
    state.rates.create.check(&asked.principal.user_id, &req)?;
    let (BodyAndBytes(new, bytes), idempotency, PreferWait(wait)) = asked.rest;
    let answer = |done: &_| accepted(done, state.app.addresses());
    let once = once(idempotency, &bytes, &answer);
    let done = souk_app::stores::create(&state.app, &asked.principal, &asked.caller, new, &once).await?;
    match wait {
        Some(limit) => waited(&state, &asked.principal, done, limit).await,
        None => Ok(respond(done)),
    }
}
