//! Following a store: nothing is lost, nothing comes twice, and every stream ends in time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod reader;

use std::time::Duration;

use reqwest::Method;
use souk_app::auth::token::TokenSettings;
use souk_http::StreamSettings;
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser};

use reader::{Frame, Stream};

fn follow(app: &TestApp, user: &TestUser, store: &str, query: &str) -> reqwest::RequestBuilder {
    app.request(Method::GET, &format!("/stores/{store}/events{query}")).bearer_auth(&user.token)
}

async fn open(app: &TestApp, user: &TestUser, store: &str) -> Stream {
    Stream::of_a_store(follow(app, user, store, "").send().await.unwrap())
}

/// Looks by itself so rarely that only notifications can be what wakes it.
fn deaf_to_time() -> Options {
    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_hours(1);
    options
}

async fn last_event(app: &TestApp) -> i64 {
    app.database.number("SELECT max(seq) FROM events").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_what_was_and_then_what_happens() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    assert_eq!(stream.event().await.1, "state_changed");
    assert_eq!(stream.event().await.1, "operation_queued");
    app.run_jobs().await;
    let seen = stream.until(last_event(&app).await).await;
    assert_eq!(seen, (3..=last_event(&app).await).collect::<Vec<_>>());
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    let (_, kind, data) = loop {
        let event = stream.event().await;
        if event.1 == "state_changed" {
            break event;
        }
    };
    assert_eq!((kind.as_str(), data["data"]["to"].as_str()), ("state_changed", Some("deleting")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_goes_on_where_the_stream_broke() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut first = open(&app, &user, &store).await;
    assert_eq!(first.until(2).await, [1, 2]);
    drop(first);
    app.run_jobs().await;
    let last = last_event(&app).await;
    let resumed = follow(&app, &user, &store, "?after=1").header("last-event-id", "2").send().await.unwrap();
    assert_eq!(Stream::of_a_store(resumed).until(last).await, (3..=last).collect::<Vec<_>>());
    let by_query = follow(&app, &user, &store, "?after=5").send().await.unwrap();
    assert_eq!(Stream::of_a_store(by_query).until(last).await, (6..=last).collect::<Vec<_>>());
    let bad = send(follow(&app, &user, &store, "").header("last-event-id", "x")).await;
    assert_eq!(bad.problem(422, "request.invalid").fields(), ["Last-Event-ID"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notification_costs_a_moment_and_no_event() {
    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_millis(50);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    assert_eq!(stream.until(2).await, [1, 2]);
    app.database.execute("ALTER TABLE events DISABLE TRIGGER events_notify").await;
    app.run_jobs().await;
    let last = last_event(&app).await;
    assert_eq!(stream.until(last).await, (3..=last).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_at_once_all_arrive_in_order() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    let many = "DO $$ DECLARE s uuid; a uuid; BEGIN
        SELECT id, account_id INTO s, a FROM stores;
        INSERT INTO events (store_id, seq, account_id, kind, message)
        SELECT s, n, a, 'state_changed', 'x' FROM generate_series(3, 1002) n;
        UPDATE stores SET next_event_seq = 1003; END $$";
    app.database.execute(many).await;
    assert_eq!(stream.until(1002).await, (1..=1002).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_says_that_it_is_still_here() {
    let mut options = deaf_to_time();
    options.http.streams.comment_every = Duration::from_millis(20);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    stream.until(2).await;
    for _ in 0..2 {
        assert_eq!(stream.frame().await, Some(Frame::Comment("still here".into())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token() {
    let mut options = Options::default();
    options.tokens = TokenSettings { lifetime: Duration::from_secs(2), ..options.tokens };
    let app = TestApp::start_with(options).await;
    app.user("operator").await;
    let user = app.user("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    assert_eq!(stream.end().await.last().map(String::as_str), Some("the token has expired"));
    app.get(&user, "/stores").await.problem(401, "auth.token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_user_is_suspended() {
    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_millis(50);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    stream.until(2).await;
    app.database.execute("UPDATE users SET suspended_at = now()").await;
    assert_eq!(stream.end().await.last().map(String::as_str), Some("the user may not follow any more"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_at_shutdown_and_new_requests_are_told_so() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let mut stream = open(&app, &user, &store).await;
    stream.until(2).await;
    app.server.draining().begin();
    assert_eq!(stream.end().await.last().map(String::as_str), Some("the server is stopping"));
    let refused = app.get(&user, "/stores").await;
    assert_eq!(refused.header("connection"), "close");
    refused.problem(503, "service.stopping");
    let ready = send(app.request(Method::GET, "/health/ready")).await.expect(503);
    assert_eq!(ready.string("/status"), "stopping");
    send(app.request(Method::GET, "/health/live")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_only_so_many_streams_and_a_closed_one_makes_room() {
    let mut options = Options::default();
    // No comment goes out meanwhile: that the client has closed has to be enough.
    options.http.streams =
        StreamSettings { max_per_user: 2, comment_every: Duration::from_hours(1), ..options.http.streams };
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let (first, _second) = (open(&app, &user, &store).await, open(&app, &user, &store).await);
    send(follow(&app, &user, &store, "")).await.problem(429, "stream.limit");
    let other = app.merchant("omar").await;
    let others = app.create(&other, "rugs").await;
    open(&app, &other, &others).await;
    drop(first);
    souk_test_support::wait_for("room for another stream", async || {
        let answer = follow(&app, &user, &store, "").send().await.unwrap();
        (answer.status() == 200).then_some(())
    })
    .await;
}
