//! `GET /brand`

use actix_web::{HttpResponse, get};

use crate::dto::BrandBody;
use crate::extract::StateData;
use crate::problem::Problem;
use crate::routes::health::get::SIMULATED;

/// How this Souk wants to be called and coloured, and what its pages must know before anybody signs in.
#[utoipa::path(
    operation_id = "get_brand",
    tag = "health",
    responses((status = 200, description = "As its operator has set it", body = BrandBody))
)]
#[get("/brand")]
pub async fn brand(state: StateData) -> Result<HttpResponse, Problem> {
    let wants_setup_token = souk_app::auth::wants_setup_token(&state.app).await?;
    let simulated = state.app.provisioner() == SIMULATED;
    let stores = state.app.addresses();
    Ok(HttpResponse::Ok().json(BrandBody::new(&state.settings.brand, stores, simulated, wants_setup_token)))
}
