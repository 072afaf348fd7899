//! `POST /auth/logout`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;

use crate::cookie;
use crate::dto::RefreshBody;
use crate::extract::{ShownRefresh, StateData};
use crate::problem::{Problem, ProblemBody};

/// Ends the session of the refresh token that is shown; its access tokens stop at once. One that is good no more is
/// answered alike.
#[utoipa::path(
    operation_id = "logout",
    tag = "auth",
    request_body(content = Option<RefreshBody>, description = "Nothing, where the token is in the cookie"),
    responses(
        (status = 204, description = "Signed out; the cookie is gone"),
        (status = 401, description = "`auth.refresh_missing`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`auth.wrong_origin`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/auth/logout")]
pub async fn logout(state: StateData, shown: ShownRefresh) -> Result<HttpResponse, Problem> {
    souk_app::auth::logout(&state.app, &shown.caller, shown.token.expose_secret()).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear(&state.settings)).finish())
}
