//! `souk serve`, `souk api`, `souk worker`: run until asked to stop, then stop in order.
//!
//! The order: readiness and new requests 503 and streams closed, while running operations are handed
//! back; then the listener; then the pools; then the last spans. All of it within 15 seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use souk_db::{ApiPool, WorkerPool};
use souk_domain::entropy::Entropy;
use souk_http::{MetricsServer, RunningServer};
use souk_worker::RunningWorker;

use crate::config::Config;
use crate::failure::Failure;
use crate::signals::Signals;
use crate::traces::Traces;
use crate::{parts, probes};

/// From the signal to the end. Kubernetes kills after 30 s.
const STOP_LIMIT: Duration = Duration::from_secs(15);

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

pub async fn run(config: &Config, roles: Roles, traces: Option<Traces>) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let running = tokio::select! {
        running = start(config, roles) => running?,
        signal = signals.stop_asked() => {
            tracing::info!(signal, "souk stops before it has started");
            return Ok(());
        }
    };
    let signal = signals.stop_asked().await;
    tracing::info!(signal, "souk stops");
    let start = Instant::now();
    let stop = async {
        running.stop().await;
        // Last: what ended just now is told as well.
        if let Some(traces) = traces {
            traces.flush().await;
        }
    };
    tokio::select! {
        stopped = tokio::time::timeout(STOP_LIMIT, stop) => {
            if stopped.is_err() {
                tracing::warn!(limit_s = STOP_LIMIT.as_secs(), "something did not end in time; it is cut off");
            }
        }
        signal = signals.stop_asked() => {
            tracing::warn!(signal, "told twice: what still runs is cut off; leases end by themselves");
            return Err(Impatient.into());
        }
    }
    tracing::info!(took_s = start.elapsed().as_secs_f64(), "souk has stopped");
    Ok(())
}

async fn start(config: &Config, roles: Roles) -> Result<Running, Failure> {
    if config.database.auto_migrate {
        parts::migrate(&config.database).await?;
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), profile = ?config.profile, ?roles, "souk starts");
    let entropy = Arc::new(Entropy::from_system()?);
    // Before anything records: what is counted earlier is lost.
    let recorder = souk_http::metrics::install()?;
    let api = if roles.api { Some(parts::bind_api(config, &entropy).await?) } else { None };
    let worker = if roles.worker { Some(parts::start_worker(config, &entropy).await?) } else { None };
    probes::add_disk(&recorder, config.cluster.data_dir.clone());
    if let Some((_, pool)) = &api {
        let pool = pool.clone();
        probes::add_pool(&recorder, "api", move || pool.usage());
    }
    if let Some((_, pool)) = &worker {
        let pool = pool.clone();
        probes::add_pool(&recorder, "worker", move || pool.usage());
    }
    // The API has a listener of its own for them.
    let metrics = match (config.http.metrics_bind, &worker) {
        (Some(address), Some((_, pool))) if !roles.api => {
            Some(MetricsServer::start(address, Arc::new(pool.clone()))?)
        }
        _ => None,
    };
    // Last: who is answered finds everything at work, and can be let go in order.
    let api = api.map(|(server, pool)| {
        let server = server.start();
        tracing::info!(address = %server.address(), metrics = ?server.metrics_address(), "the API answers");
        (server, pool)
    });
    Ok(Running { api, metrics, worker })
}

#[derive(Debug, thiserror::Error)]
#[error("stopped at once, as a second signal asked")]
struct Impatient;

struct Running {
    api: Option<(RunningServer, ApiPool)>,
    metrics: Option<MetricsServer>,
    worker: Option<(RunningWorker, WorkerPool)>,
}

impl Running {
    async fn stop(self) {
        let api = async {
            if let Some((server, pool)) = self.api {
                server.stop().await;
                pool.close().await;
            }
        };
        let worker = async {
            if let Some((worker, pool)) = self.worker {
                worker.stop().await;
                pool.close().await;
            }
        };
        tokio::join!(api, worker);
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
    }
}
