//! `DELETE /stores/{id}`

use actix_web::{HttpResponse, delete};
use souk_domain::id::StoreId;

use super::{accepted, once, respond};
use crate::dto::AcceptedBody;
use crate::extract::{Authorized, Id, Idempotency, IfMatch, StateData, StoresWrite};
use crate::problem::Problem;

/// Removes a store with all its data, whatever is at work on it. Asked again while it is being
/// removed, it answers with the same operation.
#[utoipa::path(
    operation_id = "delete_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        ("If-Match" = Option<String>, Header, description = "Only if its ETag is still this"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: sent again within 24 hours, the request is answered as before and done once", min_length = 1, max_length = 255, pattern = "^[!-~]+$"),
    ),
    responses(
        (status = 202, description = "Accepted", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
    ),
    extensions(("x-problems" = json!(["store.not_owner", "store.not_found", "idempotency.at_work", "store.version_mismatch", "idempotency.key_reused", "request.invalid"]))),
)]
#[delete("/stores/{id}")]
pub async fn delete(
    state: StateData,
    asked: Authorized<StoresWrite, (Id<StoreId>, IfMatch, Idempotency)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), IfMatch(precondition), idempotency) = asked.rest;
    let answer = |done: &_| accepted(done, state.app.addresses());
    let once = once(idempotency, &[], &answer);
    let done =
        souk_app::stores::delete(&state.app, &asked.principal, &asked.caller, id, &precondition, &once)
            .await?;
    Ok(respond(done))
}
