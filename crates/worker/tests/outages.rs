//! The cluster away, the database away, and errors that pass or stay.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use souk_domain::operation::{OperationKind, OperationState, Step};
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::{FakeCluster, Point};
use souk_test_support::jobs::{parts, run_jobs, run_jobs_to_rest, skip_pauses, worker, worker_with};
use souk_test_support::logs::Logs;
use souk_test_support::{TestDatabase, seed, until, wait_for};
use souk_worker::{Parts, RunningWorker, WorkerSettings};
use tracing::Level;

/// The longest from the cluster's answer to the work of everybody who waited.
const BACK_LIMIT: Duration = Duration::from_secs(10);

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
async fn a_retry_survives_its_worker_and_neither_a_death_nor_a_stop_counts_as_a_try() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    cluster.fail(Step::Release, ErrorKind::Transient, 1);
    run_jobs(&db, &worker(&db, cluster.clone()).await).await;
    // Two workers die in the second try, which then fails; the third is the last.
    for _ in 0..2 {
        skip_pauses(&db).await;
        let doomed = worker(&db, cluster.clone()).await;
        cluster.inject(Step::Release, false, souk_provisioner::fake::Fault::Hang);
        let before = cluster.calls().len();
        let running = tokio::spawn(async move { doomed.start_and_wait(operation).await });
        wait_for("the try to begin", async || (cluster.calls().len() > before).then_some(())).await;
        running.abort();
        let _ = running.await;
        souk_test_support::jobs::end_leases(&db).await;
    }
    cluster.fail(Step::Release, ErrorKind::Transient, 1);
    run_jobs_to_rest(&db, &worker(&db, cluster.clone()).await).await;
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Ready);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_cluster_is_away_all_wait_without_a_try_and_within_10_s_of_its_return_all_go_on() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let parts = || parts(&db, cluster.clone(), WorkerSettings::default());
    let workers = [
        RunningWorker::start(parts()).await.unwrap(),
        RunningWorker::start(Parts { pool: db.another_worker().await, ..parts() }).await.unwrap(),
    ];
    // One in a step, one in its undo, one that is to be deleted, and more than may run at once.
    let anna = seed::user(&db, "anna").await;
    let bob = seed::user(&db, "bob").await;
    let (ready, _) = seed::store(&db, &anna, "ready").await;
    wait_for("a store", async || (seed::get(&db, ready.id).await.state == StoreState::Ready).then_some(()))
        .await;
    let in_step = cluster.hold(Step::Release, false, Point::Before);
    let in_undo = cluster.hold(Step::Setup, true, Point::Before);
    seed::store(&db, &anna, "in-step").await;
    in_step.reached().await;
    cluster.fail(Step::Setup, ErrorKind::Permanent, 1);
    let (undone, _) = seed::store(&db, &bob, "in-undo").await;
    in_undo.reached().await;
    cluster.set_down(true);
    let before = cluster.calls().len();
    in_step.open();
    in_undo.open();
    let breaker = "SELECT count(*) FROM clusters WHERE unavailable_since IS NOT NULL";
    wait_for("the breaker", async || (db.number(breaker).await == 1).then_some(())).await;
    seed::delete(&db, &anna, ready.id).await.unwrap();
    for shop in ["one", "two"] {
        seed::store(&db, &anna, shop).await;
        seed::store(&db, &bob, shop).await;
    }
    // Long enough for every doorbell to have rung in vain.
    let waiting = "SELECT count(*) FROM operations WHERE state = 'queued' AND NOT has_permit";
    wait_for("all to wait", async || (db.number(waiting).await == 7).then_some(())).await;
    let rung = "SELECT count(*) FROM apalis.jobs WHERE status IN ('Pending', 'Queued')";
    wait_for("every doorbell to be answered", async || (db.number(rung).await == 0).then_some(())).await;
    let tries = "SELECT coalesce(sum(attempts), 0)::bigint FROM operation_steps s JOIN operations o ON o.id = operation_id
                 WHERE o.state = 'queued' AND s.state = 'waiting'";
    assert_eq!(db.number(tries).await, 0, "a try was counted");

    assert_eq!(cluster.calls().len(), before, "somebody knocked at a cluster that is known to be away");

    cluster.set_down(false);
    let back = Instant::now();
    let unfinished = "SELECT count(*) FROM operations WHERE state NOT IN ('succeeded', 'failed')";
    let all = until(BACK_LIMIT, Duration::from_millis(20), async || {
        (db.number(unfinished).await == 0).then_some(())
    });
    assert!(all.await.is_some(), "{} still wait after {:?}", db.number(unfinished).await, back.elapsed());
    assert_eq!(seed::get(&db, undone.id).await.state, StoreState::Failed);
    assert_eq!(seed::get(&db, ready.id).await.state, StoreState::Deleted);
    assert_eq!(db.number("SELECT count(*) FROM stores WHERE state = 'ready'").await, 5);
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_cluster_that_is_away_is_logged_once_and_then_now_and_then() {
    let logs = Logs::capture(Level::INFO);
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let settings = WorkerSettings {
        ping_every: Duration::from_millis(10),
        remind_every: Duration::from_millis(400),
        ..WorkerSettings::default()
    };
    let running = RunningWorker::start(parts(&db, cluster.clone(), settings)).await.unwrap();
    let owner = seed::user(&db, "anna").await;
    let gate = cluster.hold(Step::Release, false, Point::Before);
    seed::store(&db, &owner, "shop").await;
    gate.reached().await;
    let away = Instant::now();
    cluster.set_down(true);
    gate.open();
    wait_for("three reminders", async || (logs.with("still does not answer").len() >= 3).then_some(())).await;
    let took = away.elapsed();
    // Whoever met it has said so: a step that is late to would open the breaker again.
    let at_work = "SELECT count(*) FROM operations WHERE state = 'running'";
    wait_for("the step to give up", async || (db.number(at_work).await == 0).then_some(())).await;
    cluster.set_down(false);
    wait_for("its return", async || (!logs.with("answers again").is_empty()).then_some(())).await;
    running.stop().await;

    assert_eq!(logs.with("the cluster does not answer; operations wait").len(), 1);
    assert_eq!(logs.with("answers again").len(), 1);
    let reminders = logs.with("still does not answer").len();
    assert!(took >= Duration::from_millis(400) * 3, "{reminders} reminders in {took:?}");
    let lines = logs.with("cluster").len();
    assert_eq!(lines, reminders + 2, "another line spoke of it: {:#?}", logs.with("cluster"));
    assert_eq!(WorkerSettings::default().remind_every, Duration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_whose_connections_are_cut_again_and_again_go_on_by_themselves() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::with_step_time(Duration::from_millis(40)));
    let settings = WorkerSettings {
        lease: Duration::from_secs(4),
        heartbeat: Duration::from_secs(1),
        ..WorkerSettings::default()
    };
    let mut workers = Vec::new();
    for _ in 0..2 {
        let pool = db.another_worker().await;
        let parts = Parts { pool, ..parts(&db, cluster.clone(), settings.clone()) };
        workers.push(RunningWorker::start(parts).await.unwrap());
    }
    for name in ["anna", "bob", "carl"] {
        let owner = seed::user(&db, name).await;
        for shop in ["one", "two"] {
            seed::store(&db, &owner, shop).await;
        }
    }
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND usename = 'souk_worker'";
    let mut cuts = 0;
    let ready = "SELECT count(*) FROM stores WHERE state = 'ready'";
    let all = until(Duration::from_mins(1), Duration::from_millis(150), async || {
        if cuts < 8 {
            // A busy machine may not have opened new ones yet.
            cuts += i32::from(db.number(cut).await > 0);
        }
        (db.number(ready).await == 6).then_some(())
    });
    assert!(all.await.is_some(), "{} are ready after {cuts} cuts", db.number(ready).await);
    assert_eq!(cuts, 8, "all was done before the connections were cut");
    for namespace in cluster.namespaces().values() {
        assert_eq!(namespace.releases, 1);
    }
    // And they listen again: a new store does not wait for somebody to look.
    let owner = seed::user(&db, "dora").await;
    let (store, _) = seed::store(&db, &owner, "after").await;
    wait_for("a store that came later", async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    })
    .await;
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE dead_letter").await, 0);
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test]
async fn the_queues_clock_stands_still_while_the_cluster_is_away() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let settings = WorkerSettings { ping_every: Duration::from_millis(20), ..WorkerSettings::default() };
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    // Five minutes of an outage that began right after the store was asked for.
    db.execute("UPDATE operations SET queued_at = queued_at - interval '5 minutes', queue_deadline = queue_deadline - interval '5 minutes'").await;
    db.execute("UPDATE clusters SET unavailable_since = now() - interval '5 minutes'").await;
    let worker = worker_with(&db, cluster.clone(), settings.clone()).await;
    assert_eq!(worker.reap().await.unwrap().timed_out, 0);
    let running = RunningWorker::start(parts(&db, cluster, settings)).await.unwrap();
    wait_for("the store to be ready", async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    })
    .await;
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Succeeded);
    assert_eq!(seed::operation(&db, operation).await.kind, OperationKind::Provision);
    running.stop().await;
}
