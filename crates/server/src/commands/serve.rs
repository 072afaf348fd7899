//! `souk serve`, `souk api`, `souk worker`: run until asked to stop, then stop in order.
//!
//! The order: readiness and new requests 503 and streams closed, while running operations are handed
//! back; then the listener; then the pools. All of it within 15 seconds.

use std::sync::Arc;
use std::time::Instant;

use souk_domain::entropy::Entropy;
use souk_http::{MetricsServer, RunningServer};
use souk_worker::RunningWorker;

use crate::config::Config;
use crate::failure::Failure;
use crate::{parts, signals};

#[derive(Debug, Clone, Copy)]
pub struct Roles {
    api: bool,
    worker: bool,
}

impl Roles {
    pub const BOTH: Self = Self { api: true, worker: true };
    pub const API: Self = Self { api: true, worker: false };
    pub const WORKER: Self = Self { api: false, worker: true };
}

pub async fn run(config: &Config, roles: Roles) -> Result<(), Failure> {
    if config.database.auto_migrate {
        parts::migrate(&config.database).await?;
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), profile = ?config.profile, ?roles, "souk starts");
    let entropy = Arc::new(Entropy::from_system()?);
    // Before anything records: what is counted earlier is lost.
    souk_http::metrics::install()?;
    let api = if roles.api { Some(parts::start_api(config, &entropy).await?) } else { None };
    let metrics = match config.http.metrics_bind {
        Some(address) if !roles.api => Some(MetricsServer::start(address)?),
        _ => None,
    };
    let worker = if roles.worker { Some(parts::start_worker(config, &entropy).await?) } else { None };

    let signal = signals::stop_asked().await?;
    let start = Instant::now();
    tracing::info!(signal, "souk stops");
    let (server, api_pool) = api.unzip();
    let (running, worker_pool) = worker.unzip();
    tokio::join!(stop_api(server), stop_worker(running));
    if let Some(metrics) = metrics {
        metrics.stop().await;
    }
    if let Some(pool) = api_pool {
        pool.close().await;
    }
    if let Some(pool) = worker_pool {
        pool.close().await;
    }
    tracing::info!(took_s = start.elapsed().as_secs_f64(), "souk has stopped");
    Ok(())
}

async fn stop_api(server: Option<RunningServer>) {
    if let Some(server) = server {
        server.stop().await;
    }
}

async fn stop_worker(worker: Option<RunningWorker>) {
    if let Some(worker) = worker {
        worker.stop().await;
    }
}
