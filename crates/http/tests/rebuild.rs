//! A store whose data is lost is made anew when its owner says so, and only then.
#![allow(clippy::unwrap_used, reason = "tests")]

use reqwest::Method;
use serde_json::json;
use souk_app::Limits;
use souk_domain::dispatch::PermitLimits;
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser};

/// A ready store whose namespace somebody removed, as the reconciler has seen it.
async fn lost_store(app: &TestApp, user: &TestUser, name: &str) -> String {
    let store = app.ready_store(user, name).await;
    let namespaces = app.cluster.namespaces();
    let own = namespaces.keys().find(|namespace| namespace.contains(name)).unwrap();
    app.cluster.lose_namespace(own);
    app.look().await;
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_data_is_lost_says_so_and_is_rebuilt_at_its_address_with_new_credentials() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let path = format!("/stores/{store}");
    let whole = app.get(&user, &path).await.expect(200);
    assert_eq!((&whole.body["data_lost"], &whole.body["health_reason"]), (&json!(false), &json!(null)));
    let credentials = app.get(&user, &format!("{path}/credentials")).await.expect(200);

    app.cluster.lose_namespace(app.cluster.namespaces().keys().next().unwrap());
    app.look().await;
    let lost = app.get(&user, &path).await.expect(200);
    assert_eq!((lost.string("/state"), lost.string("/health")), ("ready".into(), "down".into()));
    assert_eq!(lost.body["data_lost"], true);
    assert!(lost.string("/health_reason").contains("rebuild"));
    assert_ne!(lost.header("etag"), whole.header("etag"), "it is not any more what the reader knew");

    let answer = app.post(&user, &format!("{path}/rebuild"), json!({ "name": "lamps" })).await.expect(202);
    let operation = answer.string("/operation/id");
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{operation}"));
    assert_eq!(
        (answer.string("/store/state"), answer.string("/operation/kind")),
        ("requested".into(), "provision".into())
    );
    assert_eq!(
        (&answer.body["store"]["attempt"], &answer.body["store"]["data_lost"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(answer.string("/store/host"), whole.string("/host"));
    app.run_jobs().await;
    let rebuilt = app.get(&user, &path).await.expect(200);
    assert_eq!((rebuilt.string("/state"), rebuilt.string("/health")), ("ready".into(), "up".into()));
    let fresh = app.get(&user, &format!("{path}/credentials")).await.expect(200);
    for secret in ["/admin_password", "/publishable_key"] {
        assert_ne!(fresh.string(secret), credentials.string(secret), "{secret}");
    }
    let audited =
        "SELECT count(*) FROM audit_log WHERE event_type = 'store_rebuilt' AND actor_user_id IS NOT NULL
                   AND details->>'attempt' = '2' AND correlation_id IS NOT NULL";
    assert_eq!(app.database.number(audited).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_is_refused_unless_everything_about_it_is_right() {
    let app = TestApp::start().await;
    let (operator, user, other) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    let whole = app.ready_store(&user, "rugs").await;
    let store = lost_store(&app, &user, "lamps").await;
    let path = format!("/stores/{store}/rebuild");
    let named = |name: &str| json!({ "name": name });

    app.post(&other, &path, named("lamps")).await.problem(404, "store.not_found");
    app.post(&operator, &path, named("lamps")).await.problem(403, "store.not_owner");
    for wrong in ["rugs", "Lamps", "lamps ", ""] {
        let answer = app.post(&user, &path, named(wrong)).await.problem(422, "store.name_mismatch");
        assert_eq!(answer.fields(), ["name"], "{wrong:?}");
    }
    for body in [json!({}), json!({ "name": 7 }), json!({ "name": "lamps", "force": true })] {
        app.post(&user, &path, body).await.problem(422, "request.invalid");
    }
    let not_lost = app.post(&user, &format!("/stores/{whole}/rebuild"), named("rugs")).await;
    assert_eq!(not_lost.problem(409, "store.data_not_lost").string("/current_state"), "ready");
    let requested = app.create(&user, "bowls").await;
    let not_ready = app.post(&user, &format!("/stores/{requested}/rebuild"), named("bowls")).await;
    assert_eq!(not_ready.problem(409, "store.data_not_lost").string("/current_state"), "requested");

    let request = |tag: &str| {
        let request = app.request(Method::POST, &path).bearer_auth(&user.token).json(&named("lamps"));
        send(request.header("if-match", tag))
    };
    request("\"1\"").await.problem(412, "store.version_mismatch");
    let shown = app.get(&user, &format!("/stores/{store}")).await.expect(200);
    assert_eq!(
        (shown.string("/state"), &shown.body["data_lost"]),
        ("ready".into(), &json!(true)),
        "nothing was done"
    );
    request(shown.header("etag")).await.expect(202);
    app.post(&user, &path, named("lamps")).await.problem(409, "store.data_not_lost");
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    app.run_jobs().await;
    app.post(&user, &path, named("lamps")).await.problem(404, "store.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_keeps_its_place_among_the_accounts_stores_and_waits_its_turn() {
    let limits = Limits {
        permits: PermitLimits { total: 1, per_account: 1 },
        max_queue: 0,
        stores_per_account: 1,
        creation_cooldown: None,
        ..Limits::default()
    };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    let store = lost_store(&app, &user, "lamps").await;
    let path = format!("/stores/{store}/rebuild");
    let before = app.create(&other, "rugs").await;
    app.post(&user, &path, json!({ "name": "lamps" })).await.problem(503, "provisioning.queue_full");
    app.delete(&other, &format!("/stores/{before}")).await.expect(202);
    app.run_jobs().await;
    app.post(&user, &path, json!({ "name": "lamps" })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "ready");
}
