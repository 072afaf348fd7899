//! `POST /stores`

use actix_web::{HttpResponse, post};

use super::accepted;
use crate::dto::{AcceptedBody, CreateStoreBody};
use crate::extract::{Authorized, Body, StateData};
use crate::problem::{Problem, ProblemBody};

/// Asks for a store. Watch the operation, or the store's events, until it is `ready`.
#[utoipa::path(
    operation_id = "create_store",
    tag = "stores",
    security(("bearer" = [])),
    request_body = CreateStoreBody,
    responses(
        (status = 202, description = "Accepted", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
        (status = 409, description = "`store.name_taken`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`request.invalid`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`store.limit`, `store.cooldown`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`provisioning.queue_full`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/stores")]
pub async fn create(
    state: StateData,
    asked: Authorized<Body<CreateStoreBody>>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = asked.rest;
    let done = souk_app::stores::create(&state.app, &asked.principal, &asked.caller, body.into()).await?;
    Ok(accepted(done, state.app.addresses()))
}
