//! `POST /me/tokens`

use actix_web::{HttpResponse, post};
use souk_app::auth::NewToken;

use crate::dto::{CreateTokenBody, NewTokenBody};
use crate::extract::{Authorized, Body, SignedIn, StateData};
use crate::problem::Problem;

/// A personal access token, to be sent as `Authorization: Bearer souk_...`. It is shown now and never again.
#[utoipa::path(
    operation_id = "create_token",
    tag = "me",
    security(("session" = [])),
    request_body = CreateTokenBody,
    responses(
        (status = 201, description = "Made", body = NewTokenBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "token.limit"]))),
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
