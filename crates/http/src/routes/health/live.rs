//! `GET /health/live`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Live)]
pub struct LiveBody {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process answers at all. Asks nobody else, so a restart is never the answer to a
/// database that is away.
#[utoipa::path(operation_id = "health_live", tag = "health", responses((status = 200, description = "It lives", body = LiveBody)))]
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(LiveBody { status: "ok" })
}
