//! The queue as its users meet it: full, too slow, stuck, degraded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use souk_app::Limits;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser, WorkerProcess, wait_for};

const SIX: [&str; 6] = ["anna", "bob", "carl", "dora", "emil", "frida"];
const FIVE_SHOPS: [&str; 5] = ["one", "two", "three", "four", "five"];

async fn events(app: &TestApp, user: &TestUser, store: &str, kind: &str) -> Vec<Value> {
    let log = app.get(user, &format!("/stores/{store}/logs")).await.expect(200);
    let items = log.body["items"].as_array().unwrap().clone();
    items.into_iter().filter(|event| event["kind"] == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_stores_thirteen_are_taken_and_the_rest_are_told_when_to_come_again() {
    let app = TestApp::start().await;
    let mut users = Vec::new();
    for name in SIX {
        users.push(app.merchant(name).await);
    }
    let (mut taken, mut refused) = (0, 0);
    for shop in FIVE_SHOPS {
        for user in &users {
            let answer = app.post(user, "/stores", json!({ "name": shop, "engine": "medusa" })).await;
            if answer.status == 202 {
                taken += 1;
            } else {
                let full = answer.problem(503, "provisioning.queue_full");
                assert!(
                    full.header("retry-after").parse::<u64>().is_ok_and(|wait| (1..=600).contains(&wait))
                );
                refused += 1;
            }
        }
    }
    assert_eq!((taken, refused), (13, 17), "three that run and ten that wait");
    // A refused one has left nothing, and may come again when there is room.
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 13);
    assert_eq!(app.database.number("SELECT count(*) FROM operations").await, 13);
    app.run_jobs().await;
    app.post(&users[5], "/stores", json!({ "name": "later", "engine": "medusa" })).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_room_for_fifty_all_thirty_are_taken_and_three_workers_make_them_within_the_limits() {
    let limits = Limits { max_queue: 50, creation_cooldown: None, ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    for name in SIX {
        let user = app.merchant(name).await;
        for shop in FIVE_SHOPS {
            app.create(&user, shop).await;
        }
    }
    let cluster = Arc::new(FakeCluster::with_step_time(Duration::from_millis(10)));
    let workers = WorkerProcess::start_many(&app.database, &cluster, 3).await;
    wait_for("all thirty to be ready", async || {
        (app.database.number("SELECT count(*) FROM stores WHERE state = 'ready'").await == 30).then_some(())
    })
    .await;
    for worker in workers {
        worker.stop().await;
    }
    let peak = cluster.peak();
    assert_eq!((peak.total, peak.of_one_account), (3, 2), "the limits are reached, and never passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_waits_too_long_has_failed_with_the_reason_and_can_be_retried() {
    let app = TestApp::start().await;
    let user = app.merchant("anna").await;
    let store = app.create(&user, "lamps").await;
    app.database.execute("UPDATE operations SET queue_deadline = now() - interval '1 second'").await;
    assert_eq!(app.worker.reap().await.unwrap().timed_out, 1);

    let shown = app.get(&user, &format!("/stores/{store}")).await.expect(200);
    assert_eq!(shown.string("/state"), "failed");
    assert!(shown.string("/failure/reason").contains("No permit became free in time"));
    let operation = shown.string("/operation/id");
    let details = app.get(&user, &format!("/operations/{operation}")).await.expect(200);
    assert_eq!(details.string("/state"), "failed");
    assert!(details.string("/failure/advice").contains("Retry"));
    assert!(details.body["finished_at"].is_string() && details.body["started_at"].is_null());
    let failed = events(&app, &user, &store, "operation_failed").await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["operation_id"], json!(operation));
    // Its doorbell rings for nothing.
    app.run_jobs().await;
    assert!(app.cluster.calls().is_empty());

    app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_is_answered_with_the_same_operation_until_it_is_put_aside_and_then_queued_anew() {
    let app = TestApp::start().await;
    let user = app.merchant("anna").await;
    let store = app.ready_store(&user, "lamps").await;
    let path = format!("/stores/{store}");
    let (one, two) = tokio::join!(app.delete(&user, &path), app.delete(&user, &path));
    let first = one.expect(202).string("/operation/id");
    assert_eq!(two.expect(202).string("/operation/id"), first);
    assert_eq!(app.delete(&user, &path).await.expect(202).string("/operation/id"), first);

    // Its worker dies again and again.
    app.database
        .execute("UPDATE operations SET state = 'running', lost_leases = 100, lease_expires_at = now() - interval '1 second' WHERE kind = 'delete'")
        .await;
    app.run_jobs().await;
    let aside = app.get(&user, &format!("/operations/{first}")).await.expect(200);
    assert_eq!((aside.string("/state"), &aside.body["dead_letter"]), ("failed".into(), &json!(true)));
    assert!(aside.string("/failure/reason").contains("stopped without a word"));
    assert_eq!(app.state(&user, &store).await, "deleting", "never said to be deleted before it is");
    assert!(!app.cluster.namespaces().is_empty());

    let (one, two) = tokio::join!(app.delete(&user, &path), app.delete(&user, &path));
    let second = one.expect(202).string("/operation/id");
    assert_ne!(second, first);
    assert_eq!(two.expect(202).string("/operation/id"), second, "again one operation for two who ask");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "deleted");
    assert!(app.cluster.namespaces().is_empty());
    app.delete(&user, &path).await.problem(404, "store.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_cluster_is_away_health_and_readiness_say_degraded_and_requests_are_taken() {
    let app = TestApp::start().await;
    let user = app.merchant("anna").await;
    let store = app.create(&user, "lamps").await;
    app.cluster.set_down(true);
    let operation = app.get(&user, &format!("/stores/{store}")).await.expect(200).string("/operation/id");
    app.worker.start_and_wait(operation.parse().unwrap()).await.unwrap();
    for path in ["/health", "/health/ready"] {
        let health = send(app.request(Method::GET, path)).await.expect(200);
        assert_eq!(health.string("/status"), "degraded", "{path}");
        assert_eq!(health.string("/database/status"), "ok", "{path}");
    }
    let waits = app.get(&user, &format!("/operations/{operation}")).await.expect(200);
    assert_eq!(waits.string("/state"), "queued");
    assert!(!waits.string("/waiting_for").is_empty(), "its owner reads why");
    // What is asked for meanwhile is taken, and waits.
    app.create(&user, "rugs").await;
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    let before = app.cluster.calls().len();
    app.worker.start_and_wait(operation.parse().unwrap()).await.unwrap();
    assert_eq!(app.cluster.calls().len(), before, "nothing is begun while it is away");
}
