//! Signing in, and what happens to tokens that are not good.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use souk_app::auth::token::{TokenKey, TokenSettings};
use souk_http::Rate;
use souk_test_support::app::{Options, TOKEN_KEY, TOKEN_SECRET, send};
use souk_test_support::{TestApp, TestUser};

async fn me_with(app: &TestApp, token: &str) -> souk_test_support::Answer {
    send(app.request(Method::GET, "/auth/me").bearer_auth(token)).await
}

fn sign(user: &TestUser, header: &Header, secret: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({ "iss": "souk", "aud": "souk-api", "sub": user.id, "sid": user.session_id,
                             "iat": 1_800_000_000_i64, "exp": 4_000_000_000_i64 });
    change(&mut claims);
    jsonwebtoken::encode(header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn header(kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_user_is_the_admin_and_the_next_ones_are_not() {
    let app = TestApp::start().await;
    let (first, second) = (app.user("operator").await, app.user("leyla").await);
    assert_eq!(app.get(&first, "/auth/me").await.expect(200).body["role"], "admin");
    let me = app.get(&second, "/auth/me").await.expect(200);
    assert_eq!((me.string("/role"), me.string("/email")), ("user".into(), "leyla@example.com".into()));
    assert_eq!(me.string("/account/id"), second.account_id);
    assert_eq!(me.string("/account/plan"), "free");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_registered_can_sign_in_however_the_address_is_written() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let login = json!({ "email": "  Leyla@Example.COM ", "password": app.password() });
    let answer = send(app.request(Method::POST, "/auth/login").json(&login)).await.expect(200);
    assert_eq!((answer.string("/token_type"), answer.string("/user_id")), ("Bearer".into(), user.id));
    assert_eq!(answer.body["expires_in"], 900);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(me_with(&app, &answer.string("/access_token")).await.status.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_address_and_wrong_password_get_the_same_answer_and_are_both_noted() {
    let app = TestApp::start().await;
    app.user("leyla").await;
    let mut answers = Vec::new();
    for email in ["leyla@example.com", "nobody@example.com"] {
        let login = json!({ "email": email, "password": "wrong horse battery" });
        let answer = send(app.request(Method::POST, "/auth/login").json(&login)).await;
        let answer = answer.problem(401, "auth.invalid_credentials");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let mut body = answer.body.clone();
        body["correlation_id"].take();
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    let noted =
        "SELECT count(*) FROM audit_log WHERE event_type = 'login_failed' AND correlation_id IS NOT NULL";
    assert_eq!(app.database.number(noted).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_user_can_neither_sign_in_nor_use_a_token_from_before() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    app.get(&user, "/auth/me").await.expect(200);
    app.database.execute("UPDATE users SET suspended_at = now()").await;
    app.get(&user, "/auth/me").await.problem(401, "auth.token_invalid");
    let login = json!({ "email": user.email, "password": app.password() });
    send(app.request(Method::POST, "/auth/login").json(&login)).await.problem(403, "auth.suspended");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_registered_once_even_by_two_at_the_same_time() {
    let app = TestApp::start().await;
    let body = json!({ "email": "leyla@example.com", "password": app.password() });
    let register = || send(app.request(Method::POST, "/auth/register").json(&body));
    let (one, two) = tokio::join!(register(), register());
    let (won, lost) = if one.status.is_success() { (one, two) } else { (two, one) };
    assert_eq!(won.status, 201);
    lost.problem(409, "auth.email_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_or_a_bad_address_is_refused_with_the_field() {
    let app = TestApp::start().await;
    let register = |email: &'static str, password: &'static str| {
        send(
            app.request(Method::POST, "/auth/register")
                .json(&json!({ "email": email, "password": password })),
        )
    };
    for weak in ["short", "aaaaaaaaaaaaaaa", "leyla@example.com"] {
        let answer = register("leyla@example.com", weak).await.problem(422, "auth.weak_password");
        assert_eq!(answer.fields(), ["password"]);
    }
    let answer = register("not an address", "correct horse battery").await.problem(422, "request.invalid");
    assert_eq!(answer.fields(), ["email"]);
    assert_eq!(app.database.number("SELECT count(*) FROM users").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_every_route_but_the_open_ones_answers_only_that() {
    let app = TestApp::start().await;
    // May only shrink. The second step, refresh and logout take what stands in their body or cookie.
    let open = [
        "POST /auth/register",
        "POST /auth/login",
        "POST /auth/login/second-step",
        "POST /auth/refresh",
        "POST /auth/logout",
        // What the page of the sign-in shows.
        "GET /brand",
        "GET /brand/logo",
        "GET /health",
        "GET /health/live",
        "GET /health/ready",
    ];
    let document: Value = serde_json::from_str(&souk_http::openapi::text().unwrap()).unwrap();
    let mut closed = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            let path = path.strip_prefix("/api/v1").unwrap();
            if open.contains(&format!("{method} {path}").as_str()) {
                continue;
            }
            closed += 1;
            // An id that cannot be one, and no body: neither is looked at before the token.
            let path = path.replace("{id}", "not-an-id");
            let answer = send(app.request(method.parse().unwrap(), &path)).await;
            let answer = answer.problem(401, "auth.token_missing");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{method} {path}");
        }
    }
    assert!(closed > 23, "{closed}");
    let basic = app.request(Method::GET, "/auth/me").basic_auth("leyla", Some("x"));
    send(basic).await.problem(401, "auth.token_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_forged_and_foreign_tokens_are_refused() {
    let app = TestApp::start().await;
    let (user, other) = (app.user("leyla").await, app.user("omar").await);
    let good = sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |_| {});
    assert_eq!(me_with(&app, &good).await.status, 200, "the control: this one differs in nothing");

    let expired =
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| claims["exp"] = json!(1_000_000_000));
    me_with(&app, &expired).await.problem(401, "auth.token_expired");

    let none = {
        // {"alg":"none","typ":"JWT","kid":"test"}
        let head = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoidGVzdCJ9";
        let body = good.split('.').nth(1).unwrap();
        format!("{head}.{body}.")
    };
    let mut tampered = good.clone();
    let end = tampered.pop().unwrap();
    tampered.push(if end == 'A' { 'B' } else { 'A' });
    let other_user = sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| {
        claims["sub"] = json!("usr_01k0z3v8q4n5w6x7y8z9abcdef");
    });
    for bad in [
        sign(&user, &header(TOKEN_KEY), "another secret altogether", |_| {}),
        sign(&user, &header("unknown"), TOKEN_SECRET, |_| {}),
        sign(
            &user,
            &Header { kid: Some(TOKEN_KEY.into()), ..Header::new(Algorithm::HS512) },
            TOKEN_SECRET,
            |_| {},
        ),
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| claims["aud"] = json!("other")),
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| claims["iss"] = json!("other")),
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| claims["sub"] = json!("root")),
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| drop(claims["sid"].take())),
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| {
            claims["sid"] = json!("ses_01k0z3v8q4n5w6x7y8z9abcdef");
        }),
        // The session of one, the name of another.
        sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |claims| claims["sub"] = json!(other.id)),
        other_user,
        none,
        "nonsense".to_owned(),
    ] {
        let answer = me_with(&app, &bad).await.problem(401, "auth.token_invalid");
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_keys_change_tokens_of_both_are_good() {
    let mut options = Options::default();
    let old = TokenKey { id: TOKEN_KEY.into(), secret: TOKEN_SECRET.into() };
    let new = TokenKey { id: "new".into(), secret: "the next secret, long enough to be one".into() };
    options.tokens = TokenSettings { previous: Some(old), ..TokenSettings::new(new) };
    let app = TestApp::start_with(options).await;
    let user = app.user("leyla").await;
    app.get(&user, "/auth/me").await.expect(200);
    let from_before = sign(&user, &header(TOKEN_KEY), TOKEN_SECRET, |_| {});
    assert_eq!(me_with(&app, &from_before).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_tries_too_often_has_to_wait() {
    let mut options = Options::default();
    let burst = std::num::NonZeroU32::new(2).unwrap();
    options.http.sign_in_rate = Some(Rate { burst, period: std::time::Duration::from_hours(1) });
    let app = TestApp::start_with(options).await;
    let login = json!({ "email": "nobody@example.com", "password": "wrong horse battery" });
    for _ in 0..2 {
        let answer = send(app.request(Method::POST, "/auth/login").json(&login)).await;
        answer.problem(401, "auth.invalid_credentials");
    }
    let answer = send(app.request(Method::POST, "/auth/login").json(&login)).await;
    let wait: u64 = answer.problem(429, "request.rate_limited").header("retry-after").parse().unwrap();
    assert!((1..=1801).contains(&wait), "{wait}");
}
