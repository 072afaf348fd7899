//! `POST /admin/users/{id}/suspend`

use actix_web::{HttpResponse, post};
use souk_domain::id::UserId;

use crate::dto::{AdminUserBody, SuspendBody};
use crate::extract::{AdminScope, Body, Id, Operator, StateData};
use crate::problem::Problem;

/// Keeps a user out from this moment on: tokens of before are refused, streams end. Their stores go on. A user who is
/// suspended already stays so.
#[utoipa::path(
    operation_id = "suspend_user",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The user", example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")),
    request_body = SuspendBody,
    responses(
        (status = 200, description = "The user as they are now", body = AdminUserBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "user.not_found", "user.is_you"]))),
)]
#[post("/admin/users/{id}/suspend")]
pub async fn suspend(
    state: StateData,
    asked: Operator<AdminScope, (Id<UserId>, Body<SuspendBody>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), Body(body)) = asked.rest;
    let user =
        souk_app::admin::suspend(&state.app, &asked.principal, &asked.caller, id, &body.reason).await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::new(user, state.app.limits())))
}
