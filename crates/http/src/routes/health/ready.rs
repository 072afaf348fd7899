//! `GET /health/ready`

use actix_web::{HttpResponse, get};

use super::get::{HealthBody, body};
use crate::extract::StateData;

/// Whether to send requests here: 503 without a database, and while stopping.
#[utoipa::path(
    operation_id = "health_ready",
    tag = "health",
    responses(
        (status = 200, description = "Ready; `degraded` while the cluster does not answer", body = HealthBody),
        (status = 503, description = "Not ready", body = HealthBody),
    )
)]
#[get("/health/ready")]
pub async fn ready(state: StateData) -> HttpResponse {
    let health = state.app.health().await.ok();
    let is_ready = health.is_some() && !state.draining.has_begun();
    let mut response = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(body(&state, health))
}
