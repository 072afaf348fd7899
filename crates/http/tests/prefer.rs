//! `Prefer: wait=N`: the answer to a creation waits for the store, and the work waits for nobody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser, wait_for};

/// The simulated work takes a moment, and the wait that is asked for 20 s.
const WELL_BEFORE: Duration = Duration::from_secs(15);

async fn create(app: &TestApp, user: &TestUser, wait: &str) -> Answer {
    let body = json!({ "name": "lamps", "engine": "medusa" });
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&body);
    send(request.header("prefer", wait).header("idempotency-key", "one")).await
}

/// Works as soon as there is something to do.
async fn work(app: &TestApp) {
    wait_for("the request's job", async || {
        (app.database.number("SELECT count(*) FROM operations").await == 1).then_some(())
    })
    .await;
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_waits_until_the_store_is_ready_and_says_where_it_is() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let started = Instant::now();
    let (answer, ()) = tokio::join!(create(&app, &user, "wait=20"), work(&app));
    assert!(started.elapsed() < WELL_BEFORE, "it waited for its time and not for the work");
    let answer = answer.expect(201);
    assert_eq!(answer.string("/store/state"), "ready");
    assert_eq!(answer.string("/operation/state"), "succeeded");
    assert_eq!(answer.header("location"), format!("/api/v1/stores/{}", answer.string("/store/id")));
    assert_eq!(answer.header("preference-applied"), "wait=20");
    let now = app.get(&user, &format!("/stores/{}", answer.string("/store/id"))).await;
    assert_eq!(answer.header("etag"), now.header("etag"));
    // Sent again it makes nothing, and tells how the store is now.
    let again = create(&app, &user, "wait=20").await.expect(201);
    assert_eq!(
        (again.header("idempotent-replayed"), again.string("/store/id")),
        ("true", answer.string("/store/id"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_takes_longer_is_answered_as_without_waiting_and_goes_on() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let answer = create(&app, &user, "respond-async, wait=1").await.expect(202);
    assert_eq!(answer.string("/store/state"), "requested");
    let operation = answer.string("/operation/id");
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{operation}"));
    assert_eq!(answer.header("preference-applied"), "wait=1");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &answer.string("/store/id")).await, "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_is_answered_as_soon_as_it_has() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    let started = Instant::now();
    let (answer, ()) = tokio::join!(create(&app, &user, "wait=20"), work(&app));
    assert!(started.elapsed() < WELL_BEFORE, "it waited for its time and not for the work");
    let answer = answer.expect(202);
    assert_eq!(
        (answer.string("/store/state"), answer.string("/operation/state")),
        ("failed".into(), "failed".into())
    );
    assert!(!answer.string("/operation/failure/reason").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_wish_of_ours_is_ignored_and_a_refusal_waits_for_nothing() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let answer = create(&app, &user, "return=minimal").await.expect(202);
    assert_eq!(answer.header("preference-applied"), "");
    let body = json!({ "name": "lamps", "engine": "medusa" });
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&body);
    send(request.header("prefer", "wait=20")).await.problem(409, "store.name_taken");
}
