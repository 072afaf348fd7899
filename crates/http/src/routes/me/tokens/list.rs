//! `GET /me/tokens`

use actix_web::{HttpResponse, get};

use crate::dto::TokenListBody;
use crate::extract::{Authorized, SignedIn, StateData};
use crate::problem::Problem;

/// Your personal access tokens that are not revoked, the newest first; those that have expired are among them.
#[utoipa::path(
    operation_id = "list_tokens",
    tag = "me",
    security(("session" = [])),
    responses((status = 200, description = "All of them", body = TokenListBody))
)]
#[get("/me/tokens")]
pub async fn list(state: StateData, asked: Authorized<SignedIn>) -> Result<HttpResponse, Problem> {
    let tokens = souk_app::auth::list_tokens(&state.app, &asked.principal).await?;
    Ok(HttpResponse::Ok().json(TokenListBody::new(tokens)))
}
