//! `GET /admin/permits`

use actix_web::{HttpResponse, get};

use crate::dto::PermitsBody;
use crate::extract::{AdminScope, Operator, StateData};
use crate::problem::{Problem, ProblemBody};

/// Which operations hold a permit, and which wait for one: in what order, and for what.
#[utoipa::path(
    operation_id = "list_permits",
    tag = "admin",
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "As of this moment", body = PermitsBody),
        (status = 403, description = "`auth.admin_only`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[get("/admin/permits")]
pub async fn permits(state: StateData, asked: Operator<AdminScope>) -> Result<HttpResponse, Problem> {
    let overview = souk_app::admin::permits(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(PermitsBody::new(overview, state.app.limits().permits)))
}
