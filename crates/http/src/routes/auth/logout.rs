//! `POST /auth/logout`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;

use crate::cookie;
use crate::dto::RefreshBody;
use crate::extract::{ShownRefresh, StateData};
use crate::problem::Problem;

/// Ends the session of the refresh token that is shown; its access tokens stop at once. One that is good no more is
/// answered alike.
#[utoipa::path(
    operation_id = "logout",
    tag = "auth",
    request_body(content = Option<RefreshBody>, description = "Nothing, where the token is in the cookie"),
    responses(
        (status = 204, description = "Signed out; the cookie is gone"),
    ),
    extensions(("x-problems" = json!(["auth.refresh_missing", "auth.wrong_origin"]))),
)]
#[post("/auth/logout")]
pub async fn logout(state: StateData, shown: ShownRefresh) -> Result<HttpResponse, Problem> {
    souk_app::auth::logout(&state.app, &shown.caller, shown.token.expose_secret()).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear(&state.settings)).finish())
}
