//! `GET /admin/users/{id}`

use actix_web::{HttpResponse, get};
use souk_domain::id::UserId;

use crate::dto::AdminUserBody;
use crate::extract::{AdminScope, Id, Operator, StateData};
use crate::problem::Problem;

/// One user with their account.
#[utoipa::path(
    operation_id = "get_user",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The user", example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The user", body = AdminUserBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "user.not_found"]))),
)]
#[get("/admin/users/{id}")]
pub async fn user(
    state: StateData,
    asked: Operator<AdminScope, Id<UserId>>,
) -> Result<HttpResponse, Problem> {
    let user = souk_app::admin::user(&state.app, &asked.principal, asked.rest.0).await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::new(user, state.app.limits())))
}
