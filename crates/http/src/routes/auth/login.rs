//! `POST /auth/login`

use actix_web::{HttpResponse, post};
use souk_app::auth::SignedIn;

use super::session;
use crate::dto::{ChallengeBody, LoginBody, SessionBody};
use crate::extract::{Body, SignIn, StateData};
use crate::problem::Problem;

/// Signs in with e-mail and password. With a second factor, the answer is a challenge: one more step.
///
/// After 5 failures in a row nobody can sign in with that address for 15 minutes, whether somebody has it or not.
/// Sessions that live do not feel it.
#[utoipa::path(
    operation_id = "login",
    tag = "auth",
    request_body = LoginBody,
    responses(
        (status = 200, description = "Signed in", body = SessionBody,
         headers(("Set-Cookie" = String, description = "The refresh token, unless it was wanted in the body"))),
        (status = 202, description = "The password is right; send the code to `/auth/login/second-step`", body = ChallengeBody),
    ),
    extensions(("x-problems" = json!(["auth.invalid_credentials", "auth.suspended", "auth.locked", "auth.sign_in_limited", "auth.busy"]))),
)]
#[post("/auth/login")]
pub async fn login(
    state: StateData,
    from: SignIn,
    Body(body): Body<LoginBody>,
) -> Result<HttpResponse, Problem> {
    match souk_app::auth::login(&state.app, &from.caller, &body.email, body.password).await? {
        SignedIn::Session(signed_in) => Ok(session(HttpResponse::Ok(), &signed_in, body.refresh_in, &state)),
        SignedIn::Challenge(challenge) => Ok(HttpResponse::Accepted().json(ChallengeBody::from(challenge))),
    }
}
