//! `POST /me/password`

use actix_web::{HttpResponse, post};

use crate::dto::{EndedSessionsBody, PasswordBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// Another password. All your other sessions end; personal access tokens stay.
#[utoipa::path(
    operation_id = "change_password",
    tag = "me",
    security(("session" = [])),
    request_body = PasswordBody,
    responses(
        (status = 200, description = "Changed", body = EndedSessionsBody),
    ),
    extensions(("x-problems" = json!(["auth.wrong_password", "auth.weak_password", "auth.locked", "auth.busy"]))),
)]
#[post("/me/password")]
pub async fn change(
    state: StateData,
    asked: Authorized<SignedIn, Body<PasswordBody>>,
) -> Result<HttpResponse, Problem> {
    let keep = asked.session();
    let Body(PasswordBody { password, new_password }) = asked.rest;
    let (who, caller) = (&asked.principal, &asked.caller);
    let changed =
        souk_app::auth::change_password(&state.app, who, caller, keep, password, new_password).await;
    let sessions_ended = changed.map_err(|error| match error {
        weak @ souk_app::AppError::WeakPassword(_) => Problem::from(weak).renamed("password", "new_password"),
        other => other.into(),
    })?;
    Ok(HttpResponse::Ok().json(EndedSessionsBody { sessions_ended }))
}
