//! The audit log as operators and merchants read it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};

/// The kinds of the entries, newest first.
fn kinds(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    items.iter().map(|item| item["event_type"].as_str().unwrap().to_owned()).collect()
}

/// An operator, and two merchants with a store each, one of whom has looked at their credentials.
async fn world() -> (TestApp, TestUser, TestUser, TestUser, String) {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, mehmet) = (app.user("leyla").await, app.user("mehmet").await);
    let store = app.ready_store(&leyla, "lamps").await;
    app.ready_store(&mehmet, "rugs").await;
    app.get(&leyla, &format!("/stores/{store}/credentials")).await.expect(200);
    (app, operator, leyla, mehmet, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_read_all_of_it_and_merchants_what_concerns_them() {
    let (app, operator, leyla, mehmet, store) = world().await;
    let all = app.get(&operator, "/audit/logs").await.expect(200);
    let expected = [
        "credentials_viewed",
        "store_created",
        "store_created",
        "registration",
        "registration",
        "registration",
    ];
    assert_eq!(kinds(&all), expected);
    app.get(&leyla, "/audit/logs").await.problem(403, "auth.admin_only");

    let own = app.get(&leyla, "/me/audit").await.expect(200);
    assert_eq!(kinds(&own), ["credentials_viewed", "store_created", "registration"]);
    let looked = &own.body["items"][0];
    assert_eq!((&looked["actor_user_id"], &looked["actor_email"]), (&json!(leyla.id), &json!(leyla.email)));
    assert_eq!((&looked["account_id"], &looked["store_id"]), (&json!(leyla.account_id), &json!(store)));
    assert_eq!((&looked["ip"], &looked["by_operator"]), (&json!("127.0.0.1"), &json!(false)));
    assert!(looked["correlation_id"].is_string() && looked["at"].is_string(), "{looked}");
    assert_eq!(kinds(&app.get(&mehmet, "/me/audit").await.expect(200)), ["store_created", "registration"]);
    assert_eq!(kinds(&app.get(&operator, "/me/audit").await.expect(200)), ["registration"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_what_was_asked_for_and_never_open_another_account() {
    let (app, operator, leyla, mehmet, store) = world().await;
    let count = async |user: &TestUser, path: &str| kinds(&app.get(user, path).await.expect(200)).len();
    let logs = |query: &str| format!("/audit/logs?{query}");
    for (query, expected) in [
        ("event_type=store_created".to_owned(), 2),
        ("event_type=never_seen".to_owned(), 0),
        (format!("actor={}", leyla.id), 3),
        (format!("account={}", mehmet.account_id), 2),
        (format!("store={store}"), 2),
        (format!("store={store}&event_type=credentials_viewed"), 1),
        ("since=2000-01-01T00:00:00Z&until=2999-01-01T00:00:00%2B01:00".to_owned(), 6),
        ("since=2999-01-01T00:00:00Z".to_owned(), 0),
        ("until=2000-01-01T00:00:00Z".to_owned(), 0),
    ] {
        assert_eq!(count(&operator, &logs(&query)).await, expected, "{query}");
    }
    // Where one entry ends the other begins.
    let at = app.get(&operator, &logs("event_type=credentials_viewed")).await.body["items"][0]["at"].clone();
    let at = at.as_str().unwrap();
    assert_eq!(count(&operator, &logs(&format!("since={at}"))).await, 1);
    assert_eq!(count(&operator, &logs(&format!("until={at}"))).await, 5);

    for query in [
        format!("account={}", mehmet.account_id),
        format!("actor={}", mehmet.id),
        format!("store={store}&account={}", leyla.account_id),
    ] {
        let seen = app.get(&mehmet, &format!("/me/audit?{query}")).await.expect(200);
        for item in seen.body["items"].as_array().unwrap() {
            assert_eq!(item["account_id"], mehmet.account_id, "{query}");
        }
    }
    let mehmets = format!("/me/audit?store={store}");
    assert_eq!(count(&mehmet, &mehmets).await, 0, "another's store");
    assert_eq!(count(&leyla, &mehmets).await, 2, "the control");

    let wrong = "/audit/logs?event_type=X&actor=acc_1&store=1&since=yesterday&cursor=-1&limit=0&format=xml";
    let answer = app.get(&operator, wrong).await.problem(422, "request.invalid");
    assert_eq!(answer.fields(), ["event_type", "actor", "store", "since", "cursor", "limit", "format"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_a_gap() {
    let (app, operator, ..) = world().await;
    let whole = app.get(&operator, "/audit/logs").await.expect(200);
    let mut seen: Vec<Value> = Vec::new();
    let mut path = "/audit/logs?limit=4".to_owned();
    loop {
        let page = app.get(&operator, &path).await.expect(200);
        seen.extend(page.body["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page.body["next_cursor"].as_str() else {
            assert_eq!(page.header("link"), "");
            break;
        };
        path = format!("/audit/logs?limit=4&cursor={cursor}");
        assert_eq!(page.header("link"), format!("</api/v1{path}>; rel=\"next\""));
    }
    assert_eq!(Value::from(seen), whole.body["items"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_csv_it_can_be_opened_anywhere_and_runs_nothing() {
    let (app, operator, leyla, ..) = world().await;
    let formula = "=cmd|' /C calc'!A0, \"quoted\"";
    let login = json!({ "email": leyla.email, "password": "wrong horse battery" });
    let request = app.request(Method::POST, "/auth/login").header("user-agent", formula).json(&login);
    send(request).await.problem(401, "auth.invalid_credentials");

    let asked =
        app.request(Method::GET, "/audit/logs").bearer_auth(&operator.token).header("accept", "text/csv");
    let answer = send(asked).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"souk-audit.csv\"");
    let mut lines = answer.text.split("\r\n");
    let head = "id,at,event_type,actor_user_id,actor_email,by_operator,account_id,store_id,ip,user_agent,\
                correlation_id,details";
    assert_eq!(lines.next(), Some(head));
    let failed = lines.next().unwrap();
    assert!(failed.contains("login_failed") && failed.contains(&leyla.id), "{failed}");
    assert!(failed.contains("\"'=cmd|' /C calc'!A0, \"\"quoted\"\"\""), "{failed}");
    assert_eq!(answer.text.trim_end().split("\r\n").count(), 8, "{}", answer.text);

    let own = app.get(&leyla, "/me/audit?format=csv&limit=1").await.expect(200);
    assert_eq!(own.text.trim_end().split("\r\n").count(), 2, "{}", own.text);
    assert!(own.header("link").contains("format=csv&limit=1&cursor="), "{}", own.header("link"));
}
