//! apalis as it comes: its own set-up, its own `get_jobs`, its default settings, notifications as in its example.

use std::time::{Duration, Instant};

use apalis::prelude::{BackendExt, BoxDynError, Data, TaskBuilder, WorkerBuilder, WorkerError};
use apalis_postgres::{Config, PgTask, PostgresStorage, queries};
use souk_test_support::URL_VARIABLE;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::START_LIMIT;
use crate::claim::{Claimer, fill_jobs};

const QUEUE: &str = "bench";
/// As Souk's worker has it: a notification can be lost.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// As in a pool of Souk's.
const CONNECTIONS: u32 = 10;

pub struct Stock {
    server: PgConnectOptions,
    name: String,
    pool: PgPool,
    url: String,
    jobs: u64,
    claimer: Option<Claimer>,
    started: Option<mpsc::UnboundedReceiver<(u64, Instant)>>,
    worker: Option<JoinHandle<()>>,
}

impl Stock {
    pub async fn new(done: u64) -> Self {
        let url = std::env::var(URL_VARIABLE).expect("the test server's URL");
        let server: PgConnectOptions = url.parse().expect("a URL");
        let name = format!("souk_bench_apalis_{}", std::process::id());
        let mut admin = PgConnection::connect_with(&server).await.expect("connect");
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
        admin.close().await.expect("close");
        let options = server.clone().database(&name);
        let pool =
            PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.expect("pool");
        PostgresStorage::setup(&pool).await.expect("set up apalis");
        fill_jobs(&mut pool.acquire().await.expect("connect"), QUEUE, done).await;
        let (place, _) = url.rsplit_once('/').expect("a URL with a database");
        Self {
            server,
            url: format!("{place}/{name}"),
            name,
            pool,
            jobs: 0,
            claimer: None,
            started: None,
            worker: None,
        }
    }

    pub async fn claim(&mut self) -> Vec<(&'static str, Duration)> {
        assert!(self.started.is_none(), "claims come before starts: a worker would take the job");
        self.enqueue().await;
        if self.claimer.is_none() {
            self.claimer = Some(Claimer::new(&self.url, QUEUE).await);
        }
        vec![("claim", self.claimer.as_mut().expect("a claimer").claim().await)]
    }

    /// From sending COMMIT to the first line of the job's own code.
    pub async fn start(&mut self) -> Vec<(&'static str, Duration)> {
        if self.started.is_none() {
            let (sender, receiver) = mpsc::unbounded_channel();
            self.worker = Some(tokio::spawn(work(self.pool.clone(), sender)));
            self.started = Some(receiver);
        }
        let sent = self.enqueue().await;
        let wanted = self.jobs;
        let receiver = self.started.as_mut().expect("a worker");
        loop {
            let (job, at) = tokio::time::timeout(START_LIMIT, receiver.recv())
                .await
                .expect("it starts")
                .expect("a worker");
            if job == wanted {
                return vec![("start", at - sent)];
            }
        }
    }

    pub async fn end(self) {
        if let Some(worker) = self.worker {
            worker.abort();
        }
        self.pool.close().await;
        let mut admin = PgConnection::connect_with(&self.server).await.expect("connect");
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        admin.execute(AssertSqlSafe(drop)).await.expect("drop the database");
    }

    /// Returns when COMMIT was sent.
    async fn enqueue(&mut self) -> Instant {
        self.jobs += 1;
        let task: PgTask = TaskBuilder::new(serde_json::to_vec(&self.jobs).expect("JSON")).build();
        let mut tx = self.pool.begin().await.expect("begin");
        queries::push_tasks(&mut *tx, QUEUE, vec![task]).await.expect("push");
        let sent = Instant::now();
        tx.commit().await.expect("commit");
        sent
    }
}

async fn work(pool: PgPool, started: mpsc::UnboundedSender<(u64, Instant)>) {
    let backend = PostgresStorage::new(&pool)
        .with_config(Config::default().queue(QUEUE))
        .with_pubsub()
        .poll_with_interval(POLL_EVERY);
    let worker = WorkerBuilder::new("stock").backend(backend).data(started).build(run);
    let ended: Result<(), WorkerError> = worker.run().await;
    // It is cut off at the end; before that, it must not end.
    eprintln!("the stock worker ended: {ended:?}");
}

async fn run(job: u64, started: Data<mpsc::UnboundedSender<(u64, Instant)>>) -> Result<(), BoxDynError> {
    started.send((job, Instant::now()))?;
    Ok(())
}
