//! `PATCH /stores/{id}`

use actix_web::http::header;
use actix_web::{HttpResponse, patch};
use souk_app::stores::{Edit, Edited};
use souk_domain::id::StoreId;

use crate::dto::{AcceptedBody, EditStoreBody, StoreBody};
use crate::extract::{Authorized, Body, Id, IfMatch, StateData, StoresWrite, etag};
use crate::problem::Problem;

/// Changes the title, which is how Souk calls the store, or the plan, which is its size. A ready store is brought to its
/// plan's size by an operation, during which it is away for some seconds; its data stays. For any other store the plan
/// counts from the next attempt on. What is absent stays.
#[utoipa::path(
    operation_id = "edit_store",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        ("If-Match" = Option<String>, Header, description = "Only if the store has this `ETag`"),
    ),
    request_body = EditStoreBody,
    responses(
        (status = 200, description = "It is so now", body = StoreBody, headers(("ETag" = String))),
        (status = 202, description = "The store is brought to its plan's size", body = AcceptedBody,
         headers(("Location" = String, description = "The operation to watch"), ("ETag" = String))),
    ),
    extensions(("x-problems" = json!(["store.not_found", "store.not_owner", "store.plan_too_large", "store.word_refused", "store.conflict", "store.operation_in_progress", "store.version_mismatch"]))),
)]
#[patch("/stores/{id}")]
pub async fn edit(
    state: StateData,
    asked: Authorized<StoresWrite, (Id<StoreId>, IfMatch, Body<Edit>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), IfMatch(precondition), Body(wanted)) = asked.rest;
    let addresses = state.app.addresses();
    let edited =
        souk_app::stores::edit(&state.app, &asked.principal, &asked.caller, id, &wanted, &precondition)
            .await?;
    Ok(match edited {
        Edited::Done(store) => HttpResponse::Ok()
            .insert_header((header::ETAG, etag(store.version)))
            .json(StoreBody::new(&store, addresses)),
        Edited::Resizing(accepted) => HttpResponse::Accepted()
            .insert_header((header::ETAG, etag(accepted.store.version)))
            .insert_header((header::LOCATION, super::operation_address(&accepted.operation)))
            .json(AcceptedBody::new(&accepted, addresses)),
    })
}
