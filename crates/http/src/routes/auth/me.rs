//! `GET /auth/me`

use actix_web::{HttpResponse, get};

use crate::dto::MeBody;
use crate::extract::{AnyToken, Authorized, StateData};
use crate::problem::Problem;

/// The user that the token speaks for, and their account.
#[utoipa::path(
    operation_id = "me",
    tag = "auth",
    security(("bearer" = [])),
    responses((status = 200, description = "You", body = MeBody))
)]
#[get("/auth/me")]
pub async fn me(state: StateData, asked: Authorized<AnyToken>) -> Result<HttpResponse, Problem> {
    let me = souk_app::auth::me(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(MeBody::from(me)))
}
