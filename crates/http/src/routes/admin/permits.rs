//! `GET /admin/permits`

use actix_web::{HttpResponse, get};

use crate::dto::PermitsBody;
use crate::extract::{AdminScope, Operator, StateData};
use crate::problem::Problem;

/// Which operations hold a permit, and which wait for one: in what order, and for what.
#[utoipa::path(
    operation_id = "list_permits",
    tag = "admin",
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "As of this moment", body = PermitsBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/permits")]
pub async fn permits(state: StateData, asked: Operator<AdminScope>) -> Result<HttpResponse, Problem> {
    let overview = souk_app::admin::permits(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(PermitsBody::new(overview, state.app.limits().permits)))
}
