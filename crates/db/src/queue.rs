//! The apalis queue: how a commit wakes a worker.
//!
//! A job is a doorbell: it says "look at this operation". What is to be done, and whether anybody may
//! do it, stands in the operation's row. So a job that rings twice, late or for nothing does no harm,
//! and one that is lost is sent again by the [`reaper`](crate::reaper).

use std::time::Duration;

use apalis::prelude::TaskBuilder;
use apalis_postgres::{Config, PgTask, PostgresStorage, queries};
use serde::{Deserialize, Serialize};
use souk_domain::id::OperationId;
use sqlx::postgres::PgPoolOptions;

use crate::pool::ACQUIRE_TIMEOUT;
use crate::{DbError, Tx, WorkerPool};

/// The queue's name, in `apalis.jobs.job_type`.
pub const QUEUE: &str = "souk.operations";
/// The version of [`Job`]'s shape.
const JOB_VERSION: u8 = 1;
/// A doorbell that cannot be answered so often is broken; the reaper sends a new one.
const MAX_JOB_ATTEMPTS: usize = 3;
/// Of apalis: one listens, one fetches jobs and notes that they are answered.
const QUEUE_CONNECTIONS: u32 = 2;

/// What a job carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    pub v: u8,
    pub operation_id: OperationId,
    /// For the log; jobs of older builds have none.
    #[serde(default)]
    pub correlation_id: String,
    /// The span that asked for the operation, where traces were exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

struct Fetched {
    id: String,
    job: Vec<u8>,
}

/// Queues a job for the operation in this transaction: it exists when, and only when, the
/// transaction commits. Notes the time, so that the reaper does not ring again at once.
pub async fn wake(tx: &mut Tx, operation: OperationId) -> Result<(), DbError> {
    wake_after(tx, operation, Duration::ZERO).await
}

/// As [`wake`], and neither the job nor anyone else starts the operation before `pause` is over. Without
/// a pause the operation keeps the time since when it could run, and with it its place in the queue.
pub async fn wake_after(tx: &mut Tx, operation: OperationId, pause: Duration) -> Result<(), DbError> {
    let row = sqlx::query!(
        r#"UPDATE operations
           SET wakes = wakes + 1, woken_at = clock_timestamp() + make_interval(secs => $2),
               run_after = CASE WHEN $2 > 0 THEN clock_timestamp() + make_interval(secs => $2) ELSE run_after END
           WHERE id = $1
           RETURNING wakes, correlation_id, traceparent, ceil(extract(epoch FROM run_after))::bigint AS "run_at!""#,
        operation.as_uuid(),
        pause.as_secs_f64()
    )
    .fetch_one(tx.connection())
    .await?;
    let job = Job {
        v: JOB_VERSION,
        operation_id: operation,
        correlation_id: row.correlation_id,
        traceparent: row.traceparent,
    };
    let payload = serde_json::to_vec(&job).map_err(|error| DbError::Corrupt(Box::new(error)))?;
    // apalis counts whole seconds. After a pause they are rounded up, so that the operation may run when the
    // job comes. Without one the job is due before this transaction began, by the database's own clock: one that
    // is due later, if only because a second has passed since, is not announced, and waits to be found.
    let run_at = if pause.is_zero() { row.run_at - 1 } else { row.run_at };
    let task: PgTask = TaskBuilder::new(payload)
        .max_attempts(MAX_JOB_ATTEMPTS)
        .idempotency_key(format!("{operation}/{}", row.wakes))
        .run_at_timestamp(run_at.cast_unsigned())
        .build();
    queries::push_tasks(tx.connection(), QUEUE, vec![task]).await.map_err(DbError::Queue)
}

impl WorkerPool {
    /// The queue as apalis sees it, over connections of its own: what it notes of a job (fetched, answered)
    /// may be lost with the database's last moments, since a job may ring twice. So nothing waits for the disk.
    ///
    /// One job at a time is fetched: while a fetched batch is buffered, apalis sends no heartbeats. It notes that a
    /// job is answered (which it calls to persist its result), and not also that it is being answered: that
    /// takes as long as a claim.
    #[must_use]
    pub fn jobs(&self) -> PostgresStorage<Job> {
        let config = Config::default().queue(QUEUE).batch_size(1).persist_results(true).lock_tasks(false);
        let options = self.0.connect_options().as_ref().clone().options([("synchronous_commit", "off")]);
        let pool = PgPoolOptions::new()
            .max_connections(QUEUE_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(options);
        PostgresStorage::new(&pool).with_config(config)
    }
}

/// Gives back what an apalis worker that ended had fetched and not begun, which apalis itself does after
/// five minutes. A job that cannot be read is killed instead, which is apalis's dead letter; returns the
/// ids of those.
pub async fn leave(tx: &mut Tx, worker: &str) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query_as!(
        Fetched,
        "SELECT id, job FROM apalis.jobs WHERE lock_by = $1 AND job_type = $2 AND status = 'Queued' FOR UPDATE",
        worker,
        QUEUE
    )
    .fetch_all(tx.connection())
    .await?;
    let is_readable = |job: &[u8]| serde_json::from_slice::<Job>(job).is_ok();
    let (readable, unreadable): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| is_readable(&row.job));
    let ids = |rows: Vec<_>| rows.into_iter().map(|row: Fetched| row.id).collect::<Vec<_>>();
    let (readable, unreadable) = (ids(readable), ids(unreadable));
    sqlx::query!(
        "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL WHERE id = ANY ($1)",
        &readable
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        r#"UPDATE apalis.jobs SET status = 'Killed', done_at = now(), last_result = '{"Err": "cannot be read"}'
           WHERE id = ANY ($1)"#,
        &unreadable
    )
    .execute(tx.connection())
    .await?;
    Ok(unreadable)
}

/// Removes finished jobs older than `age`, at most `limit` at a time. Returns how many went.
pub async fn prune(tx: &mut Tx, age: Duration, limit: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "DELETE FROM apalis.jobs WHERE id = ANY (ARRAY(
             SELECT id FROM apalis.jobs
             WHERE done_at < now() - make_interval(secs => $1) AND status IN ('Done', 'Killed', 'Failed')
             LIMIT $2))",
        age.as_secs_f64(),
        limit
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// Removes workers that have not been seen for `age` and whose jobs are gone. Each start of a worker makes
/// one. Returns how many went.
pub async fn prune_workers(tx: &mut Tx, age: Duration, limit: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "DELETE FROM apalis.workers WHERE id = ANY (ARRAY(
             SELECT id FROM apalis.workers
             WHERE last_seen < now() - make_interval(secs => $1)
               AND NOT EXISTS (SELECT FROM apalis.jobs WHERE lock_by = workers.id)
             LIMIT $2))",
        age.as_secs_f64(),
        limit
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}
