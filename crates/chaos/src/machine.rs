//! A worker on a machine of its own, which can be switched off.
//!
//! Each start has a runtime with one thread. Killing it drops the runtime at whatever await its tasks are in:
//! nothing of them runs again, their connections break, their transactions end. What was inside a blocking pause
//! still does what it was about to do, as the child of a killed process may.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use souk_db::{PgConnectOptions, PoolSettings, WorkerPool};
use souk_domain::entropy::Entropy;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::{addresses, jobs};
use souk_worker::{Parts, RunningWorker, WorkerSettings};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::ledger::Ledger;
use crate::watched::{Freezer, Troubles, Watched};

/// Connections of one worker.
const CONNECTIONS: u32 = 6;
/// Between two tries to start while the database is away.
const START_PAUSE: Duration = Duration::from_millis(200);

/// What all machines share.
#[derive(Debug, Clone)]
pub struct Site {
    pub cluster: Arc<FakeCluster>,
    pub troubles: Arc<Troubles>,
    pub ledger: Arc<Ledger>,
    pub settings: WorkerSettings,
    pub seed: u64,
    pub starts: Arc<AtomicU64>,
}

#[derive(Debug)]
pub struct Machine {
    site: Site,
    /// How its worker reaches the database.
    database: PgConnectOptions,
    pub freezer: Arc<Freezer>,
    on: Option<On>,
}

/// A runtime that ends at once, from wherever it is dropped.
#[derive(Debug)]
struct Power(Option<Runtime>);

impl Drop for Power {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[derive(Debug)]
struct On {
    start: u64,
    power: Power,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
}

impl Machine {
    #[must_use]
    pub fn new(site: Site, database: PgConnectOptions) -> Self {
        Self { site, database, freezer: Arc::default(), on: None }
    }

    /// Switches it on, unless it is.
    pub fn start(&mut self) -> io::Result<()> {
        if self.on.is_some() {
            return Ok(());
        }
        let start = self.site.starts.fetch_add(1, Ordering::Relaxed);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(format!("worker {start}"))
            .enable_all()
            .build()?;
        let watched = Watched {
            cluster: Arc::clone(&self.site.cluster),
            troubles: Arc::clone(&self.site.troubles),
            freezer: Arc::clone(&self.freezer),
            ledger: Arc::clone(&self.site.ledger),
            start,
        };
        let (stop, asked) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        let (database, settings) = (self.database.clone(), self.site.settings.clone());
        let entropy = Arc::new(Entropy::seeded(self.site.seed.wrapping_add(start)));
        runtime.spawn(async move {
            let worker = begin(database, settings, Arc::new(watched), entropy).await;
            // An error means that the machine was switched off meanwhile.
            let _ = asked.await;
            worker.stop().await;
            let _ = done.send(());
        });
        self.on = Some(On { start, power: Power(Some(runtime)), stop, stopped });
        Ok(())
    }

    /// Switches it off, in the middle of whatever it does. Returns whether it was on.
    pub fn kill(&mut self) -> bool {
        let Some(on) = self.on.take() else { return false };
        self.site.ledger.excuse(on.start, None);
        drop(on.power);
        true
    }

    /// Takes what runs, to be stopped as a deployment stops it.
    pub fn take_off(&mut self) -> Option<Leaving> {
        self.on.take().map(|on| Leaving { on, ledger: Arc::clone(&self.site.ledger) })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.freezer.thaw();
        self.kill();
    }
}

/// A worker that is asked to stop.
#[derive(Debug)]
pub struct Leaving {
    on: On,
    ledger: Arc<Ledger>,
}

impl Leaving {
    /// Returns when it has stopped; one that has not after `patience` is killed.
    pub async fn stop(self, patience: Duration) {
        let _ = self.on.stop.send(());
        let _ = tokio::time::timeout(patience, self.on.stopped).await;
        self.ledger.excuse(self.on.start, None);
        drop(self.on.power);
    }
}

async fn begin(
    database: PgConnectOptions,
    settings: WorkerSettings,
    provisioner: Arc<Watched>,
    entropy: Arc<Entropy>,
) -> RunningWorker {
    loop {
        let pool = PoolSettings { options: database.clone(), max_connections: CONNECTIONS };
        if let Ok(pool) = WorkerPool::connect(pool).await {
            let parts = Parts {
                settings: settings.clone(),
                pool,
                provisioner: provisioner.clone(),
                keyring: jobs::keyring(),
                entropy: Arc::clone(&entropy),
                addresses: addresses::local(),
            };
            if let Ok(worker) = RunningWorker::start(parts).await {
                return worker;
            }
        }
        tokio::time::sleep(START_PAUSE).await;
    }
}
