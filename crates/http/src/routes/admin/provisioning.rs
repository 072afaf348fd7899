//! `GET /admin/provisioning`

use actix_web::{HttpResponse, get};

use crate::dto::{ProvisioningBody, ProvisioningQuery};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// How the provisionings went that ended in the last days: how long they took, by engine and by step, and what failed.
#[utoipa::path(
    operation_id = "read_provisioning",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(ProvisioningQuery),
    responses(
        (status = 200, description = "As of this moment", body = ProvisioningBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/provisioning")]
pub async fn provisioning(
    state: StateData,
    asked: Operator<AdminScope, Query<ProvisioningQuery>>,
) -> Result<HttpResponse, Problem> {
    let Query(ProvisioningQuery { days }) = asked.rest;
    let read = souk_app::admin::provisioning(&state.app, &asked.principal, days.0).await?;
    Ok(HttpResponse::Ok().json(ProvisioningBody::from(read)))
}
