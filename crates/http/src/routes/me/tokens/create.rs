//! `POST /me/tokens`

use actix_web::{HttpResponse, post};
use souk_app::auth::NewToken;

use crate::dto::{CreateTokenBody, NewTokenBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::{Problem, ProblemBody};

/// A personal access token, to be sent as `Authorization: Bearer souk_...`. It is shown now and never again.
#[utoipa::path(
    operation_id = "create_token",
    tag = "me",
    security(("session" = [])),
    request_body = CreateTokenBody,
    responses(
        (status = 201, description = "Made", body = NewTokenBody),
        (status = 403, description = "`auth.admin_only`: the scope `admin` is for operators", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`token.limit`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`request.invalid`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/me/tokens")]
pub async fn create(
    state: StateData,
    asked: Authorized<SignedIn, Body<NewToken>>,
) -> Result<HttpResponse, Problem> {
    let Body(new) = asked.rest;
    let (made, text) = souk_app::auth::create_token(&state.app, &asked.principal, &asked.caller, new).await?;
    Ok(HttpResponse::Created().json(NewTokenBody::new(made, &text)))
}
