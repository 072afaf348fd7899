//! `GET /admin/operations`

use actix_web::{HttpResponse, get};

use crate::dto::{AdminOperationPage, AdminOperationQuery, AdminOperationWish};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// The operations of all accounts, newest first when nothing else is asked for: where each stands, who works on it, and why
/// it waits. `/operations/{id}` says all of one.
#[utoipa::path(
    operation_id = "list_operations",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(AdminOperationQuery),
    responses(
        (status = 200, description = "One page", body = AdminOperationPage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/operations")]
pub async fn operations(
    state: StateData,
    asked: Operator<AdminScope, Query<AdminOperationWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(AdminOperationWish { filter, paging }) = &asked.rest;
    let (sort, cursor) = (paging.sort, paging.cursor.as_ref());
    let page =
        souk_app::admin::operations(&state.app, &asked.principal, filter, sort, cursor, paging.limit).await?;
    Ok(HttpResponse::Ok().json(AdminOperationPage::from(page)))
}
