//! What becomes of a job: it rings until it is answered, and then it goes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_db::queue;
use souk_domain::state::StoreState;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::jobs::parts;
use souk_test_support::{TestDatabase, seed, wait_for};
use souk_worker::{RunningWorker, WorkerSettings};

/// Jobs that apalis would still give to somebody, now or when their worker is taken for dead.
const OPEN: &str = "SELECT count(*) FROM apalis.jobs WHERE status <> 'Done'";

async fn ready(db: &TestDatabase, store: souk_domain::id::StoreId) {
    wait_for("the store to be ready", async || {
        (seed::get(db, store).await.state == StoreState::Ready).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_over_when_it_was_answered_and_goes_with_time() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let owner = seed::user(&db, "anna").await;
    let running = RunningWorker::start(parts(&db, cluster, WorkerSettings::default())).await.unwrap();
    for name in ["shop", "stall"] {
        let (store, _) = seed::store(&db, &owner, name).await;
        ready(&db, store.id).await;
    }
    wait_for("all jobs to be over", async || (db.number(OPEN).await == 0).then_some(())).await;
    running.stop().await;
    let mut tx = db.worker.begin().await.unwrap();
    assert_eq!(
        queue::prune(&mut tx, Duration::from_hours(1), 10).await.unwrap(),
        0,
        "people may look at them"
    );
    let workers = async |tx: &mut souk_db::Tx| queue::prune_workers(tx, Duration::ZERO, 10).await.unwrap();
    assert_eq!(workers(&mut tx).await, 0, "they did the jobs that are still there");
    assert!(queue::prune(&mut tx, Duration::ZERO, 10).await.unwrap() >= 2);
    assert_eq!(queue::prune_workers(&mut tx, Duration::from_hours(1), 10).await.unwrap(), 0, "seen just now");
    assert!(workers(&mut tx).await >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_cannot_be_answered_rings_again_a_few_times_and_the_operation_is_not_lost() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let owner = seed::user(&db, "anna").await;
    db.execute("REVOKE UPDATE ON operations FROM souk_worker").await;
    let running = RunningWorker::start(parts(&db, cluster, WorkerSettings::default())).await.unwrap();
    let (store, _) = seed::store(&db, &owner, "shop").await;
    let given_up = "SELECT count(*) FROM apalis.jobs WHERE status = 'Failed' AND attempts = max_attempts";
    wait_for("the job to be given up", async || (db.number(given_up).await == 1).then_some(())).await;
    db.execute("GRANT UPDATE ON operations TO souk_worker").await;
    ready(&db, store.id).await;
    running.stop().await;
}
