//! Workers that run by themselves, as in processes of their own: each with its own connections.

use std::sync::Arc;

use souk_db::WorkerPool;
use souk_provisioner::fake::FakeCluster;
use souk_worker::{Parts, RunningWorker, WorkerSettings};

use crate::{TestDatabase, jobs};

#[derive(Debug)]
pub struct WorkerProcess(RunningWorker, WorkerPool);

impl WorkerProcess {
    pub async fn start(db: &TestDatabase, cluster: &Arc<FakeCluster>) -> Self {
        let pool = db.another_worker().await;
        let parts = jobs::parts(db, Arc::clone(cluster) as _, WorkerSettings::default());
        let worker = RunningWorker::start(Parts { pool: pool.clone(), ..parts }).await.expect("a worker");
        Self(worker, pool)
    }

    pub async fn start_many(db: &TestDatabase, cluster: &Arc<FakeCluster>, count: usize) -> Vec<Self> {
        let mut workers = Vec::new();
        for _ in 0..count {
            workers.push(Self::start(db, cluster).await);
        }
        workers
    }

    pub async fn stop(self) {
        self.0.stop().await;
        self.1.close().await;
    }
}
