//! `POST /me/second-factor`

use actix_web::{HttpResponse, post};

use crate::dto::{EnrolBody, EnrolmentBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// A secret for an authenticator app. Signing in asks for no code until one has been confirmed; asked again before
/// that, the secret is a new one.
#[utoipa::path(
    operation_id = "enrol_second_factor",
    tag = "me",
    security(("session" = [])),
    request_body = EnrolBody,
    responses(
        (status = 201, description = "Show it to the app, then confirm", body = EnrolmentBody),
    ),
    extensions(("x-problems" = json!(["auth.wrong_password", "auth.factor_enabled", "auth.locked", "auth.busy"]))),
)]
#[post("/me/second-factor")]
pub async fn enrol(
    state: StateData,
    asked: Authorized<SignedIn, Body<EnrolBody>>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = asked.rest;
    let enrolment =
        souk_app::auth::enrol_factor(&state.app, &asked.principal, &asked.caller, body.password).await?;
    Ok(HttpResponse::Created().json(EnrolmentBody::from(enrolment)))
}
