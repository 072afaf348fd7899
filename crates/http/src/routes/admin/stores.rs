//! `GET /admin/stores`

use actix_web::{HttpResponse, get};

use crate::dto::{AdminStorePage, AdminStoreQuery};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// The stores of all accounts that are not deleted, newest first. An operator looks; only a store's owner acts on it.
#[utoipa::path(
    operation_id = "list_all_stores",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(AdminStoreQuery),
    responses(
        (status = 200, description = "One page", body = AdminStorePage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "request.invalid"]))),
)]
#[get("/admin/stores")]
pub async fn stores(
    state: StateData,
    asked: Operator<AdminScope, Query<AdminStoreQuery>>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = asked.rest;
    let page = souk_app::admin::stores(&state.app, &asked.principal, &query.filter(), query.limit.0).await?;
    Ok(HttpResponse::Ok().json(AdminStorePage::new(&page, state.app.addresses())))
}
