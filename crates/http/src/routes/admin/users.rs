//! `GET /admin/users`

use actix_web::{HttpResponse, get};

use crate::dto::{AdminUserPage, AdminUserQuery, AdminUserWish};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// The users of this Souk with their accounts, newest first when nothing else is asked for.
#[utoipa::path(
    operation_id = "list_users",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(AdminUserQuery),
    responses(
        (status = 200, description = "One page", body = AdminUserPage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/users")]
pub async fn users(
    state: StateData,
    asked: Operator<AdminScope, Query<AdminUserWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(AdminUserWish { filter, paging }) = &asked.rest;
    let (sort, cursor) = (paging.sort, paging.cursor.as_ref());
    let page =
        souk_app::admin::users(&state.app, &asked.principal, filter, sort, cursor, paging.limit).await?;
    Ok(HttpResponse::Ok().json(AdminUserPage::new(page, state.app.limits())))
}
