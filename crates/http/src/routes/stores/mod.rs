//! Stores and what can be done with them.

pub mod create;
pub mod credentials;
pub mod delete;
pub mod events;
pub mod get;
pub mod list;
pub mod logs;
pub mod rebuild;
pub mod retry;

use actix_web::HttpResponse;
use actix_web::http::header;
use souk_app::stores::Accepted;
use souk_domain::address::StoreAddresses;

use crate::dto::AcceptedBody;
use crate::extract::etag;

/// 202: the work is durable now, and here is where to watch it.
fn accepted(accepted: Accepted, addresses: &StoreAddresses) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/operations/{}", accepted.operation.id)))
        .insert_header((header::ETAG, etag(accepted.store.version)))
        .json(AcceptedBody::new(accepted, addresses))
}
