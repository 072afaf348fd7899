//! `POST /stores/{id}/rebuild`

use actix_web::{HttpResponse, post};
use souk_domain::id::StoreId;

use super::{accepted, once, respond};
use crate::dto::{AcceptedBody, RebuildStoreBody};
use crate::extract::{Authorized, BodyAndBytes, Id, Idempotency, IfMatch, StateData, StoresWrite};
use crate::problem::Problem;

/// Makes a store whose data is lost anew: an empty shop at the same address, with new passwords. Souk never
/// does this by itself.
#[utoipa::path(
    operation_id = "rebuild_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        ("If-Match" = Option<String>, Header, description = "Only if its ETag is still this"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: sent again within 24 hours, the request is answered as before and done once", min_length = 1, max_length = 255, pattern = "^[!-~]+$"),
    ),
    request_body = RebuildStoreBody,
    responses(
        (status = 202, description = "Accepted", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
    ),
    extensions(("x-problems" = json!(["store.not_owner", "store.not_found", "store.data_not_lost", "idempotency.at_work", "store.version_mismatch", "store.name_mismatch", "idempotency.key_reused", "provisioning.queue_full"]))),
)]
#[post("/stores/{id}/rebuild")]
pub async fn rebuild(
    state: StateData,
    asked: Authorized<StoresWrite, (Id<StoreId>, IfMatch, BodyAndBytes<RebuildStoreBody>, Idempotency)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), IfMatch(precondition), BodyAndBytes(body, bytes), idempotency) = asked.rest;
    let (who, caller) = (&asked.principal, &asked.caller);
    let answer = |done: &_| accepted(done, state.app.addresses());
    let once = once(idempotency, &bytes, &answer);
    let done =
        souk_app::stores::rebuild(&state.app, who, caller, id, &precondition, &body.name, &once).await?;
    Ok(respond(done))
}
