//! `GET /account/quota`

use actix_web::{HttpResponse, get};

use crate::dto::QuotaBody;
use crate::extract::{Authorized, StateData, StoresRead};
use crate::problem::Problem;

/// What your account has and may have: counted this moment, as `POST /stores` counts it.
#[utoipa::path(
    operation_id = "get_quota",
    tag = "account",
    security(("bearer" = ["stores:read"])),
    responses((status = 200, description = "Plan, stores, pause and queue", body = QuotaBody))
)]
#[get("/account/quota")]
pub async fn quota(state: StateData, asked: Authorized<StoresRead>) -> Result<HttpResponse, Problem> {
    let quota = souk_app::quota::quota(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(QuotaBody::from(quota)))
}
