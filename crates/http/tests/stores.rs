//! Stores over HTTP, from the request through the queue and the worker to the fake cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::Method;
use serde_json::json;
use souk_app::Limits;
use souk_domain::dispatch::PermitLimits;
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser};
use std::time::Duration;

fn new_store(name: &str) -> serde_json::Value {
    json!({ "name": name, "engine": "medusa" })
}

async fn failed_store(app: &TestApp, user: &TestUser, name: &str) -> String {
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    let id = app.create(user, name).await;
    app.run_jobs().await;
    assert_eq!(app.state(user, &id).await, "failed");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_accepted_made_shown_and_removed() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let answer = app
        .post(&user, "/stores", json!({ "name": "lamps", "title": "Leyla's Lamps", "engine": "medusa" }))
        .await;
    let answer = answer.expect(202);
    let (store, operation) = (answer.string("/store/id"), answer.string("/operation/id"));
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{operation}"));
    assert_eq!(answer.string("/store/state"), "requested");
    assert_eq!(answer.string("/operation/correlation_id"), answer.header("x-correlation-id"));
    assert_eq!(answer.string("/store/admin_email"), user.email, "the default");

    app.run_jobs().await;
    let shown = app.get(&user, &format!("/stores/{store}")).await.expect(200);
    assert_eq!((shown.string("/state"), shown.string("/health")), ("ready".into(), "up".into()));
    assert_eq!(shown.string("/operation/state"), "succeeded");
    let host = shown.string("/host");
    assert!(host.starts_with("lamps-") && host.ends_with(".localhost"), "{host}");
    assert_eq!(shown.string("/url"), format!("http://{host}:8080"));

    let details = app.get(&user, &format!("/operations/{operation}")).await.expect(200);
    let steps = details.body["steps"].as_array().unwrap().clone();
    let names: Vec<_> = steps.iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["namespace", "secrets", "release", "rollout", "setup", "verify", "publish"]);
    assert!(
        steps.iter().all(|step| step["state"] == "done" && step["duration_ms"].is_number()),
        "{}",
        details.text
    );

    let deletion = app.delete(&user, &format!("/stores/{store}")).await.expect(202).string("/operation/id");
    app.run_jobs().await;
    assert_eq!(
        app.get(&user, &format!("/operations/{deletion}")).await.expect(200).string("/state"),
        "succeeded"
    );
    assert_eq!(app.state(&user, &store).await, "deleted");
    assert_eq!(app.get(&user, "/stores").await.expect(200).body["items"], json!([]));
    assert!(app.cluster.namespaces().is_empty());
    let audited = "SELECT count(*) FROM audit_log WHERE event_type IN ('store_created', 'store_deleted')
                   AND correlation_id IS NOT NULL AND ip = '127.0.0.1' AND store_id IS NOT NULL";
    assert_eq!(app.database.number(audited).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_credentials_of_a_ready_store_are_for_its_owner_and_every_look_is_noted() {
    let app = TestApp::start().await;
    let (operator, user, other) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    let store = app.create(&user, "lamps").await;
    let path = format!("/stores/{store}/credentials");
    let early = app.get(&user, &path).await.problem(409, "store.not_ready");
    assert_eq!(early.string("/current_state"), "requested");
    app.run_jobs().await;

    app.get(&other, &path).await.problem(404, "store.not_found");
    app.get(&operator, &path).await.problem(403, "store.not_owner");
    let looks = "SELECT count(*) FROM audit_log WHERE event_type = 'credentials_viewed'";
    assert_eq!(app.database.number(looks).await, 0);

    let shown = app.get(&user, &path).await.expect(200);
    assert_eq!(shown.string("/admin_email"), user.email);
    assert_eq!(shown.string("/admin_url"), format!("{}/app", shown.string("/url")));
    assert_eq!(shown.string("/admin_password").len(), 24);
    assert!(shown.string("/publishable_key").starts_with("pk_"));
    assert_eq!(app.get(&user, &path).await.expect(200).body, shown.body);
    assert_eq!(app.database.number(looks).await, 2);
    let password = shown.string("/admin_password");
    let leaked = format!("SELECT count(*) FROM events WHERE data::text || message LIKE '%{password}%'");
    assert_eq!(app.database.number(&leaked).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_a_foreign_store_and_can_neither_delete_nor_retry_it() {
    let app = TestApp::start().await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    let store = app.create(&user, "lamps").await;
    app.get(&operator, &format!("/stores/{store}")).await.expect(200);
    app.delete(&operator, &format!("/stores/{store}")).await.problem(403, "store.not_owner");
    app.post(&operator, &format!("/stores/{store}/retry"), json!({})).await.problem(403, "store.not_owner");
    assert_eq!(app.state(&user, &store).await, "requested");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_in_its_own_account_only() {
    let app = TestApp::start().await;
    let (leyla, omar) = (app.merchant("leyla").await, app.merchant("omar").await);
    app.create(&leyla, "lamps").await;
    app.post(&leyla, "/stores", new_store("lamps")).await.problem(409, "store.name_taken");
    app.create(&omar, "lamps").await;
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 2);
    assert_eq!(
        app.database.number("SELECT count(*) FROM apalis.jobs").await,
        2,
        "the refused one left no job"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_stores_holds_for_many_at_once_and_counts_those_being_removed() {
    let limits = Limits { stores_per_account: 2, creation_cooldown: None, ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    let names: Vec<String> = (0..6).map(|number| format!("lamps-{number}")).collect();
    let answers =
        futures::future::join_all(names.iter().map(|name| app.post(&user, "/stores", new_store(name)))).await;
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 202);
    assert_eq!((accepted.len(), refused.len()), (2, 4));
    for answer in refused {
        answer.problem(429, "store.limit");
    }
    let first = accepted[0].string("/store/id");
    app.delete(&user, &format!("/stores/{first}")).await.expect(202);
    app.post(&user, "/stores", new_store("rugs")).await.problem(429, "store.limit");
    app.run_jobs().await;
    app.create(&user, "rugs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_creation_waits_for_the_cooldown_and_no_longer() {
    let limits = Limits { creation_cooldown: Some(Duration::from_secs(30)), ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    app.create(&user, "lamps").await;
    let early = app.post(&user, "/stores", new_store("rugs")).await.problem(429, "store.cooldown");
    let wait: u64 = early.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    app.database.execute("UPDATE stores SET created_at = created_at - interval '30 seconds'").await;
    app.create(&user, "rugs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_when_to_come_again_and_takes_deletions_all_the_same() {
    let limits = Limits {
        permits: PermitLimits { total: 1, per_account: 1 },
        max_queue: 1,
        creation_cooldown: None,
        ..Limits::default()
    };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let (leyla, omar) = (app.merchant("leyla").await, app.merchant("omar").await);
    let first = app.create(&leyla, "lamps").await;
    app.create(&omar, "lamps").await;
    let full = app.post(&omar, "/stores", new_store("rugs")).await.problem(503, "provisioning.queue_full");
    assert!(full.header("retry-after").parse::<u64>().is_ok_and(|wait| wait >= 1));
    app.delete(&leyla, &format!("/stores/{first}")).await.expect(202);
    app.create(&omar, "rugs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_twice_is_one_operation_and_deleting_what_is_gone_is_404() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let path = format!("/stores/{store}");
    let (one, two) = tokio::join!(app.delete(&user, &path), app.delete(&user, &path));
    let three = app.delete(&user, &path).await.expect(202);
    let operations = [one.expect(202), two.expect(202), three].map(|answer| answer.string("/operation/id"));
    assert!(operations.iter().all(|id| *id == operations[0]), "{operations:?}");
    app.run_jobs().await;
    app.delete(&user, &path).await.problem(404, "store.not_found");
    app.post(&user, &format!("{path}/retry"), json!({})).await.problem(404, "store.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_stops_a_provisioning_that_waits() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let accepted = app.post(&user, "/stores", new_store("lamps")).await.expect(202);
    let (store, provisioning) = (accepted.string("/store/id"), accepted.string("/operation/id"));
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    assert_eq!(app.get(&user, &format!("/operations/{provisioning}")).await.string("/state"), "cancelled");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "deleted");
    assert!(app.cluster.calls().iter().all(|call| call.step != Step::Namespace));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_failed_store_is_retried_and_it_keeps_its_address() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = failed_store(&app, &user, "lamps").await;
    let shown = app.get(&user, &format!("/stores/{store}")).await;
    assert_eq!(shown.string("/failure/step"), "rollout");
    assert!(!shown.string("/failure/reason").is_empty());
    assert!(app.cluster.namespaces().is_empty(), "what the failed attempt made is gone");

    let retried = app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.expect(202);
    assert_eq!(retried.body["store"]["attempt"], 2);
    assert_eq!(retried.string("/store/host"), shown.string("/host"));
    let again = app.post(&user, &format!("/stores/{store}/retry"), json!({})).await;
    assert_eq!(again.problem(409, "store.not_failed").string("/current_state"), "requested");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "ready");
    let again = app.post(&user, &format!("/stores/{store}/retry"), json!({})).await;
    assert_eq!(again.problem(409, "store.not_failed").string("/current_state"), "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_counts_against_the_limit() {
    let limits = Limits { stores_per_account: 1, creation_cooldown: None, ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    let store = failed_store(&app, &user, "lamps").await;
    app.create(&user, "rugs").await;
    app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.problem(429, "store.limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_needs_its_name_free() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = failed_store(&app, &user, "lamps").await;
    app.create(&user, "rugs").await;
    // Creating with the name would have retired the failed store, so only a hand can bring this about.
    app.database.execute("UPDATE stores SET name = 'lamps' WHERE name = 'rugs'").await;
    app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.problem(409, "store.name_taken");
    assert_eq!(app.state(&user, &store).await, "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_with_the_name_of_a_failed_store_retires_that_one() {
    let limits = Limits { stores_per_account: 1, creation_cooldown: None, ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    let failed = failed_store(&app, &user, "lamps").await;
    let new = app.create(&user, "lamps").await;
    assert_ne!(failed, new);
    assert_eq!(app.state(&user, &failed).await, "deleting");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &failed).await, "deleted");
    assert_eq!(app.state(&user, &new).await, "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_names_another_version_is_refused() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let path = format!("/stores/{store}");
    let shown = app.get(&user, &path).await;
    let etag = shown.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", shown.body["version"]));
    let delete = |tag: String| {
        let request = app.request(Method::DELETE, &path).bearer_auth(&user.token);
        send(request.header("if-match", tag))
    };
    for other in ["\"1\"".to_owned(), format!("W/{etag}"), "nonsense".to_owned()] {
        delete(other).await.problem(412, "store.version_mismatch");
    }
    let retry = app.request(Method::POST, &format!("{path}/retry")).bearer_auth(&user.token);
    send(retry.header("if-match", "\"1\"")).await.problem(412, "store.version_mismatch");
    assert_eq!(app.state(&user, &store).await, "ready");
    let answer = delete(format!("\"1\", {etag}")).await.expect(202);
    assert_ne!(answer.header("etag"), etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_every_store_once_newest_first() {
    let app = TestApp::start().await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(app.create(&user, &format!("lamps-{number}")).await);
    }
    app.create(&other, "rugs").await;
    made.reverse();
    let mut seen = Vec::new();
    let mut query = "/stores?limit=2".to_owned();
    loop {
        let page = app.get(&user, &query).await.expect(200);
        let items = page.body["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|store| store["id"].as_str().unwrap().to_owned()));
        match page.body["next_cursor"].as_str() {
            Some(cursor) => query = format!("/stores?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_store_is_numbered_without_gaps_and_read_in_pages() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let all = app.get(&user, &format!("/stores/{store}/logs")).await.expect(200);
    let items = all.body["items"].as_array().unwrap();
    assert!(all.body["next_after"].is_null() && items.len() > 10);
    assert!(items.iter().zip(1..).all(|(event, seq)| event["seq"] == seq), "{}", all.text);
    let page = app.get(&user, &format!("/stores/{store}/logs?after=3&limit=4")).await.expect(200);
    assert_eq!(page.body["items"].as_array().unwrap()[..], items[3..7]);
    assert_eq!(page.body["next_after"], 7);
}
