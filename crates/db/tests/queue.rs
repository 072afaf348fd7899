//! When a job is due, and that whoever waits for it is told.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use souk_db::queue;
use souk_test_support::{TestDatabase, seed, wait_for};
use sqlx::postgres::PgListener;

/// What apalis's trigger announces a job on, if it was due when its transaction began.
const CHANNEL: &str = "apalis::job::insert";
/// Bounds a broken test, nothing else.
const LIMIT: Duration = Duration::from_secs(10);

async fn second(db: &TestDatabase) -> i64 {
    db.number("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint").await
}

#[tokio::test]
async fn a_job_is_announced_even_if_a_second_has_passed_since_its_transaction_began() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let mut listener = PgListener::connect(&db.url("souk_worker")).await.unwrap();
    listener.listen(CHANNEL).await.unwrap();
    let mut tx = db.worker.begin().await.unwrap();
    let began = second(&db).await;
    wait_for("the next second", async || (second(&db).await > began).then_some(())).await;
    queue::wake(&mut tx, operation).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.number("SELECT count(*) FROM apalis.jobs").await, 2, "the control: both jobs are there");
    tokio::time::timeout(LIMIT, listener.recv()).await.expect("it is announced").unwrap();
}

#[tokio::test]
async fn a_job_after_a_pause_comes_when_its_operation_may_run() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let mut tx = db.worker.begin().await.unwrap();
    queue::wake_after(&mut tx, operation, Duration::from_secs(3)).await.unwrap();
    tx.commit().await.unwrap();
    let early = "SELECT count(*) FROM apalis.jobs, operations WHERE run_at > now() AND run_at < run_after";
    assert_eq!(db.number("SELECT count(*) FROM apalis.jobs WHERE run_at > now()").await, 1, "the control");
    assert_eq!(db.number(early).await, 0);
}
