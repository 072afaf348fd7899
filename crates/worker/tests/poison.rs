//! Jobs and operations that can never be done: they end aside, and take no place again.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_db::queue::QUEUE;
use souk_domain::engine::Engine;
use souk_domain::operation::{OperationKind, OperationState, Step};
use souk_domain::state::StoreState;
use souk_provisioner::fake::{FakeCluster, Fault};
use souk_test_support::jobs::{parts, run_jobs_to_rest, worker};
use souk_test_support::steps::{Reference, World};
use souk_test_support::{TestDatabase, seed, wait_for};
use souk_worker::{Claimed, RunningWorker, WorkerSettings};

/// Pushes a job as anybody might who can write to the queue.
async fn push(db: &TestDatabase, id: &str, payload: &str) {
    db.execute(&format!(
        "INSERT INTO apalis.jobs (id, job_type, job, status, attempts, max_attempts, run_at, priority, metadata)
         VALUES ('{id}', '{QUEUE}', '{payload}'::bytea, 'Pending', 0, 3, now() - interval '1 minute', 9, '')"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_cannot_be_read_or_names_no_operation_is_put_aside_and_others_are_answered() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    push(&db, "01K0Z3V8Q4N5W6X7Y8Z9ABCDE0", "no JSON at all").await;
    push(&db, "01K0Z3V8Q4N5W6X7Y8Z9ABCDE1", r#"{"v":1,"operation_id":"store_1"}"#).await;
    push(&db, "01K0Z3V8Q4N5W6X7Y8Z9ABCDE2", r#"{"v":1}"#).await;
    push(&db, "01K0Z3V8Q4N5W6X7Y8Z9ABCDE3", r#"{"v":1,"operation_id":"op_01k0z3v8q4n5w6x7y8z9abcdef"}"#)
        .await;
    push(&db, "01K0Z3V8Q4N5W6X7Y8Z9ABCDE4", r#"{"v":99,"operation_id":"op_01k0z3v8q4n5w6x7y8z9abcdef"}"#)
        .await;
    let running = RunningWorker::start(parts(&db, cluster, WorkerSettings::default())).await.unwrap();
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    wait_for("a store behind them to be ready", async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    })
    .await;
    // apalis's own dead letter, which says why and is kept for a day. The two that name no operation were
    // answered: there is nothing to do for them.
    let aside = "SELECT count(*) FROM apalis.jobs WHERE priority = 9 AND status = 'Killed' AND last_result IS NOT NULL";
    assert_eq!(db.number(aside).await, 3);
    let claimable =
        "SELECT count(*) FROM apalis.jobs WHERE priority = 9 AND status IN ('Pending', 'Queued', 'Failed')";
    assert_eq!(db.number(claimable).await, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_that_kills_its_worker_is_put_aside_and_takes_no_place_again() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let settings = WorkerSettings {
        lease: Duration::from_millis(600),
        heartbeat: Duration::from_millis(150),
        reap_every: Duration::from_millis(50),
        lost_leases: 3,
        ..WorkerSettings::default()
    };
    for _ in 0..20 {
        cluster.inject(Step::Release, false, Fault::Panic);
    }
    let running = RunningWorker::start(parts(&db, cluster.clone(), settings)).await.unwrap();
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "poison").await;
    wait_for("it to be put aside", async || seed::operation(&db, operation).await.dead_letter.then_some(()))
        .await;
    let aside = seed::operation(&db, operation).await;
    assert_eq!(aside.state, OperationState::Failed);
    assert!(aside.failure.unwrap().reason.contains("3 times in a row"), "the operation says why");
    let failed = seed::get(&db, store.id).await;
    assert_eq!(failed.state, StoreState::Failed);
    assert!(failed.failure.unwrap().advice.is_some());
    let tries = cluster.calls().iter().filter(|call| call.step == Step::Release).count();
    assert_eq!(tries, 3, "each loss is one claim");
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);
    running.stop().await;
    // Nothing rings for it any more, and nobody can claim it.
    let later = worker(&db, cluster.clone()).await;
    assert_eq!(later.reap().await.unwrap().woken, 0);
    assert_eq!(later.start_and_wait(operation).await.unwrap(), Claimed::No);
}

#[tokio::test]
async fn only_claims_lost_in_a_row_are_counted() {
    let world = World::prepare(OperationKind::Provision, Engine::Medusa).await;
    let reach = Reference::of(OperationKind::Provision, Engine::Medusa).await.reach;
    let limit = WorkerSettings::default().lost_leases;
    assert!(reach.len() > usize::try_from(limit).unwrap(), "too few steps to lose more claims than allowed");
    for step in &reach {
        world.cluster.inject(*step, false, Fault::Hang);
        let running = world.begin().await;
        wait_for("the step to begin", async || {
            world.calls().iter().any(|call| call.step == *step).then_some(())
        })
        .await;
        world.drop_worker(running).await;
    }
    assert_eq!(world.db.number("SELECT lost_leases::bigint FROM operations").await, 0, "the last one got on");
    world.run_to_rest().await;
    assert_eq!(seed::get(&world.db, world.store.id).await.state, StoreState::Ready);
}

#[tokio::test]
async fn an_operation_that_cannot_be_read_is_put_aside_too() {
    let world = World::prepare(OperationKind::Provision, Engine::Medusa).await;
    let limit = WorkerSettings::default().lost_leases;
    world.db.execute("UPDATE operations SET kind = 'from the future'").await;
    for _ in 0..=limit {
        let worker = world.worker().await;
        assert_eq!(worker.start_and_wait(world.operation).await.unwrap(), Claimed::Yes);
        souk_test_support::jobs::end_leases(&world.db).await;
    }
    let aside = "SELECT count(*) FROM operations WHERE state = 'failed' AND dead_letter AND NOT has_permit
                 AND failure IS NOT NULL";
    assert_eq!(world.db.number(aside).await, 1);
    assert_eq!(world.worker().await.start_and_wait(world.operation).await.unwrap(), Claimed::No);
    // Its store can still be removed.
    seed::delete(&world.db, &world.owner, world.store.id).await.unwrap();
    run_jobs_to_rest(&world.db, &world.worker().await).await;
    assert_eq!(seed::get(&world.db, world.store.id).await.state, StoreState::Deleted);
}
