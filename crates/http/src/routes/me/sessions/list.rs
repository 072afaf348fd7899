//! `GET /me/sessions`

use actix_web::{HttpResponse, get};

use crate::dto::SessionListBody;
use crate::extract::{Authorized, SignedIn, StateData};
use crate::problem::Problem;

/// Where you are signed in, the newest first, 100 at most.
#[utoipa::path(
    operation_id = "list_sessions",
    tag = "me",
    security(("session" = [])),
    responses((status = 200, description = "The sessions that live", body = SessionListBody))
)]
#[get("/me/sessions")]
pub async fn list(state: StateData, asked: Authorized<SignedIn>) -> Result<HttpResponse, Problem> {
    let sessions = souk_app::auth::list_sessions(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(SessionListBody::new(sessions, asked.session())))
}
