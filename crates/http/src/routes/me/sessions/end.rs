//! `DELETE /me/sessions/{id}`

use actix_web::{HttpResponse, delete};
use souk_domain::id::SessionId;

use crate::extract::{Authorized, Id, SignedIn, StateData};
use crate::problem::{Problem, ProblemBody};

/// Ends one of your sessions; its access tokens stop at once.
#[utoipa::path(
    operation_id = "end_session",
    tag = "me",
    security(("session" = [])),
    params(("id" = String, Path, description = "The session", example = "ses_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 204, description = "It is over"),
        (status = 404, description = "`session.not_found`: there is none that lives, or it is not yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[delete("/me/sessions/{id}")]
pub async fn end(
    state: StateData,
    asked: Authorized<SignedIn, Id<SessionId>>,
) -> Result<HttpResponse, Problem> {
    souk_app::auth::end_session(&state.app, &asked.principal, &asked.caller, asked.rest.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
