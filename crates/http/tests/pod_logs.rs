//! The log of a store's programs: its owner's, without its secrets, and only for as long as they may read it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::Duration;

use futures::StreamExt;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use souk_app::auth::token::TokenSettings;
use souk_http::StreamSettings;
use souk_test_support::app::{Options, send};
use souk_test_support::{Answer, TestApp, TestUser};

/// Bounds a broken test.
const LIMIT: Duration = Duration::from_secs(20);

async fn logs(app: &TestApp, user: &TestUser, store: &str, query: &str) -> Answer {
    app.get(user, &format!("/stores/{store}/pods/logs{query}")).await
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(answer: &Answer) -> Vec<String> {
    lines(answer).iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect()
}

/// The lines of a stream, one by one; `None` at its end.
struct Followed {
    bytes: futures::stream::BoxStream<'static, Vec<u8>>,
    text: String,
}

impl Followed {
    async fn begin(app: &TestApp, user: &TestUser, store: &str) -> Self {
        let path = format!("/stores/{store}/pods/logs?follow&tail=1");
        let response: Response =
            app.request(Method::GET, &path).bearer_auth(&user.token).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        // A connection that breaks, as at the client's own limit, is no end.
        let bytes = response.bytes_stream().map(|read| read.expect("a stream that ends well").to_vec());
        Self { bytes: bytes.boxed(), text: String::new() }
    }

    async fn line(&mut self) -> Option<String> {
        let read = async {
            while !self.text.contains('\n') {
                let bytes = self.bytes.next().await.filter(|bytes| !bytes.is_empty())?;
                self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            }
            let (line, rest) = self.text.split_once('\n').unwrap();
            let (line, rest) = (line.to_owned(), rest.to_owned());
            self.text = rest;
            Some(line)
        };
        tokio::time::timeout(LIMIT, read).await.expect("a line in time")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_reads_the_lines_and_no_secret_of_the_store_is_in_them() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let answer = logs(&app, &user, &store, "").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(texts(&answer)[2], "simulated: signing in with (hidden)");
    let password = app.get(&user, &format!("/stores/{store}/credentials")).await.string("/admin_password");
    assert!(!answer.text.contains(&password));
    let line = &lines(&answer)[0];
    assert_eq!(
        (line["container"].as_str(), line["pod"].as_str()),
        (Some("medusa"), Some("medusa-simulated"))
    );
    assert!(line["time"].as_str().is_some_and(|time| time.starts_with("1970-01-01T00:00:00")), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_says_how_many_lines_since_when_of_which_container_and_how_they_look() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let last = "simulated: listening";
    assert_eq!(texts(&logs(&app, &user, &store, "?tail=1").await), [last]);
    assert_eq!(texts(&logs(&app, &user, &store, "?since=1970-01-01T00:00:02Z").await), [last]);
    assert_eq!(texts(&logs(&app, &user, &store, "?container=medusa&tail=1").await), [last]);
    assert_eq!(logs(&app, &user, &store, "?container=redis").await.expect(200).text, "");
    assert_eq!(logs(&app, &user, &store, "?tail=0").await.expect(200).text, "");
    let text = logs(&app, &user, &store, "?format=text&tail=1").await.expect(200);
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(text.text, format!("1970-01-01T00:00:03.000Z medusa {last}\n"));
    for (query, field) in [
        ("tail=2001", "tail"),
        ("tail=-1", "tail"),
        ("follow=perhaps", "follow"),
        ("since=yesterday", "since"),
        ("container=../etc", "container"),
        ("format=xml", "format"),
    ] {
        let refused = logs(&app, &user, &store, &format!("?{query}")).await.problem(422, "request.invalid");
        assert_eq!(refused.fields(), [field], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_s_and_a_deleted_store_are_not_found_and_an_operator_may_look() {
    let app = TestApp::start().await;
    let (operator, user, other) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    let store = app.ready_store(&user, "lamps").await;
    logs(&app, &other, &store, "").await.problem(404, "store.not_found");
    logs(&app, &operator, &store, "").await.expect(200);
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    app.run_jobs().await;
    logs(&app, &user, &store, "").await.problem(404, "store.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_is_told_what_comes_and_is_let_go_when_the_server_stops() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let mut followed = Followed::begin(&app, &user, &store).await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        heard.push(followed.line().await.expect("a line, not the end"));
    }
    assert!(
        heard[0].contains("simulated: listening") && heard[2].contains("request 5 answered"),
        "{heard:?}"
    );
    app.server.draining().begin();
    while let Some(line) = followed.line().await {
        assert!(line.contains("answered"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token_and_with_a_suspension() {
    let mut options = Options::default();
    options.tokens = TokenSettings { lifetime: Duration::from_secs(2), ..options.tokens };
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let mut followed = Followed::begin(&app, &user, &store).await;
    while followed.line().await.is_some() {}

    let mut options = Options::default();
    options.http.streams = StreamSettings { look_every: Duration::from_millis(100), ..options.http.streams };
    let app = TestApp::start_with(options).await;
    let (operator, user) = (app.user("operator").await, app.user("leyla").await);
    let store = app.ready_store(&user, "lamps").await;
    let mut followed = Followed::begin(&app, &user, &store).await;
    followed.line().await.expect("a line, not the end");
    app.post(&operator, &format!("/admin/users/{}/suspend", user.id), json!({ "reason": "a test" }))
        .await
        .expect(200);
    while followed.line().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_as_many_logs_open_as_streams_and_a_closed_one_makes_room() {
    let mut options = Options::default();
    options.http.streams = StreamSettings { max_per_user: 1, ..options.http.streams };
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let mut followed = Followed::begin(&app, &user, &store).await;
    followed.line().await.expect("a line, not the end");
    logs(&app, &user, &store, "").await.problem(429, "stream.limit");
    drop(followed);
    souk_test_support::wait_for("room for another", async || {
        let again =
            send(app.request(Method::GET, &format!("/stores/{store}/pods/logs")).bearer_auth(&user.token))
                .await;
        (again.status == 200).then_some(())
    })
    .await;
}
