//! `POST /admin/users/{id}/restore`

use actix_web::{HttpResponse, post};
use souk_domain::id::UserId;

use crate::dto::{AdminUserBody, RestoreBody};
use crate::extract::{AdminScope, Body, Id, Operator, StateData};
use crate::problem::Problem;

/// Lets a suspended user in again. One who is not suspended stays as they are.
#[utoipa::path(
    operation_id = "restore_user",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The user", example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")),
    request_body = RestoreBody,
    responses(
        (status = 200, description = "The user as they are now", body = AdminUserBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "user.not_found"]))),
)]
#[post("/admin/users/{id}/restore")]
pub async fn restore(
    state: StateData,
    asked: Operator<AdminScope, (Id<UserId>, Body<RestoreBody>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), Body(body)) = asked.rest;
    let reason = body.reason.as_ref();
    let user = souk_app::admin::restore(&state.app, &asked.principal, &asked.caller, id, reason).await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::new(user, state.app.limits())))
}
