//! `POST /stores/{id}/rebuild`

use actix_web::{HttpResponse, post};
use souk_domain::id::StoreId;

use super::{accepted, once, respond};
use crate::dto::{AcceptedBody, RebuildStoreBody};
use crate::extract::{Authorized, BodyAndBytes, Id, Idempotency, IfMatch, StateData, StoresWrite};
use crate::problem::{Problem, ProblemBody};

/// Makes a store whose data is lost anew: an empty shop at the same address, with new passwords. Souk never
/// does this by itself.
#[utoipa::path(
    operation_id = "rebuild_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        ("If-Match" = Option<String>, Header, description = "Only if its ETag is still this"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: sent again within 24 hours, the request is answered as before and done once", min_length = 1, max_length = 255),
    ),
    request_body = RebuildStoreBody,
    responses(
        (status = 202, description = "Accepted", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
        (status = 403, description = "`store.not_owner`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`store.not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`store.data_not_lost`, with the current state; `idempotency.at_work`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`store.version_mismatch`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`store.name_mismatch`: the name typed is not the store's; `idempotency.key_reused`; `request.invalid`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`provisioning.queue_full`", body = ProblemBody, content_type = "application/problem+json"),
    )
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
