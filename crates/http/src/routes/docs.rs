//! The documentation's address without its slash.

use actix_web::HttpResponse;
use actix_web::http::header;

pub async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}
