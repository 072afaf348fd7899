//! `POST /me/second-factor/recovery-codes`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;
use souk_domain::second_factor::Proof;

use crate::dto::{PasswordAndCodeBody, RecoveryCodesBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// New recovery codes, which are never shown again; all earlier ones are worth nothing from now on. Takes the
/// password and a code, of the app or for recovery.
#[utoipa::path(
    operation_id = "renew_recovery_codes",
    tag = "me",
    security(("session" = [])),
    request_body = PasswordAndCodeBody,
    responses(
        (status = 200, description = "The new ones", body = RecoveryCodesBody),
    ),
    extensions(("x-problems" = json!(["auth.wrong_password", "auth.wrong_code", "auth.factor_not_enrolled", "auth.locked", "auth.busy"]))),
)]
#[post("/me/second-factor/recovery-codes")]
pub async fn renew(
    state: StateData,
    asked: Authorized<SignedIn, Body<PasswordAndCodeBody>>,
) -> Result<HttpResponse, Problem> {
    let Body(PasswordAndCodeBody { password, code }) = asked.rest;
    let proof = Proof::from(code.expose_secret());
    let (who, caller) = (&asked.principal, &asked.caller);
    let recovery_codes =
        souk_app::auth::renew_recovery_codes(&state.app, who, caller, password, &proof).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodesBody { recovery_codes }))
}
