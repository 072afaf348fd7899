//! `POST /auth/register`

use actix_web::http::header;
use actix_web::{HttpResponse, post};
use souk_app::auth::Registration;

use super::session;
use crate::dto::{RegisterBody, SessionBody};
use crate::extract::{Body, SignIn, StateData};
use crate::problem::Problem;

/// Makes a user with an account of their own, and signs them in. The first user of all becomes the operator.
#[utoipa::path(
    operation_id = "register",
    tag = "auth",
    request_body = RegisterBody,
    responses(
        (status = 201, description = "Registered and signed in", body = SessionBody,
         headers(("Set-Cookie" = String, description = "The refresh token, unless it was wanted in the body"))),
    ),
    extensions(("x-problems" = json!(["auth.setup_token_missing", "auth.email_taken", "auth.weak_password", "auth.registration_limited", "auth.busy"]))),
)]
#[post("/auth/register")]
pub async fn register(
    state: StateData,
    from: SignIn,
    Body(body): Body<RegisterBody>,
) -> Result<HttpResponse, Problem> {
    let RegisterBody { email, password, refresh_in, setup_token } = body;
    let wanted = Registration { email, password, setup_token };
    let signed_in = souk_app::auth::register(&state.app, &from.caller, wanted).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, "/api/v1/auth/me"));
    Ok(session(response, &signed_in, refresh_in, &state))
}
