//! The documentation's document, and its address without its slash.

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Bytes};
use utoipa::openapi::OpenApi;

/// The OpenAPI document as it is sent. It is written once: as objects, of which every worker would have its own, it takes
/// more memory than all else that Souk needs.
#[derive(Debug)]
pub struct Document(Bytes);

impl Document {
    pub fn write(document: &OpenApi) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(document).map(|text| Self(text.into()))
    }
}

pub async fn document(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(document.0.clone())
}

pub async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}
