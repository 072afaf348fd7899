//! `POST /auth/login/second-step`

use actix_web::{HttpResponse, post};
use secrecy::ExposeSecret;
use souk_domain::second_factor::Proof;

use super::session;
use crate::dto::{SecondStepBody, SessionBody};
use crate::extract::{Body, SignIn, StateData};
use crate::problem::Problem;

/// The code after the password. Five may be tried within five minutes; wrong ones count as wrong passwords do.
#[utoipa::path(
    operation_id = "second_step",
    tag = "auth",
    request_body = SecondStepBody,
    responses(
        (status = 200, description = "Signed in", body = SessionBody,
         headers(("Set-Cookie" = String, description = "The refresh token, unless it was wanted in the body"))),
    ),
    extensions(("x-problems" = json!(["auth.challenge_invalid", "auth.wrong_code", "auth.suspended", "auth.locked", "auth.sign_in_limited"]))),
)]
#[post("/auth/login/second-step")]
pub async fn second_step(
    state: StateData,
    from: SignIn,
    Body(body): Body<SecondStepBody>,
) -> Result<HttpResponse, Problem> {
    let proof = Proof::from(body.code.expose_secret());
    let challenge = body.challenge.expose_secret();
    let signed_in = souk_app::auth::second_step(&state.app, &from.caller, challenge, &proof).await?;
    Ok(session(HttpResponse::Ok(), &signed_in, body.refresh_in, &state))
}
