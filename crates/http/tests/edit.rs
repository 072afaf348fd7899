//! `PATCH /stores/{id}`: the title at once, the plan by an operation that keeps the shop's data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::Method;
use serde_json::{Value, json};
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};

async fn edit(app: &TestApp, user: &TestUser, store: &str, body: Value) -> Answer {
    send(app.request(Method::PATCH, &format!("/stores/{store}")).bearer_auth(&user.token).json(&body)).await
}

async fn look(app: &TestApp, user: &TestUser, store: &str) -> Answer {
    app.get(user, &format!("/stores/{store}")).await.expect(200)
}

/// An operator gives the user's account the plan.
async fn give(app: &TestApp, operator: &TestUser, user: &TestUser, plan: &str) {
    let path = format!("/admin/accounts/{}", user.account_id);
    let body = json!({ "plan": plan, "reason": "a test" });
    send(app.request(Method::PATCH, &path).bearer_auth(&operator.token).json(&body)).await.expect(200);
}

/// How often the kind of event happened to the store.
async fn events(app: &TestApp, user: &TestUser, store: &str, kind: &str) -> usize {
    let page = app.get(user, &format!("/stores/{store}/logs?limit=500")).await.expect(200);
    page.body["items"].as_array().unwrap().iter().filter(|event| event["kind"] == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_changed_at_once_and_only_when_it_is_another() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let before = look(&app, &user, &store).await;
    let changed = edit(&app, &user, &store, json!({ "title": "مصابيح ليلى" })).await.expect(200);
    assert_eq!((changed.string("/title"), changed.string("/state")), ("مصابيح ليلى".into(), "ready".into()));
    assert_ne!(changed.header("etag"), before.header("etag"));
    let again = edit(&app, &user, &store, json!({ "title": "مصابيح ليلى" })).await.expect(200);
    assert_eq!(again.header("etag"), changed.header("etag"));
    edit(&app, &user, &store, json!({})).await.expect(200);
    assert_eq!(look(&app, &user, &store).await.header("etag"), changed.header("etag"));
    assert_eq!(events(&app, &user, &store, "store_changed").await, 1);
    let audit = app.get(&user, "/me/audit?event_type=store_changed").await.expect(200);
    let entries = audit.body["items"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["details"]["changed"]["after"]["title"], "مصابيح ليلى");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_store_is_brought_to_the_plan_that_its_owner_chooses_within_the_accounts() {
    let app = TestApp::start().await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    let store = app.ready_store(&user, "lamps").await;
    assert_eq!(look(&app, &user, &store).await.string("/plan"), "free");
    let refused = edit(&app, &user, &store, json!({ "plan": "standard" })).await;
    assert_eq!(refused.problem(422, "store.plan_too_large").fields(), ["plan"]);
    give(&app, &operator, &user, "pro").await;
    let accepted =
        edit(&app, &user, &store, json!({ "plan": "standard", "title": "Lamps" })).await.expect(202);
    let operation = accepted.string("/operation/id");
    assert_eq!(accepted.string("/operation/kind"), "resize");
    assert_eq!(accepted.header("location"), format!("/api/v1/operations/{operation}"));
    edit(&app, &user, &store, json!({ "plan": "pro" })).await.problem(409, "store.operation_in_progress");
    assert_eq!(look(&app, &user, &store).await.string("/state"), "ready");
    app.run_jobs().await;
    let now = look(&app, &user, &store).await;
    assert_eq!(
        (now.string("/plan"), now.string("/chosen_plan"), now.string("/state")),
        ("standard".into(), "standard".into(), "ready".into())
    );
    assert_eq!((now.string("/health"), now.string("/operation/state")), ("up".into(), "succeeded".into()));
    // It has that size already.
    edit(&app, &user, &store, json!({ "plan": "standard" })).await.expect(200);
    // And back to whatever the account has.
    edit(&app, &user, &store, json!({ "plan": null })).await.expect(202);
    app.run_jobs().await;
    let now = look(&app, &user, &store).await;
    assert_eq!((now.string("/plan"), &now.body["chosen_plan"]), ("pro".into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_plan_that_fails_leaves_the_shop_as_it_was_and_can_be_asked_for_again() {
    let app = TestApp::start().await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    let store = app.ready_store(&user, "lamps").await;
    give(&app, &operator, &user, "pro").await;
    app.cluster.fail(Step::Release, ErrorKind::Permanent, 1);
    edit(&app, &user, &store, json!({ "plan": "pro" })).await.expect(202);
    app.run_jobs().await;
    let failed = look(&app, &user, &store).await;
    assert_eq!(
        (failed.string("/state"), failed.string("/operation/state")),
        ("ready".into(), "failed".into())
    );
    assert_eq!((failed.string("/plan"), failed.string("/chosen_plan")), ("free".into(), "pro".into()));
    edit(&app, &user, &store, json!({ "plan": "pro" })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(look(&app, &user, &store).await.string("/plan"), "pro");
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_store_that_is_not_ready_a_plan_counts_from_the_next_attempt_on() {
    let app = TestApp::start().await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    give(&app, &operator, &user, "pro").await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    let store = app.create(&user, "lamps").await;
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "failed");
    let chosen = edit(&app, &user, &store, json!({ "plan": "free" })).await.expect(200);
    assert_eq!((chosen.string("/chosen_plan"), &chosen.body["plan"]), ("free".into(), &Value::Null));
    app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(look(&app, &user, &store).await.string("/plan"), "free");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let (operator, user, other) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    let store = app.ready_store(&user, "lamps").await;
    let title = json!({ "title": "Shades" });
    let before = look(&app, &user, &store).await.text;
    edit(&app, &other, &store, title.clone()).await.problem(404, "store.not_found");
    edit(&app, &operator, &store, title.clone()).await.problem(403, "store.not_owner");
    let stale = app.request(Method::PATCH, &format!("/stores/{store}")).bearer_auth(&user.token).json(&title);
    send(stale.header("if-match", "\"1\"")).await.problem(412, "store.version_mismatch");
    for (body, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "title": "x".repeat(121) }), "title"),
        (json!({ "plan": "huge" }), "plan"),
        (json!({ "plan": 1 }), "plan"),
        (json!({ "engine": "woocommerce" }), "engine"),
        (json!({ "name": "shades" }), "name"),
    ] {
        let refused = edit(&app, &user, &store, body).await.problem(422, "request.invalid");
        assert_eq!(refused.fields(), [field]);
    }
    assert_eq!(look(&app, &user, &store).await.text, before);
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    let going = edit(&app, &user, &store, title.clone()).await.problem(409, "store.conflict");
    assert_eq!(going.string("/current_state"), "deleting");
    app.run_jobs().await;
    edit(&app, &user, &store, title).await.problem(404, "store.not_found");
}
