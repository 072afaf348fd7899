//! The way of an operation over the fake cluster: success, waiting, handing back. What happens when a step
//! fails, a worker dies or a delete comes is in `steps`, `outages`, `poison` and `delete`.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_domain::operation::{OperationState, Step};
use souk_domain::state::StoreState;
use souk_provisioner::fake::{FakeCluster, Fault};
use souk_test_support::jobs::{run_jobs, skip_pauses, worker};
use souk_test_support::{TestDatabase, seed, wait_for};
use souk_worker::WorkerSettings;

#[tokio::test]
async fn a_store_is_created_and_deleted_and_nothing_is_left() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let worker = worker(&db, cluster.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;

    assert_eq!(run_jobs(&db, &worker).await, 1);
    let ready = seed::get(&db, store.id).await;
    assert_eq!(ready.state, StoreState::Ready);
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Succeeded);
    let namespace = &cluster.namespaces()[&store.slug.namespace(1)];
    assert_eq!((namespace.releases, namespace.secrets, namespace.set_up), (1, true, true));

    seed::delete(&db, &owner, store.id).await.unwrap();
    run_jobs(&db, &worker).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleted);
    assert!(cluster.namespaces().is_empty());
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);
    let gaps = "SELECT count(*) FROM (SELECT seq - lag(seq, 1, 0::bigint) OVER (PARTITION BY store_id ORDER BY seq) AS d FROM events) x WHERE d <> 1";
    assert_eq!(db.number(gaps).await, 0, "the list of events has gaps");
}

#[tokio::test]
async fn a_retry_waits_in_the_database_and_gives_its_permit_back_meanwhile() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let worker = worker(&db, cluster.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    cluster.inject(
        Step::Rollout,
        false,
        Fault::Pending { reason: "pulling the image".into(), after: Duration::from_mins(1) },
    );
    run_jobs(&db, &worker).await;
    let waiting = seed::operation(&db, operation).await;
    assert_eq!(waiting.state, OperationState::Queued);
    assert_eq!(waiting.waiting_for.as_deref(), Some("pulling the image"));
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);
    assert_eq!(run_jobs(&db, &worker).await, 0, "nothing is due yet");
    skip_pauses(&db).await;
    run_jobs(&db, &worker).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Ready);
}

#[tokio::test]
async fn a_delete_that_is_held_up_says_why_keeps_no_permit_and_ends_when_it_can() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let worker = worker(&db, cluster.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    run_jobs(&db, &worker).await;
    cluster.hold_namespace(&store.slug.namespace(1));
    let delete = seed::delete(&db, &owner, store.id).await.unwrap();
    for _ in 0..3 {
        run_jobs(&db, &worker).await;
        skip_pauses(&db).await;
    }
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleting);
    assert!(seed::operation(&db, delete).await.waiting_for.unwrap().contains("finalizer"));
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);
    assert_eq!(db.number("SELECT count(*) FROM operation_tries").await, 3);
    let told = "SELECT count(*) FROM events WHERE kind = 'step_retrying'";
    assert_eq!(db.number(told).await, 1, "a wait that goes on for the same reason is told once");
    let secrets = "SELECT count(*) FROM store_secrets";
    assert_eq!(db.number(secrets).await, 1, "it is not gone yet");
    cluster.release_namespace(&store.slug.namespace(1));
    run_jobs(&db, &worker).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleted);
    assert_eq!(db.number(secrets).await, 0, "nobody needs the secrets of a store that is gone");
}

#[tokio::test]
async fn a_worker_that_stops_hands_its_operation_back_and_another_one_goes_on_at_once() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let parts = || souk_test_support::jobs::parts(&db, cluster.clone(), WorkerSettings::default());
    let owner = seed::user(&db, "anna").await;
    cluster.inject(Step::Rollout, false, Fault::Hang);
    let first = souk_worker::RunningWorker::start(parts()).await.unwrap();
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    wait_for("the rollout to begin", async || {
        cluster.calls().iter().any(|call| call.step == Step::Rollout).then_some(())
    })
    .await;
    first.stop().await;
    let handed_back = seed::operation(&db, operation).await;
    assert_eq!(handed_back.state, OperationState::Queued);
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE lease_owner IS NOT NULL").await, 0);

    let second = souk_worker::RunningWorker::start(parts()).await.unwrap();
    wait_for("the store to be ready", async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    })
    .await;
    second.stop().await;
}
