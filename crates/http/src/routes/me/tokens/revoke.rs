//! `DELETE /me/tokens/{id}`

use actix_web::{HttpResponse, delete};
use souk_domain::id::TokenId;

use crate::extract::{Authorized, Id, SignedIn, StateData};
use crate::problem::Problem;

/// Revokes one of your tokens; it is worth nothing at once.
#[utoipa::path(
    operation_id = "revoke_token",
    tag = "me",
    security(("session" = [])),
    params(("id" = String, Path, description = "The token", example = "tok_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 204, description = "Revoked"),
    ),
    extensions(("x-problems" = json!(["token.not_found"]))),
)]
#[delete("/me/tokens/{id}")]
pub async fn revoke(
    state: StateData,
    asked: Authorized<SignedIn, Id<TokenId>>,
) -> Result<HttpResponse, Problem> {
    souk_app::auth::revoke_token(&state.app, &asked.principal, &asked.caller, asked.rest.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
