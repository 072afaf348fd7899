//! `GET /admin/orphans`

use actix_web::{HttpResponse, get};

use crate::dto::OrphansBody;
use crate::extract::{AdminScope, Operator, StateData};
use crate::problem::Problem;

/// What the last look at the cluster has found that is not as it should be: namespaces that belong to nothing, stores that are
/// not whole. Each look replaces it. It only shows; what follows from each is said with it.
#[utoipa::path(
    operation_id = "list_orphans",
    tag = "admin",
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "As of the last look", body = OrphansBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/orphans")]
pub async fn orphans(state: StateData, asked: Operator<AdminScope>) -> Result<HttpResponse, Problem> {
    let orphans = souk_app::admin::orphans(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(OrphansBody::from(orphans)))
}
