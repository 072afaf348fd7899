//! `GET /admin/stores`

use actix_web::{HttpResponse, get};

use crate::dto::{AdminStorePage, AdminStoreQuery, AdminStoreWish};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// The stores of all accounts: when nothing else is asked for, all that are not deleted, newest first. An operator looks;
/// only a store's owner acts on it.
#[utoipa::path(
    operation_id = "list_all_stores",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(AdminStoreQuery),
    responses(
        (status = 200, description = "One page", body = AdminStorePage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/stores")]
pub async fn stores(
    state: StateData,
    asked: Operator<AdminScope, Query<AdminStoreWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(AdminStoreWish { filter, paging }) = &asked.rest;
    let (sort, cursor) = (paging.sort, paging.cursor.as_ref());
    let page =
        souk_app::admin::stores(&state.app, &asked.principal, filter, sort, cursor, paging.limit).await?;
    Ok(HttpResponse::Ok().json(AdminStorePage::new(&page, state.app.addresses())))
}
