//! `POST /auth/register`

use actix_web::http::header;
use actix_web::{HttpResponse, post};

use crate::dto::{RegisterBody, SessionBody};
use crate::extract::{Body, SignIn, StateData};
use crate::problem::{Problem, ProblemBody};

/// Makes a user with an account of their own, and signs them in.
#[utoipa::path(
    operation_id = "register",
    tag = "auth",
    request_body = RegisterBody,
    responses(
        (status = 201, description = "Registered and signed in", body = SessionBody),
        (status = 409, description = "`auth.email_taken`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`request.invalid`, `auth.weak_password`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/auth/register")]
pub async fn register(
    state: StateData,
    from: SignIn,
    Body(body): Body<RegisterBody>,
) -> Result<HttpResponse, Problem> {
    let session = souk_app::auth::register(&state.app, &from.caller, body.email, body.password).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, "/api/v1/auth/me"))
        .json(SessionBody::from(session)))
}
