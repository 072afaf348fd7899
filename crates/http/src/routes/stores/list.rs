//! `GET /stores`

use actix_web::{HttpResponse, get};

use crate::dto::{StorePage, StoreQuery, StoreWish};
use crate::extract::{Authorized, Query, StateData, StoresRead};
use crate::problem::Problem;

/// Your account's stores: when nothing else is asked for, all that are not deleted, newest first. How many there are is
/// said by `/account/quota`.
#[utoipa::path(
    operation_id = "list_stores",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(StoreQuery),
    responses(
        (status = 200, description = "One page", body = StorePage),
    ),
)]
#[get("/stores")]
pub async fn list(
    state: StateData,
    asked: Authorized<StoresRead, Query<StoreWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(StoreWish { filter, paging }) = asked.rest;
    let (sort, cursor) = (paging.sort, paging.cursor.as_ref());
    let page =
        souk_app::stores::list(&state.app, &asked.principal, filter, sort, cursor, paging.limit).await?;
    Ok(HttpResponse::Ok().json(StorePage::new(&page, state.app.addresses())))
}
