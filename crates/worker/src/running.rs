//! A worker that runs, and how it stops.

use std::time::Duration;

use souk_db::DbError;
use souk_domain::engine::Engine;
use souk_domain::operation::OperationKind;
use tokio::task::JoinHandle;

use crate::{Parts, WorkerContext, jobs, sealer, timers, watch};

/// Stopping takes at most this long; what is not handed back by then is resumed when its lease ends.
const STOP_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct RunningWorker {
    context: WorkerContext,
    jobs: JoinHandle<()>,
    timers: JoinHandle<()>,
    watch: JoinHandle<()>,
    sealer: JoinHandle<()>,
}

impl RunningWorker {
    pub async fn start(parts: Parts) -> Result<Self, DbError> {
        let context = WorkerContext::new(parts).await?;
        count_from_zero();
        tracing::info!(worker = context.name, provisioner = context.provisioner.name(), "worker started");
        let jobs = tokio::spawn(jobs::run(context.clone()));
        let timers = tokio::spawn(timers::run(context.clone()));
        let watch = tokio::spawn(watch::run(context.clone()));
        let sealer = tokio::spawn(sealer::run(context.clone()));
        Ok(Self { context, jobs, timers, watch, sealer })
    }

    /// Takes no more operations, hands the running ones back, and returns when that is done.
    pub async fn stop(self) {
        self.context.stopping.cancel();
        self.context.operations.close();
        let all = async {
            self.context.operations.wait().await;
            let _ = self.timers.await;
            let _ = self.watch.await;
            let _ = self.sealer.await;
        };
        if tokio::time::timeout(STOP_LIMIT, all).await.is_err() {
            tracing::warn!("some operations were not handed back in time; their leases will end");
        }
        // Its connections end with it, before whoever stops this worker goes on.
        self.jobs.abort();
        let _ = self.jobs.await;
    }
}

/// What has not failed yet is there with 0, so that a rate has where to start.
fn count_from_zero() {
    for engine in Engine::ALL {
        for step in OperationKind::Provision.steps() {
            metrics::counter!(
                "store_provisioning_failures_total",
                "engine" => engine.as_str(), "step" => step.as_str()
            )
            .increment(0);
        }
    }
}
