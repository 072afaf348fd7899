//! The claim of a job, by the query that apalis itself sends, timed; and tables with a past.

use std::time::{Duration, Instant};

use apalis::prelude::WorkerContext;
use apalis_postgres::{Config, queries};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A worker that only claims.
pub struct Claimer {
    connection: PgConnection,
    config: Config,
    worker: WorkerContext,
}

impl Claimer {
    pub async fn new(url: &str, queue: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.expect("connect");
        let name = "claimer";
        connection
            .execute(AssertSqlSafe(format!(
                "INSERT INTO apalis.workers (id, worker_type, storage_name) VALUES ('{name}', '{queue}', 'bench')"
            )))
            .await
            .expect("register");
        Self {
            connection,
            config: Config::default().queue(queue).batch_size(1),
            worker: WorkerContext::new(name),
        }
    }

    /// Claims the one job that waits, and ends it after the clock has stopped.
    pub async fn claim(&mut self) -> Duration {
        let asked = Instant::now();
        let jobs =
            queries::fetch_next(&mut self.connection, &self.config, &self.worker).await.expect("claim");
        let took = asked.elapsed();
        assert_eq!(jobs.len(), 1, "exactly one job waits");
        self.connection
            .execute("UPDATE apalis.jobs SET status = 'Done', done_at = now() WHERE status = 'Queued'")
            .await
            .expect("end the job");
        took
    }
}

/// Fills the queue with jobs that are done, past triggers that would announce each, and lets the planner know.
pub async fn fill_jobs(superuser: &mut PgConnection, queue: &str, done: u64) {
    for statement in [
        "SET session_replication_role = replica".to_owned(),
        format!(
            "INSERT INTO apalis.jobs (id, job_type, job, status, attempts, max_attempts, run_at, lock_at, done_at, metadata, idempotency_key)
             SELECT '01' || upper(left(md5(i::text), 24)), '{queue}', '{{}}', 'Done', 1, 3, at, at, at, '', 'done/' || i
             FROM (SELECT i, now() - interval '1 day' * i / {done} AS at FROM generate_series(1, {done}) i) past"
        ),
        "SET session_replication_role = origin".to_owned(),
    ] {
        if done > 0 {
            superuser.execute(AssertSqlSafe(statement)).await.expect("fill the queue");
        }
    }
    superuser.execute("VACUUM ANALYZE").await.expect("vacuum");
}
