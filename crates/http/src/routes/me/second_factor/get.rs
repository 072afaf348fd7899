//! `GET /me/second-factor`

use actix_web::{HttpResponse, get};

use crate::dto::FactorBody;
use crate::extract::{Authorized, SignedIn, StateData};
use crate::problem::Problem;

/// Whether signing in asks for a code, and how many recovery codes are left.
#[utoipa::path(
    operation_id = "get_second_factor",
    tag = "me",
    security(("session" = [])),
    responses((status = 200, description = "How it stands", body = FactorBody))
)]
#[get("/me/second-factor")]
pub async fn get(state: StateData, asked: Authorized<SignedIn>) -> Result<HttpResponse, Problem> {
    let status = souk_app::auth::factor_status(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(FactorBody::from(status)))
}
