//! Stores and what can be done with them.

pub mod availability;
pub mod create;
pub mod credentials;
pub mod delete;
pub mod edit;
pub mod events;
pub mod get;
pub mod list;
pub mod logs;
pub mod pod_logs;
pub mod rebuild;
pub mod retry;
mod waited;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use souk_app::idempotency::Answer;
use souk_app::once::{Answered, Once};
use souk_app::stores::Accepted;
use souk_app::{AppError, Operation};
use souk_domain::address::StoreAddresses;

use crate::dto::AcceptedBody;
use crate::extract::{Idempotency, etag};

/// What an operation's address begins with.
const OPERATIONS: &str = "/api/v1/operations/";
/// On answers that were given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// 202: the work is durable now, and here is where to watch it.
fn accepted(accepted: &Accepted, addresses: &StoreAddresses) -> Result<Answer, AppError> {
    Ok(Answer {
        status: StatusCode::ACCEPTED.as_u16(),
        location: operation_address(&accepted.operation),
        etag: etag(accepted.store.version),
        body: serde_json::to_string(&AcceptedBody::new(accepted, addresses)).map_err(AppError::internal)?,
    })
}

fn operation_address(operation: &Operation) -> String {
    format!("{OPERATIONS}{}", operation.id)
}

/// The request under its key, and what will be answered.
fn once<'a>(
    idempotency: Idempotency,
    body: &[u8],
    answer: &'a (dyn Fn(&Accepted) -> Result<Answer, AppError> + Sync),
) -> Once<'a> {
    Once { request: idempotency.request(body), answer }
}

fn respond(answered: Answered) -> HttpResponse {
    let Answered { answer, before } = answered;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::ACCEPTED);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::LOCATION, answer.location))
        .insert_header((header::ETAG, answer.etag))
        .content_type("application/json");
    if before {
        response.insert_header((REPLAYED, "true"));
    }
    response.body(answer.body)
}
