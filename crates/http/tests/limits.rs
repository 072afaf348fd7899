//! How often one client may come, what it is told of it, and who the client is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use souk_http::Rate;
use souk_test_support::app::{Options, send};
use souk_test_support::{Answer, TestApp};

/// So slow that nothing comes back while a test runs.
fn rate(burst: u32) -> Option<Rate> {
    NonZeroU32::new(burst).map(|burst| Rate { burst, period: Duration::from_hours(1) })
}

async fn health(app: &TestApp, forwarded: &str) -> Answer {
    send(app.request(Method::GET, "/health").header("x-forwarded-for", forwarded)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_counted_whatever_they_ask_for_and_whatever_token_they_make_up() {
    let mut options = Options::default();
    options.http.address_rate = rate(8);
    let app = TestApp::start_with(options).await;
    let made_up = |method: Method, path: &str| app.request(method, path).bearer_auth("nonsense");
    for (request, status) in [
        (app.request(Method::GET, "/health"), 200),
        (made_up(Method::GET, "/health"), 200),
        (app.request(Method::GET, "/stores"), 401),
        (made_up(Method::GET, "/stores"), 401),
        (made_up(Method::GET, "/metrics"), 401),
        (app.request(Method::GET, "/nowhere"), 404),
        (made_up(Method::GET, "/nowhere"), 404),
        (made_up(Method::PUT, "/stores"), 405),
    ] {
        send(request).await.expect(status);
    }
    let login = json!({ "email": "leyla@example.com", "password": "x" });
    for request in [
        app.request(Method::GET, "/health"),
        made_up(Method::GET, "/stores"),
        app.request(Method::POST, "/auth/login").json(&login),
        app.request(Method::GET, "/nowhere"),
    ] {
        let answer = send(request).await.problem(429, "request.rate_limited");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=451).contains(&wait), "{wait}");
        assert_eq!(answer.header("ratelimit-policy"), "\"address\";q=8;w=3600");
        assert_eq!(answer.header("ratelimit"), format!("\"address\";r=0;t={wait}"));
    }
    // Probes have no token and come often.
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(send(app.request(Method::GET, path)).await.expect(200).header("ratelimit"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_token_is_counted_by_user_and_told_what_is_left() {
    let mut options = Options::default();
    options.http.address_rate = rate(2);
    options.http.user_rate = rate(4);
    let app = TestApp::start_with(options).await;
    let (leyla, mehmet) = (app.user("leyla").await, app.user("mehmet").await);
    for left in ["3;t=900", "2;t=1800", "1;t=2700", "0;t=3600"] {
        let answer = app.get(&leyla, "/auth/me").await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"user\";q=4;w=3600");
        assert_eq!(answer.header("ratelimit"), format!("\"user\";r={left}"));
    }
    app.get(&leyla, "/auth/me").await.problem(429, "request.rate_limited");
    app.get(&mehmet, "/auth/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_have_a_limit_of_their_own_beside_the_users() {
    let mut options = Options::default();
    (options.http.user_rate, options.http.create_rate) = (rate(10), rate(2));
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    for name in ["lamps", "rugs"] {
        app.create(&user, name).await;
    }
    let body = json!({ "name": "vases", "engine": "medusa" });
    let answer = app.post(&user, "/stores", body).await.problem(429, "request.rate_limited");
    let wait = answer.header("retry-after");
    assert_eq!(answer.header("ratelimit-policy"), "\"user\";q=10;w=3600, \"create\";q=2;w=3600");
    assert_eq!(answer.header("ratelimit"), format!("\"user\";r=7;t=1080, \"create\";r=0;t={wait}"));
    app.get(&user, "/stores").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_forwarded_for_changes_nothing_and_a_trusted_proxys_counts() {
    let mut options = Options::default();
    options.http.address_rate = rate(3);
    let app = TestApp::start_with(options.clone()).await;
    for number in 0..3 {
        health(&app, &format!("203.0.113.{number}")).await.expect(200);
    }
    health(&app, "203.0.113.9").await.problem(429, "request.rate_limited");

    options.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let app = TestApp::start_with(options).await;
    for number in 0..6 {
        health(&app, &format!("203.0.113.{number}")).await.expect(200);
    }
    // What the client itself has written stands to the left of what the proxy has.
    for _ in 0..2 {
        health(&app, "198.51.100.7, 203.0.113.1").await.expect(200);
    }
    health(&app, "198.51.100.8, 203.0.113.1").await.problem(429, "request.rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_notes_the_address_that_counts() {
    for (trusted, noted) in [(vec![], "127.0.0.1"), (vec!["127.0.0.0/8".parse().unwrap()], "203.0.113.9")] {
        let mut options = Options::default();
        options.http.trusted_proxies = trusted;
        let app = TestApp::start_with(options).await;
        let login = json!({ "email": "leyla@example.com", "password": "wrong horse battery" });
        let request = app.request(Method::POST, "/auth/login").header("x-forwarded-for", "203.0.113.9");
        send(request.json(&login)).await.problem(401, "auth.invalid_credentials");
        let rows = format!("SELECT count(*) FROM audit_log WHERE host(ip) = '{noted}'");
        assert_eq!(app.database.number(&rows).await, 1, "{noted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_none_for_a_store_is_refused_with_its_field() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for (body, field) in [
        (json!({ "name": "sh1t-shop", "engine": "medusa" }), "name"),
        (json!({ "name": "lamps", "title": "The F.U.C.K. shop", "engine": "medusa" }), "title"),
    ] {
        let answer = app.post(&user, "/stores", body).await.problem(422, "store.word_refused");
        assert_eq!(answer.fields(), [field]);
        assert!(answer.body["detail"].as_str().unwrap().contains("choose another one"), "{}", answer.text);
    }
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 0);
    let body = json!({ "name": "scunthorpe-lamps", "title": "Hancock's of Scunthorpe", "engine": "medusa" });
    app.post(&user, "/stores", body).await.expect(202);
}
