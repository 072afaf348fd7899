//! `GET /admin/users/{id}`

use actix_web::{HttpResponse, get};
use souk_domain::id::UserId;

use crate::dto::AdminUserBody;
use crate::extract::{AdminScope, Id, Operator, StateData};
use crate::problem::{Problem, ProblemBody};

/// One user with their account.
#[utoipa::path(
    operation_id = "get_user",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The user", example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The user", body = AdminUserBody),
        (status = 403, description = "`auth.admin_only`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`user.not_found`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[get("/admin/users/{id}")]
pub async fn user(
    state: StateData,
    asked: Operator<AdminScope, Id<UserId>>,
) -> Result<HttpResponse, Problem> {
    let user = souk_app::admin::user(&state.app, &asked.principal, asked.rest.0).await?;
    Ok(HttpResponse::Ok().json(AdminUserBody::new(user, state.app.limits())))
}
