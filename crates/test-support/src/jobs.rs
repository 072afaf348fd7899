//! `run_jobs()`: drives the queue by hand, so that HTTP -> queue -> worker -> fake is one test
//! without a sleep.

use std::sync::Arc;

use souk_db::queue::{Job, QUEUE};
use souk_db::secrets::Keyring;
use souk_domain::entropy::Entropy;
use souk_provisioner::Provisioner;
use souk_worker::{Claimed, Parts, WorkerContext, WorkerSettings};

use crate::TestDatabase;

/// More rounds than any test needs; a queue that still has jobs then is going in circles.
const MAX_JOBS: usize = 500;

/// The key that tests encrypt with.
#[must_use]
pub fn keyring() -> Keyring {
    Keyring::new("test", [7; 32])
}

/// A worker that works only when it is told to.
pub async fn worker(db: &TestDatabase, provisioner: Arc<dyn Provisioner>) -> WorkerContext {
    worker_with(db, provisioner, WorkerSettings::default()).await
}

pub async fn worker_with(
    db: &TestDatabase,
    provisioner: Arc<dyn Provisioner>,
    settings: WorkerSettings,
) -> WorkerContext {
    WorkerContext::new(parts(db, provisioner, settings)).await.expect("a worker")
}

/// What a worker of this database is made of.
#[must_use]
pub fn parts(db: &TestDatabase, provisioner: Arc<dyn Provisioner>, settings: WorkerSettings) -> Parts {
    Parts {
        settings,
        pool: db.worker.clone(),
        provisioner,
        keyring: keyring(),
        entropy: Arc::new(Entropy::from_system().expect("entropy")),
        addresses: crate::addresses::local(),
    }
}

/// Answers every job that is due, one after the other, until none is left. Returns how many
/// operations were claimed.
pub async fn run_jobs(db: &TestDatabase, worker: &WorkerContext) -> usize {
    let mut claimed = 0;
    for _ in 0..MAX_JOBS {
        let Some(job) = take(db).await else { return claimed };
        if worker.start_and_wait(job.operation_id).await.expect("run a job") == Claimed::Yes {
            claimed += 1;
        }
    }
    panic!("the queue still has jobs after {MAX_JOBS}");
}

/// Takes the next due job as apalis does, and ends it: a job is only a doorbell.
async fn take(db: &TestDatabase) -> Option<Job> {
    let mut connection = db.superuser().await;
    let name = "test";
    sqlx::query(
        "INSERT INTO apalis.workers (id, worker_type, storage_name) VALUES ($1, $2, 'test') ON CONFLICT DO NOTHING",
    )
    .bind(name)
    .bind(QUEUE)
    .execute(&mut connection)
    .await
    .expect("register");
    let row: Option<(String, Vec<u8>)> = sqlx::query_as("SELECT id, job FROM apalis.get_jobs($1, $2, 1)")
        .bind(name)
        .bind(QUEUE)
        .fetch_optional(&mut connection)
        .await
        .expect("take a job");
    let (id, payload) = row?;
    sqlx::query("UPDATE apalis.jobs SET status = 'Done', done_at = now() WHERE id = $1")
        .bind(id)
        .execute(&mut connection)
        .await
        .expect("end the job");
    Some(serde_json::from_slice(&payload).expect("a job"))
}

/// As [`run_jobs`], and no back-off is waited for: until nothing is queued any more.
pub async fn run_jobs_to_rest(db: &TestDatabase, worker: &WorkerContext) {
    for _ in 0..MAX_JOBS {
        run_jobs(db, worker).await;
        if db.number("SELECT count(*) FROM operations WHERE state IN ('queued', 'running')").await == 0 {
            return;
        }
        skip_pauses(db).await;
        worker.reap().await.expect("reap");
    }
    panic!("operations are still unfinished after {MAX_JOBS} rounds");
}

/// Every pause is over.
pub async fn skip_pauses(db: &TestDatabase) {
    db.execute("UPDATE operations SET run_after = now() - interval '1 second', woken_at = NULL").await;
    db.execute("UPDATE apalis.jobs SET run_at = now() - interval '1 second' WHERE status = 'Pending'").await;
}

/// Every lease has ended, as if its holder had died.
pub async fn end_leases(db: &TestDatabase) {
    db.execute(
        "UPDATE operations SET lease_expires_at = now() - interval '1 second', woken_at = NULL
         WHERE lease_expires_at IS NOT NULL",
    )
    .await;
}
