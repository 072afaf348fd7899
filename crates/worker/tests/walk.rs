//! The way of an operation over the fake cluster: success, failure, undo, crash, cancel.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_db::operations;
use souk_domain::operation::{OperationKind, OperationState, Step, StepState};
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::{FakeCluster, Fault};
use souk_test_support::jobs::{end_leases, run_jobs, run_jobs_to_rest, skip_pauses, worker, worker_with};
use souk_test_support::{TestDatabase, seed, wait_for};
use souk_worker::{Claimed, WorkerSettings};

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
async fn each_step_that_fails_for_good_is_undone_to_a_clean_slate_and_a_retry_succeeds() {
    for step in OperationKind::Provision.steps().iter().filter(|step| **step != Step::Publish) {
        let db = TestDatabase::create().await;
        let cluster = Arc::new(FakeCluster::new());
        let worker = worker(&db, cluster.clone()).await;
        let owner = seed::user(&db, "anna").await;
        let (store, operation) = seed::store(&db, &owner, "shop").await;
        cluster.fail(*step, ErrorKind::Permanent, 1);
        run_jobs(&db, &worker).await;

        let failed = seed::get(&db, store.id).await;
        assert_eq!(failed.state, StoreState::Failed, "{step}");
        assert_eq!(failed.failure.unwrap().step.as_deref(), Some(step.as_str()));
        assert!(cluster.namespaces().is_empty(), "{step} left something behind");
        let ended = seed::operation(&db, operation).await;
        assert_eq!(ended.state, OperationState::Failed, "{step}");
        let mut tx = db.worker.begin().await.unwrap();
        let steps = operations::steps(&mut tx, operation).await.unwrap();
        let of_step = steps.iter().find(|record| record.name == *step).unwrap();
        assert_eq!(of_step.state, StepState::Failed, "{step}");
        assert!(
            steps
                .iter()
                .take_while(|record| record.name != *step)
                .all(|record| record.state == StepState::Undone)
        );
    }
}

#[tokio::test]
async fn a_transient_failure_is_tried_again_and_the_third_in_a_row_is_final() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let worker = worker(&db, cluster.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (lucky, _) = seed::store(&db, &owner, "lucky").await;
    cluster.fail(Step::Release, ErrorKind::Transient, 2);
    run_jobs_to_rest(&db, &worker).await;
    assert_eq!(seed::get(&db, lucky.id).await.state, StoreState::Ready);

    let (unlucky, _) = seed::store(&db, &owner, "unlucky").await;
    cluster.fail(Step::Release, ErrorKind::Transient, 3);
    run_jobs_to_rest(&db, &worker).await;
    assert_eq!(seed::get(&db, unlucky.id).await.state, StoreState::Failed);
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
async fn a_worker_that_dies_in_any_step_is_succeeded_by_one_that_resumes_there() {
    for step in OperationKind::Provision.steps().iter().filter(|step| **step != Step::Publish) {
        let db = TestDatabase::create().await;
        let cluster = Arc::new(FakeCluster::new());
        let first = worker(&db, cluster.clone()).await;
        let owner = seed::user(&db, "anna").await;
        let (store, operation) = seed::store(&db, &owner, "shop").await;
        cluster.inject(*step, false, Fault::Hang);
        let running = tokio::spawn({
            let first = first.clone();
            async move { first.start_and_wait(operation).await }
        });
        wait_for("the step to begin", async || {
            cluster.calls().iter().any(|call| call.step == *step).then_some(())
        })
        .await;
        running.abort();
        end_leases(&db).await;

        let second = worker(&db, cluster.clone()).await;
        assert_eq!(second.start_and_wait(operation).await.unwrap(), Claimed::Yes);
        assert_eq!(seed::get(&db, store.id).await.state, StoreState::Ready, "{step}");
        for earlier in OperationKind::Provision.steps().iter().take_while(|earlier| *earlier != step) {
            let runs = cluster.calls().iter().filter(|call| call.step == *earlier).count();
            assert_eq!(runs, 1, "{earlier} was committed before {step} and must not run again");
        }
        assert_eq!(cluster.namespaces()[&store.slug.namespace(1)].releases, 1);
    }
}

#[tokio::test]
async fn a_worker_that_dies_in_a_step_costs_none_of_its_tries() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    for deaths in 1..=3 {
        cluster.inject(Step::Release, false, Fault::Hang);
        let dying = worker(&db, cluster.clone()).await;
        let running = tokio::spawn(async move { dying.start_and_wait(operation).await });
        wait_for("the step to begin", async || {
            (cluster.calls().iter().filter(|call| call.step == Step::Release).count() == deaths).then_some(())
        })
        .await;
        running.abort();
        end_leases(&db).await;
    }
    cluster.fail(Step::Release, ErrorKind::Transient, 2);
    run_jobs_to_rest(&db, &worker(&db, cluster.clone()).await).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Ready, "the third try succeeds");
    let started = "SELECT count(*) FROM events WHERE message = 'Step release started'";
    assert_eq!(db.number(started).await, 1);
}

#[tokio::test]
async fn a_delete_cancels_what_runs_and_ends_with_nothing_left() {
    for step in OperationKind::Provision.steps().iter().filter(|step| **step != Step::Publish) {
        let db = TestDatabase::create().await;
        let cluster = Arc::new(FakeCluster::new());
        let worker = worker(&db, cluster.clone()).await;
        let owner = seed::user(&db, "anna").await;
        let (store, operation) = seed::store(&db, &owner, "shop").await;
        cluster.inject(*step, false, Fault::Hang);
        let running = tokio::spawn({
            let worker = worker.clone();
            async move { worker.start_and_wait(operation).await }
        });
        wait_for("the step to begin", async || {
            cluster.calls().iter().any(|call| call.step == *step).then_some(())
        })
        .await;
        let delete = seed::delete(&db, &owner, store.id).await.unwrap();
        worker.start_and_wait(delete).await.unwrap();
        running.await.unwrap().unwrap();

        assert_eq!(seed::operation(&db, operation).await.state, OperationState::Cancelled, "{step}");
        assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleted, "{step}");
        assert!(cluster.namespaces().is_empty(), "{step}");
    }
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
    cluster.release_namespace(&store.slug.namespace(1));
    run_jobs(&db, &worker).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleted);
}

#[tokio::test]
async fn while_the_cluster_is_away_operations_wait_and_no_attempt_is_counted() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let settings = WorkerSettings {
        ping_every: Duration::from_millis(50),
        reap_every: Duration::from_millis(50),
        ..WorkerSettings::default()
    };
    let worker = worker_with(&db, cluster.clone(), settings.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    cluster.set_down(true);
    for _ in 0..5 {
        run_jobs(&db, &worker).await;
        skip_pauses(&db).await;
    }
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Queued);
    assert_eq!(db.number("SELECT max(attempts)::bigint FROM operation_steps").await, 0);
    assert_eq!(db.number("SELECT count(*) FROM clusters WHERE unavailable_since IS NOT NULL").await, 1);

    cluster.set_down(false);
    let running = souk_worker::RunningWorker::start(souk_test_support::jobs::parts(&db, cluster, settings))
        .await
        .unwrap();
    wait_for("the store to be ready", async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    })
    .await;
    running.stop().await;
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

#[tokio::test]
async fn an_operation_that_no_worker_survives_is_put_aside() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let worker = worker(&db, cluster.clone()).await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "poison").await;
    let limit = WorkerSettings::default().lost_leases;
    db.execute(&format!(
        "UPDATE operations SET state = 'running', lost_leases = {}, lease_expires_at = now() - interval '1 second'",
        limit - 1
    ))
    .await;
    worker.start_and_wait(operation).await.unwrap();
    let aside = seed::operation(&db, operation).await;
    assert!(aside.dead_letter);
    assert_eq!(aside.state, OperationState::Failed);
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Failed);
    assert!(cluster.calls().is_empty());
}
