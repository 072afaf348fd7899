//! Permits, fairness and limits, with workers that really run.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_domain::dispatch::{PermitLimits, choose};
use souk_domain::id::OperationId;
use souk_domain::state::StoreState;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::jobs::{run_jobs, worker};
use souk_test_support::{TestDatabase, WorkerProcess, seed, until, wait_for};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_workers_keep_the_limits_and_the_order_and_nobody_starves() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::with_step_time(Duration::from_millis(10)));
    let mut owners = Vec::new();
    for name in ["anna", "bob", "carl", "dora", "emil", "frida"] {
        owners.push(seed::user(&db, name).await);
    }
    // One account after the other, so that the cap of an account stands in the way of the order.
    for owner in &owners {
        for shop in ["one", "two", "three", "four", "five"] {
            seed::store(&db, owner, shop).await;
        }
    }
    let workers = WorkerProcess::start_many(&db, &cluster, 3).await;
    wait_for("all stores to be ready", async || {
        (db.number("SELECT count(*) FROM stores WHERE state = 'ready'").await == 30).then_some(())
    })
    .await;
    for worker in workers {
        worker.stop().await;
    }

    // As the cluster saw it.
    let peak = cluster.peak();
    assert_eq!((peak.total, peak.of_one_account), (3, 2), "the limits are reached, and never passed");
    // As the database saw it.
    let turns = db.turns().await;
    assert_eq!(turns.len(), 30);
    for turn in &turns {
        let at = turn.started;
        let of_account =
            |account| turns.iter().filter(|other| other.account == account && other.holds_at(at)).count();
        assert!(turns.iter().filter(|other| other.holds_at(at)).count() <= 3);
        assert!(of_account(turn.account) <= 2);
        // What is promised: who starts is among those that the rule lets start, from those that ran and
        // those that waited at that moment, oldest first. So an older one is passed by only when its account
        // has all that one account may have, or when there is a permit left for it, too.
        let running: Vec<_> = turns
            .iter()
            .filter(|other| other.operation != turn.operation && other.holds_at(at))
            .map(|other| other.account)
            .collect();
        let waiting: Vec<_> = turns
            .iter()
            .filter(|other| other.queued <= at && other.started >= at)
            .map(|other| (other.operation, other.account))
            .collect();
        assert!(
            choose(PermitLimits::default(), &running, &waiting).contains(&turn.operation),
            "an older operation was passed by without a reason"
        );
    }
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE lease_epoch > 1").await, 0, "no lost claim");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_deletes_that_a_finalizer_holds_do_not_keep_a_new_store_from_becoming_ready() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::new());
    let by_hand = worker(&db, cluster.clone()).await;
    let mut stuck = Vec::new();
    for name in ["anna", "bob", "carl", "dora", "emil"] {
        let owner = seed::user(&db, name).await;
        let (store, _) = seed::store(&db, &owner, "stuck").await;
        stuck.push((owner, store));
    }
    run_jobs(&db, &by_hand).await;
    for (owner, store) in &stuck {
        cluster.hold_namespace(&store.slug.namespace(1));
        seed::delete(&db, owner, store.id).await.unwrap();
    }
    let workers = WorkerProcess::start_many(&db, &cluster, 2).await;
    wait_for("all deletes to be held up", async || {
        let held = "SELECT count(*) FROM operations WHERE kind = 'delete' AND waiting_for LIKE '%finalizer%'";
        (db.number(held).await == 5).then_some(())
    })
    .await;
    let owner = seed::user(&db, "frida").await;
    let (store, _) = seed::store(&db, &owner, "fresh").await;
    let ready = until(Duration::from_secs(5), Duration::from_millis(20), async || {
        (seed::get(&db, store.id).await.state == StoreState::Ready).then_some(())
    });
    assert!(ready.await.is_some(), "the new store did not become ready");
    for (_, store) in &stuck {
        assert_eq!(seed::get(&db, store.id).await.state, StoreState::Deleting);
        cluster.release_namespace(&store.slug.namespace(1));
    }
    wait_for("the deletes to end", async || {
        (db.number("SELECT count(*) FROM stores WHERE state = 'deleted'").await == 5).then_some(())
    })
    .await;
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_stopped_leaves_no_lease_behind_whenever_it_is_stopped() {
    let db = TestDatabase::create().await;
    let cluster = Arc::new(FakeCluster::with_step_time(Duration::from_millis(3)));
    let mut waiting: Vec<OperationId> = Vec::new();
    for name in ["anna", "bob", "carl", "dora"] {
        let owner = seed::user(&db, name).await;
        for shop in ["one", "two", "three"] {
            waiting.push(seed::store(&db, &owner, shop).await.1);
        }
    }
    let mut stops = 0;
    while db.number("SELECT count(*) FROM operations WHERE state <> 'succeeded'").await > 0 {
        let process = WorkerProcess::start(&db, &cluster).await;
        // After one more call, or two, or three: in the middle of a claim, of a step, of a commit.
        let enough = cluster.calls().len() + 1 + stops % 3;
        wait_for("some progress", async || {
            let done = cluster.calls().len() >= enough;
            (done || db.number("SELECT count(*) FROM operations WHERE state <> 'succeeded'").await == 0)
                .then_some(())
        })
        .await;
        process.stop().await;
        stops += 1;
        assert_eq!(
            db.number("SELECT count(*) FROM operations WHERE lease_owner IS NOT NULL").await,
            0,
            "after {stops} stops"
        );
        assert!(stops < 500, "no progress");
    }
    assert!(stops > 2, "all was done before a worker was stopped, so the test shows nothing");
    assert_eq!(db.number("SELECT max(lost_leases)::bigint FROM operations").await, 0);
    for namespace in cluster.namespaces().values() {
        assert_eq!(namespace.releases, 1);
    }
}
