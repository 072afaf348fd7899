//! `GET /metrics`, `GET /metrics/json`

use actix_web::{FromRequest, HttpRequest, HttpResponse, get, web};
use secrecy::ExposeSecret;
use souk_app::AppError;

use crate::extract::{AdminScope, Authorized, StateData, bearer};
use crate::metrics::page::MetricsPage;
use crate::problem::Problem;

pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What Prometheus reads. For operators, and for the scrape token.
#[utoipa::path(
    operation_id = "metrics",
    tag = "health",
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "The Prometheus text format", body = String, content_type = "text/plain"),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/metrics")]
pub async fn metrics(state: StateData, req: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    demand_right(&state, &req).await?;
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(state.metrics.render(&*state.app).await))
}

/// The same as JSON. For operators, and for the scrape token.
#[utoipa::path(
    operation_id = "metrics_json",
    tag = "health",
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "Every metric with what it says now", body = MetricsPage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/metrics/json")]
pub async fn metrics_json(
    state: StateData,
    req: HttpRequest,
) -> Result<web::Json<MetricsPage>, actix_web::Error> {
    demand_right(&state, &req).await?;
    Ok(web::Json(MetricsPage::of(&state.metrics.render(&*state.app).await)))
}

async fn demand_right(state: &StateData, req: &HttpRequest) -> Result<(), actix_web::Error> {
    if has_scrape_token(state, req) {
        return Ok(());
    }
    let asked = Authorized::<AdminScope>::extract(req).await?;
    if asked.is_admin() { Ok(()) } else { Err(Problem::from(AppError::AdminOnly).into()) }
}

fn has_scrape_token(state: &StateData, req: &HttpRequest) -> bool {
    let Some((expected, given)) = state.settings.scrape_token.as_ref().zip(bearer(req)) else {
        return false;
    };
    is_equal(expected.expose_secret().as_bytes(), given.as_bytes())
}

/// Takes the same time wherever the two differ.
fn is_equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}
