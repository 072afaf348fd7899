//! Clients that send too much, too slowly or not at all: each is let go, and nobody else notices.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::{Duration, Instant};

use reqwest::Method;
use souk_test_support::TestApp;
use souk_test_support::app::{Options, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Well over every limit that is set here, and well under a connection that nobody ends.
const LET_GO_WITHIN: Duration = Duration::from_secs(10);

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.server.address()).await.unwrap()
}

/// What comes until the server closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(LET_GO_WITHIN, stream.read_to_end(&mut answer)).await;
    // A reset is an end, too: the server had not read all that was sent.
    let _ = read.expect("the server lets go");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn still_answers(app: &TestApp) {
    let started = Instant::now();
    send(app.request(Method::GET, "/health/live")).await.expect(200);
    assert!(started.elapsed() < Duration::from_secs(5));
}

fn hasty() -> Options {
    let mut options = Options::default();
    options.http.head_limit = Duration::from_secs(1);
    options.http.request_limit = Duration::from_secs(2);
    options
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_its_head_drop_by_drop_is_let_go() {
    let app = TestApp::start_with(hasty()).await;
    let mut stream = connect(&app).await;
    stream.write_all(b"GET /api/v1/health/live HTTP/1.1\r\nhost: souk\r\nx-slow: ").await.unwrap();
    still_answers(&app).await;
    let answer = rest(stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    still_answers(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_ends_its_body_gets_its_answer_when_its_time_is_up() {
    let app = TestApp::start_with(hasty()).await;
    let user = app.merchant("leyla").await;
    let mut stream = connect(&app).await;
    let head = format!(
        "POST /api/v1/stores HTTP/1.1\r\nhost: souk\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 1000\r\nconnection: close\r\n\r\n{{\"name\":",
        user.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    still_answers(&app).await;
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("request.timeout"), "{answer}");
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_or_an_address_without_end_is_refused_before_it_is_kept() {
    let app = TestApp::start_with(hasty()).await;
    let endless = "x".repeat(1024 * 1024);
    for request in [
        format!("GET /api/v1/health/live HTTP/1.1\r\nhost: souk\r\nx-long: {endless}\r\n\r\n"),
        format!("GET /api/v1/stores?q={endless} HTTP/1.1\r\nhost: souk\r\n\r\n"),
        format!("GET /api/v1/health/live HTTP/1.1\r\nhost: souk\r\n{}\r\n", "a: b\r\n".repeat(10_000)),
    ] {
        let mut stream = connect(&app).await;
        // It may stop listening in the middle.
        let _ = stream.write_all(request.as_bytes()).await;
        let answer = rest(stream).await;
        let is_refused =
            ["HTTP/1.1 400", "HTTP/1.1 414", "HTTP/1.1 431"].iter().any(|status| answer.starts_with(status));
        assert!(answer.is_empty() || is_refused, "{}", &answer[..answer.len().min(300)]);
        still_answers(&app).await;
    }
    // The way is open for those that end in time.
    let long = "x".repeat(4_000);
    send(app.request(Method::GET, &format!("/health/live?q={long}")).header("x-long", &long))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_idle_connections_keep_nobody_out() {
    let app = TestApp::start_with(hasty()).await;
    let mut idle = Vec::new();
    for _ in 0..300 {
        idle.push(connect(&app).await);
    }
    still_answers(&app).await;
    for stream in idle {
        let answer = rest(stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
}
