//! `DELETE /me/sessions`

use actix_web::{HttpResponse, delete};

use crate::dto::{EndedSessionsBody, SessionQuery};
use crate::extract::{Authorized, Query, SignedIn, StateData};
use crate::problem::Problem;

/// Signs you out everywhere: all your sessions end, this one too unless you say otherwise.
#[utoipa::path(
    operation_id = "end_all_sessions",
    tag = "me",
    security(("session" = [])),
    params(SessionQuery),
    responses((status = 200, description = "They are over", body = EndedSessionsBody))
)]
#[delete("/me/sessions")]
pub async fn end_all(
    state: StateData,
    asked: Authorized<SignedIn, Query<SessionQuery>>,
) -> Result<HttpResponse, Problem> {
    let keep = asked.session().filter(|_| asked.rest.0.keep_current);
    let sessions_ended =
        souk_app::auth::end_all_sessions(&state.app, &asked.principal, &asked.caller, keep).await?;
    Ok(HttpResponse::Ok().json(EndedSessionsBody { sessions_ended }))
}
