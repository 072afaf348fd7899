//! Personal access tokens: what each is good for, and for how long.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use reqwest::Method;
use serde_json::{Value, json};
use souk_domain::scope::Scope;
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};

async fn make(app: &TestApp, user: &TestUser, scopes: &[&str]) -> Answer {
    app.post(user, "/me/tokens", json!({ "name": "a script", "scopes": scopes })).await
}

/// As whoever has a token instead of a session.
async fn bearer(app: &TestApp, user: &TestUser, scopes: &[&str]) -> TestUser {
    let token = make(app, user, scopes).await.expect(201).string("/secret");
    TestUser { token, ..user.clone() }
}

/// A stream of one's own would have no end.
fn wrong(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("last-event-id", "no number")
}

async fn audited(app: &TestApp, event: &str) -> i64 {
    app.database.number(&format!("SELECT count(*) FROM audit_log WHERE event_type = '{event}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_listed_without_its_secret_and_worth_nothing_once_revoked() {
    let app = TestApp::start().await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("mallory").await);
    let made = make(&app, &user, &["stores:write", "stores:read"]).await.expect(201);
    let secret = made.string("/secret");
    assert!(secret.starts_with("souk_") && secret.len() == 41, "{secret}");
    assert_eq!(made.body["scopes"], json!(["stores:read", "stores:write"]));
    let listed = app.get(&user, "/me/tokens").await.expect(200);
    assert!(!listed.text.contains(&secret) && !listed.text.contains("hash"), "{}", listed.text);
    assert_eq!(
        (listed.string("/items/0/name"), &listed.body["items"][0]["last_used_at"]),
        ("a script".into(), &Value::Null)
    );
    let script = TestUser { token: secret.clone(), ..user.clone() };
    app.create(&script, "lamps").await;
    assert_eq!(app.get(&script, "/auth/me").await.expect(200).string("/id"), user.id);
    assert!(app.get(&user, "/me/tokens").await.body["items"][0]["last_used_at"].is_string());
    let hash = format!("SELECT count(*) FROM access_tokens WHERE hash = sha256('{secret}')");
    assert_eq!(app.database.number(&hash).await, 1);

    let path = format!("/me/tokens/{}", made.string("/id"));
    app.delete(&other, &path).await.problem(404, "token.not_found");
    app.get(&script, "/stores").await.expect(200);
    app.delete(&user, &path).await.expect(204);
    app.get(&script, "/stores").await.problem(401, "auth.token_invalid");
    app.delete(&user, &path).await.problem(404, "token.not_found");
    for event in ["token_made", "token_first_used", "token_revoked"] {
        assert_eq!(audited(&app, event).await, 1, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_takes_the_scope_that_the_document_names_and_no_other() {
    let app = TestApp::start().await;
    let user = app.user("operator").await;
    let mut by_scope = Vec::new();
    for scope in Scope::ALL {
        by_scope.push((scope.as_str(), bearer(&app, &user, &[scope.as_str()]).await));
    }
    let document: Value = serde_json::from_str(&souk_http::openapi::text().unwrap()).unwrap();
    let (mut scoped, mut for_sessions, mut for_any) = (0, 0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(security) = operation["security"].as_array() else { continue };
            assert_eq!(security.len(), 1, "{method} {path}");
            let path = path.strip_prefix("/api/v1").unwrap().replace("{id}", "not-an-id");
            let method: Method = method.to_uppercase().parse().unwrap();
            let needed =
                security[0]["bearer"].as_array().map(|scopes| scopes.first().and_then(Value::as_str));
            for (scope, script) in &by_scope {
                let answer = send(wrong(app.request(method.clone(), &path)).bearer_auth(&script.token)).await;
                match needed {
                    None => {
                        for_sessions += 1;
                        answer.problem(403, "auth.session_required");
                    }
                    Some(Some(needed)) if needed != *scope => {
                        scoped += 1;
                        let answer = answer.problem(403, "auth.scope_missing");
                        assert!(answer.string("/detail").contains(&format!("`{needed}`")), "{}", answer.text);
                        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
                        assert_eq!(answer.header("www-authenticate"), challenge);
                    }
                    // A scope alone makes no operator: the second one is asked for besides.
                    _ if security[0]["bearer"].as_array().is_some_and(|scopes| scopes.len() > 1) => {
                        answer.problem(403, "auth.admin_only");
                    }
                    // It comes as far as the rest of the request, which is wrong on purpose.
                    _ => {
                        for_any += 1;
                        assert!(
                            ![401, 403].contains(&answer.status.as_u16()),
                            "{method} {path}: {}",
                            answer.text
                        );
                    }
                }
            }
            // The control: who has signed in comes as far. A sign-out would end the session.
            if needed.is_some() {
                let answer = send(wrong(app.request(method.clone(), &path)).bearer_auth(&user.token)).await;
                assert!(![401, 403].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.text);
            }
        }
    }
    assert!(scoped >= 33 && for_sessions >= 40 && for_any >= 15, "{scoped} {for_sessions} {for_any}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_token_is_an_operators_only_with_the_scope_for_it() {
    let app = TestApp::start().await;
    let (operator, merchant) = (app.user("operator").await, app.user("leyla").await);
    let store = app.create(&merchant, "lamps").await;
    let path = format!("/stores/{store}");
    let plain = bearer(&app, &operator, &["stores:read"]).await;
    let admin = bearer(&app, &operator, &["stores:read", "admin"]).await;
    app.get(&plain, &path).await.problem(404, "store.not_found");
    app.get(&admin, &path).await.expect(200);
    app.get(&operator, &path).await.expect(200);
    make(&app, &merchant, &["admin"]).await.problem(403, "auth.admin_only");
    make(&app, &merchant, &["audit:read"]).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_a_wrong_one_and_one_of_a_suspended_user_open_nothing() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let script = bearer(&app, &user, &["stores:read"]).await;
    app.get(&script, "/stores").await.expect(200);
    let mut typo = script.clone();
    typo.token.replace_range(10..11, if &typo.token[10..11] == "x" { "y" } else { "x" });
    app.get(&typo, "/stores").await.problem(401, "auth.token_invalid");
    app.database.execute("UPDATE users SET suspended_at = now()").await;
    app.get(&script, "/stores").await.problem(401, "auth.token_invalid");
    app.database.execute("UPDATE users SET suspended_at = NULL").await;
    app.get(&script, "/stores").await.expect(200);
    app.database.execute("UPDATE access_tokens SET expires_at = now() - interval '1 second'").await;
    app.get(&script, "/stores").await.problem(401, "auth.token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_written_once_a_minute_and_the_first_one_audited_once() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let script = bearer(&app, &user, &["stores:read"]).await;
    // How often the row was written: each version has another place.
    let written = async || {
        let row = "SELECT ((ctid::text::point)[1])::bigint + 1000 * ((ctid::text::point)[0])::bigint FROM access_tokens";
        app.database.number(row).await
    };
    let (one, two) = tokio::join!(app.get(&script, "/stores"), app.get(&script, "/stores"));
    one.expect(200);
    two.expect(200);
    let first = written().await;
    for _ in 0..3 {
        app.get(&script, "/stores").await.expect(200);
    }
    assert_eq!(written().await, first, "within a minute nothing is written");
    app.database.execute("UPDATE access_tokens SET last_used_at = now() - interval '61 seconds'").await;
    app.get(&script, "/stores").await.expect(200);
    let fresh = "SELECT count(*) FROM access_tokens WHERE last_used_at > now() - interval '10 seconds'";
    assert_eq!(app.database.number(fresh).await, 1);
    assert_eq!(audited(&app, "token_first_used").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_new_token_is_said_by_field_and_there_are_fifty_at_most() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let ask = |body: Value| {
        let (app, user) = (&app, &user);
        async move { app.post(user, "/me/tokens", body).await }
    };
    let wrong =
        ask(json!({ "name": " ", "scopes": ["stores:everything"], "expires_in_days": 0, "role": "admin" }))
            .await;
    let mut fields = wrong.problem(422, "request.invalid").fields();
    fields.sort();
    assert_eq!(fields, ["expires_in_days", "name", "role", "scopes"]);
    for scopes in [json!([]), json!("stores:read"), json!([1]), Value::Null] {
        let answer = ask(json!({ "name": "x", "scopes": scopes })).await.problem(422, "request.invalid");
        assert_eq!(answer.fields(), ["scopes"]);
    }
    let made =
        ask(json!({ "name": "x", "scopes": ["stores:read"], "expires_in_days": 366 })).await.expect(201);
    let year = "SELECT count(*) FROM access_tokens WHERE expires_at - created_at = interval '8784 hours'";
    assert_eq!(app.database.number(year).await, 1, "{}", made.text);
    for _ in 1..50 {
        make(&app, &user, &["stores:read"]).await.expect(201);
    }
    make(&app, &user, &["stores:read"]).await.problem(409, "token.limit");
    app.delete(&user, &format!("/me/tokens/{}", made.string("/id"))).await.expect(204);
    make(&app, &user, &["stores:read"]).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_token_is_revoked() {
    let mut options = souk_test_support::app::Options::default();
    options.http.streams.look_every = std::time::Duration::from_millis(50);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let made = make(&app, &user, &["stores:read"]).await.expect(201);
    let path = format!("/stores/{store}/events");
    let mut stream =
        app.request(Method::GET, &path).bearer_auth(made.string("/secret")).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "it runs");
    app.delete(&user, &format!("/me/tokens/{}", made.string("/id"))).await.expect(204);
    while stream.chunk().await.unwrap().is_some() {}
}
