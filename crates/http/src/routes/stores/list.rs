//! `GET /stores`

use actix_web::{HttpResponse, get};

use crate::dto::{StorePage, StoreQuery};
use crate::extract::{Authorized, Query, StateData, StoresRead};
use crate::problem::Problem;

/// Your account's stores that are not deleted, newest first.
#[utoipa::path(
    operation_id = "list_stores",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(StoreQuery),
    responses(
        (status = 200, description = "One page", body = StorePage),
    ),
    extensions(("x-problems" = json!(["request.invalid"]))),
)]
#[get("/stores")]
pub async fn list(
    state: StateData,
    asked: Authorized<StoresRead, Query<StoreQuery>>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = asked.rest;
    let page = souk_app::stores::list(&state.app, &asked.principal, query.cursor, query.limit.0).await?;
    Ok(HttpResponse::Ok().json(StorePage::new(&page, state.app.addresses())))
}
