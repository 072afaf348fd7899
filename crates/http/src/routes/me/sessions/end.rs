//! `DELETE /me/sessions/{id}`

use actix_web::{HttpResponse, delete};
use souk_domain::id::SessionId;

use crate::extract::{Authorized, Id, SignedIn, StateData};
use crate::problem::Problem;

/// Ends one of your sessions; its access tokens stop at once.
#[utoipa::path(
    operation_id = "end_session",
    tag = "me",
    security(("session" = [])),
    params(("id" = String, Path, description = "The session", example = "ses_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 204, description = "It is over"),
    ),
    extensions(("x-problems" = json!(["session.not_found"]))),
)]
#[delete("/me/sessions/{id}")]
pub async fn end(
    state: StateData,
    asked: Authorized<SignedIn, Id<SessionId>>,
) -> Result<HttpResponse, Problem> {
    souk_app::auth::end_session(&state.app, &asked.principal, &asked.caller, asked.rest.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
