//! `POST /me/second-factor/disable`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;
use souk_domain::second_factor::Proof;

use crate::dto::PasswordAndCodeBody;
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// Signing in asks for no code any more. Takes the password and a code, of the app or for recovery.
#[utoipa::path(
    operation_id = "disable_second_factor",
    tag = "me",
    security(("session" = [])),
    request_body = PasswordAndCodeBody,
    responses(
        (status = 204, description = "It is off, and the recovery codes are gone"),
    ),
    extensions(("x-problems" = json!(["auth.wrong_password", "auth.wrong_code", "auth.factor_not_enrolled", "auth.locked", "auth.busy"]))),
)]
#[post("/me/second-factor/disable")]
pub async fn disable(
    state: StateData,
    asked: Authorized<SignedIn, Body<PasswordAndCodeBody>>,
) -> Result<HttpResponse, Problem> {
    let Body(PasswordAndCodeBody { password, code }) = asked.rest;
    let proof = Proof::from(code.expose_secret());
    let (who, caller) = (&asked.principal, &asked.caller);
    souk_app::auth::disable_factor(&state.app, who, caller, password, &proof).await?;
    Ok(HttpResponse::NoContent().finish())
}
