//! `POST /me/second-factor/confirm`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;
use souk_domain::second_factor::Proof;

use crate::dto::{CodeBody, RecoveryCodesBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// Shows that the app has the secret: from now on signing in asks for a code. The answer holds the recovery codes,
/// which are never shown again.
#[utoipa::path(
    operation_id = "confirm_second_factor",
    tag = "me",
    security(("session" = [])),
    request_body = CodeBody,
    responses(
        (status = 200, description = "It is on", body = RecoveryCodesBody),
    ),
    extensions(("x-problems" = json!(["auth.wrong_code", "auth.factor_not_enrolled", "auth.factor_enabled"]))),
)]
#[post("/me/second-factor/confirm")]
pub async fn confirm(
    state: StateData,
    asked: Authorized<SignedIn, Body<CodeBody>>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = &asked.rest;
    let proof = Proof::from(body.code.expose_secret());
    let recovery_codes =
        souk_app::auth::confirm_factor(&state.app, &asked.principal, &asked.caller, &proof).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodesBody { recovery_codes }))
}
