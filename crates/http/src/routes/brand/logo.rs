//! `GET /brand/logo`

use actix_web::http::header;
use actix_web::{HttpResponse, get};

use crate::extract::StateData;
use crate::problem::Problem;

/// Short, so that a new logo is seen soon.
const KEEP: &str = "public, max-age=300";

/// The logo that the operator has set, a picture.
#[utoipa::path(
    operation_id = "get_brand_logo",
    tag = "health",
    extensions(("x-problems" = json!(["request.not_found"]))),
    responses((status = 200, description = "SVG, PNG or WebP", content(
        (Vec<u8> = "image/svg+xml"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp")
    )))
)]
#[get("/brand/logo")]
pub async fn logo(state: StateData) -> Result<HttpResponse, Problem> {
    let Some(logo) = &state.settings.brand.logo else {
        return Err(Problem::new("request.not_found", "This Souk has no logo of its own"));
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, KEEP))
        .content_type(logo.content_type)
        .body(logo.bytes.clone()))
}
