//! `GET /health`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use souk_app::health::Health;
use utoipa::ToSchema;

use crate::extract::StateData;
use crate::state::State;

pub const SIMULATED: &str = "simulated";

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthBody {
    /// `ok`; `degraded` while the cluster does not answer; `down` without a database; `stopping`.
    #[schema(example = "ok")]
    status: &'static str,
    database: DatabaseBody,
    kubernetes: KubernetesBody,
    concurrency: ConcurrencyBody,
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// What stores are made with: `kubernetes` or `simulated`.
    #[schema(example = "kubernetes")]
    provisioner: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatabaseHealth)]
struct DatabaseBody {
    /// `ok` or `down`.
    #[schema(example = "ok")]
    status: &'static str,
    /// Of one round trip.
    #[schema(example = 0.4)]
    latency_ms: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KubernetesHealth)]
struct KubernetesBody {
    /// `ok`, `unavailable`, `unknown` while nobody can say, or `simulated`.
    #[schema(example = "ok")]
    status: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConcurrencyHealth)]
struct ConcurrencyBody {
    /// Operations that run now, over all replicas.
    #[schema(example = 1)]
    active: Option<i64>,
    #[schema(example = 3)]
    max_concurrent: usize,
    /// Provisionings that wait to start.
    #[schema(example = 0)]
    queued: Option<i64>,
    #[schema(example = 10)]
    max_queue: usize,
}

/// Everything at a glance. 503 when the database is away.
#[utoipa::path(
    operation_id = "health",
    tag = "health",
    responses(
        (status = 200, description = "It works, perhaps without its cluster", body = HealthBody),
        (status = 503, description = "It does not work", body = HealthBody),
    )
)]
#[get("/health")]
pub async fn get(state: StateData) -> HttpResponse {
    let health = match state.app.health().await {
        Ok(health) => Some(health),
        Err(error) => {
            tracing::warn!(%error, "not healthy");
            None
        }
    };
    let mut response = if health.is_some() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(body(&state, health))
}

pub fn body(state: &State, health: Option<Health>) -> HealthBody {
    let provisioner = state.app.provisioner();
    let kubernetes = match health {
        _ if provisioner == SIMULATED => SIMULATED,
        None => "unknown",
        Some(health) if health.cluster_unavailable => "unavailable",
        Some(_) => "ok",
    };
    let status = match health {
        _ if state.draining.has_begun() => "stopping",
        None => "down",
        Some(health) if health.cluster_unavailable => "degraded",
        Some(_) => "ok",
    };
    let limits = state.app.limits();
    HealthBody {
        status,
        database: DatabaseBody {
            status: if health.is_some() { "ok" } else { "down" },
            latency_ms: health.map(|health| health.latency.as_secs_f64() * 1000.0),
        },
        kubernetes: KubernetesBody { status: kubernetes },
        concurrency: ConcurrencyBody {
            active: health.map(|health| health.load.active),
            max_concurrent: limits.permits.total,
            queued: health.map(|health| health.load.queued),
            max_queue: limits.max_queue,
        },
        version: env!("CARGO_PKG_VERSION"),
        provisioner,
    }
}
