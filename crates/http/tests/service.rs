//! The service around the routes: health, metrics, headers, CORS, the document, the stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use souk_http::Rate;
use souk_test_support::TestApp;
use souk_test_support::app::{Options, SCRAPE_TOKEN, send};

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_the_whole_truth() {
    let app = TestApp::start().await;
    let health = send(app.request(Method::GET, "/health")).await.expect(200);
    assert_eq!(health.string("/status"), "ok");
    assert_eq!(health.string("/database/status"), "ok");
    assert!(health.body["database"]["latency_ms"].as_f64().is_some_and(|latency| latency > 0.0));
    assert_eq!(health.string("/kubernetes/status"), "simulated");
    assert_eq!(health.string("/provisioner"), "simulated");
    assert_eq!(health.string("/version"), env!("CARGO_PKG_VERSION"));
    let user = app.merchant("leyla").await;
    app.create(&user, "lamps").await;
    let load = send(app.request(Method::GET, "/health")).await.body["concurrency"].clone();
    let expected = serde_json::json!({ "active": 0, "max_concurrent": 3, "queued": 1, "max_queue": 10 });
    assert_eq!(load, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_it_is_not_ready_but_alive() {
    let app = TestApp::start().await;
    send(app.request(Method::GET, "/health/ready")).await.expect(200);
    let user = app.merchant("leyla").await;
    app.database.api.close().await;
    send(app.request(Method::GET, "/health/ready")).await.expect(503);
    assert_eq!(send(app.request(Method::GET, "/health")).await.expect(503).string("/status"), "down");
    send(app.request(Method::GET, "/health/live")).await.expect(200);
    app.get(&user, "/stores").await.problem(503, "database.unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_operators_and_the_scrape_token_and_hold_no_ids() {
    let app = TestApp::start().await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    let store = app.ready_store(&user, "lamps").await;
    app.get(&user, "/metrics").await.problem(403, "auth.admin_only");
    let wrong = app.request(Method::GET, "/metrics").bearer_auth("a token that only scrape$");
    send(wrong).await.problem(401, "auth.token_invalid");
    app.get(&operator, "/metrics").await.expect(200);
    let by_token = send(app.request(Method::GET, "/metrics").bearer_auth(SCRAPE_TOKEN)).await.expect(200);
    let listener = app.server.metrics_address().unwrap();
    let scraped = send(app.get_raw(listener, "/metrics")).await.expect(200);
    for page in [&by_token.text, &scraped.text] {
        for name in [
            "http_requests_total{method=\"GET\",route=\"/api/v1/stores/{id}\",status_code=\"200\"}",
            "http_request_duration_seconds_bucket{method=\"POST\",route=\"/api/v1/stores\"",
            "active_provisioning_operations",
            "provisioning_concurrent_operations",
            "provisioning_queue_depth",
            "provisioning_rejections_total{reason=\"queue_full\"}",
            "provisioning_rejections_total{reason=\"queue_timeout\"}",
            "security_events_total{event_type=\"registration\"}",
            "process_uptime_seconds",
        ] {
            assert!(page.contains(name), "{name} is not in:\n{page}");
        }
        assert!(!page.contains(&store) && !page.contains(&user.id) && !page.contains(&user.account_id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_strict_with_browsers_and_names_its_correlation_id() {
    let app = TestApp::start().await;
    for path in ["/health/live", "/nothing", "/stores"] {
        let answer = send(app.request(Method::GET, path)).await;
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-correlation-id").len(), 20, "{path}");
    }
    let request = app.request(Method::GET, "/nothing").header("x-correlation-id", "mine-42");
    assert_eq!(send(request).await.problem(404, "request.not_found").string("/correlation_id"), "mine-42");
    let request = app.request(Method::GET, "/nothing").header("x-correlation-id", "two words");
    assert_ne!(send(request).await.header("x-correlation-id"), "two words");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correlation_id_goes_all_the_way_to_the_events_of_the_work() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let body = serde_json::json!({ "name": "lamps", "engine": "medusa" });
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&body);
    send(request.header("x-correlation-id", "order-7")).await.expect(202);
    app.run_jobs().await;
    let others = "SELECT count(*) FROM events WHERE correlation_id IS DISTINCT FROM 'order-7'";
    assert_eq!(app.database.number(others).await, 0);
    assert!(app.database.number("SELECT count(*) FROM events").await > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_origins_may_call_from_a_browser() {
    let mut options = Options::default();
    options.http.cors_origins = vec!["https://dashboard.example".to_owned()];
    let app = TestApp::start_with(options).await;
    let preflight = |origin: &'static str| {
        let request = app.request(Method::OPTIONS, "/stores").header("origin", origin);
        send(request.header("access-control-request-method", "POST").header(
            "access-control-request-headers",
            "authorization,content-type,if-match,last-event-id,x-correlation-id",
        ))
    };
    let allowed = preflight("https://dashboard.example").await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://dashboard.example");
    let refused = preflight("https://evil.example").await;
    assert_eq!(refused.header("access-control-allow-origin"), "");
    let live = app.request(Method::GET, "/health/live").header("origin", "https://dashboard.example");
    let live = send(live).await.expect(200);
    assert_eq!(live.header("access-control-allow-origin"), "https://dashboard.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_and_its_pages_load_under_their_own_policy() {
    let app = TestApp::start().await;
    let served = send(app.get_raw(app.server.address(), "/api/openapi.json")).await.expect(200);
    assert_eq!(served.body["openapi"], "3.1.0");
    let ui = send(app.get_raw(app.server.address(), "/api/docs")).await.expect(200);
    assert!(ui.text.contains("swagger-ui"), "the redirect leads to the pages");
    assert!(ui.header("content-security-policy").contains("default-src 'self'"));
    assert!(!ui.text.contains("<script>"), "no inline script, which the policy would stop");
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    let generated = souk_http::openapi::text().unwrap();
    assert!(committed == generated, "run `souk openapi > docs/openapi.json`");
}

#[test]
fn the_committed_page_of_errors_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == souk_http::problem::page(), "run `souk errors > docs/errors.md`");
}

#[test]
fn every_route_of_the_document_says_who_may_call_it_and_answers_with_problems() {
    let document: Value = serde_json::from_str(&souk_http::openapi::text().unwrap()).unwrap();
    let open = [
        "post /api/v1/auth/register",
        "post /api/v1/auth/login",
        "post /api/v1/auth/login/second-step",
        "post /api/v1/auth/refresh",
        "post /api/v1/auth/logout",
        "get /api/v1/brand",
        "get /api/v1/brand/logo",
        "get /api/v1/health",
        "get /api/v1/health/live",
        "get /api/v1/health/ready",
    ];
    let mut routes = 0;
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            routes += 1;
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}: its id is taken");
            assert_eq!(operation["security"].is_array(), !open.contains(&name.as_str()), "{name}");
            assert_eq!(
                operation["responses"]["500"].is_object(),
                !name.ends_with("/live") && !name.ends_with("/ready"),
                "{name}"
            );
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{name}");
        }
    }
    assert!(routes > 30, "only {routes} were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_stopped_gives_its_port_back() {
    let app = TestApp::start().await;
    let address = app.server.address();
    send(app.request(Method::GET, "/health/live")).await.expect(200);
    let TestApp { server, .. } = app;
    server.stop().await;
    std::net::TcpListener::bind(address).expect("the port is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_given_up_and_leaves_nothing() {
    let mut options = Options::default();
    options.http.request_limit = Duration::from_secs(2);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let body = serde_json::json!({ "name": "lamps", "engine": "medusa" });
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(6); RETURN NEW; END $$;
                CREATE TRIGGER slow BEFORE INSERT ON stores FOR EACH ROW EXECUTE FUNCTION slow()";
    app.database.execute(slow).await;
    app.post(&user, "/stores", body.clone()).await.problem(503, "request.timeout");
    app.database.execute("DROP TRIGGER slow ON stores").await;
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 0);
    assert_eq!(app.database.number("SELECT count(*) FROM apalis.jobs").await, 0);
    app.post(&user, "/stores", body).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_asks_too_often_has_to_wait_and_others_do_not() {
    let mut options = Options::default();
    let burst = std::num::NonZeroU32::new(3).unwrap();
    options.http.user_rate = Some(Rate { burst, period: Duration::from_hours(1) });
    let app = TestApp::start_with(options).await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    for _ in 0..3 {
        app.get(&user, "/stores").await.expect(200);
    }
    let refused = app.get(&user, "/stores").await.problem(429, "request.rate_limited");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| (1..=1201).contains(&wait)));
    app.get(&other, "/stores").await.expect(200);
}
