//! `GET /stores/{id}`

use actix_web::http::header;
use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::StoreDetailsBody;
use crate::extract::{Authorized, Id, StateData, StoresRead, etag};
use crate::problem::Problem;

/// One store with its newest operation. A deleted one can still be looked at by its owner.
#[utoipa::path(
    operation_id = "get_store",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The store", body = StoreDetailsBody, headers(("ETag" = String, description = "Its version"))),
    ),
    extensions(("x-problems" = json!(["store.not_found"]))),
)]
#[get("/stores/{id}")]
pub async fn get(
    state: StateData,
    asked: Authorized<StoresRead, Id<StoreId>>,
) -> Result<HttpResponse, Problem> {
    let details = souk_app::stores::get(&state.app, &asked.principal, asked.rest.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(details.store.version)))
        .json(StoreDetailsBody::new(details, state.app.addresses())))
}
