//! `POST /auth/refresh`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;

use super::session;
use crate::dto::{RefreshBody, SessionBody};
use crate::extract::{ShownRefresh, StateData};
use crate::problem::Problem;

/// A new access token, and a new refresh token in place of the one shown, which is used up.
///
/// Shown again within 10 seconds, as when the answer was lost, it is answered once more; after that its whole session
/// ends, for then somebody else has it. The cookie counts only with the `Origin` of Souk's own pages.
#[utoipa::path(
    operation_id = "refresh",
    tag = "auth",
    request_body(content = Option<RefreshBody>, description = "Nothing, where the token is in the cookie"),
    responses(
        (status = 200, description = "Still signed in", body = SessionBody,
         headers(("Set-Cookie" = String, description = "The next refresh token, where the one before was in the cookie"))),
    ),
    extensions(("x-problems" = json!(["auth.refresh_missing", "auth.refresh_invalid", "auth.wrong_origin", "auth.suspended"]))),
)]
#[post("/auth/refresh")]
pub async fn refresh(state: StateData, shown: ShownRefresh) -> Result<HttpResponse, Problem> {
    let refreshed = souk_app::auth::refresh(&state.app, &shown.caller, shown.token.expose_secret()).await?;
    Ok(session(HttpResponse::Ok(), &refreshed, shown.place, &state))
}
