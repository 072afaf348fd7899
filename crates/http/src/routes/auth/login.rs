//! `POST /auth/login`

use actix_web::{HttpResponse, post};

use crate::dto::{LoginBody, SessionBody};
use crate::extract::{Body, SignIn, StateData};
use crate::problem::{Problem, ProblemBody};

/// Signs in with e-mail and password.
#[utoipa::path(
    operation_id = "login",
    tag = "auth",
    request_body = LoginBody,
    responses(
        (status = 200, description = "Signed in", body = SessionBody),
        (status = 401, description = "`auth.invalid_credentials`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`auth.suspended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`request.rate_limited`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/auth/login")]
pub async fn login(
    state: StateData,
    from: SignIn,
    Body(body): Body<LoginBody>,
) -> Result<HttpResponse, Problem> {
    let session = souk_app::auth::login(&state.app, &from.caller, &body.email, body.password).await?;
    Ok(HttpResponse::Ok().json(SessionBody::from(session)))
}
