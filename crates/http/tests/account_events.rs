//! Following all of an account's stores at once: nothing is lost, nothing comes twice, and nothing is somebody else's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod reader;

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use souk_app::auth::token::TokenSettings;
use souk_http::StreamSettings;
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser};

use reader::{Frame, Stream};

fn follow(app: &TestApp, user: &TestUser, query: &str) -> reqwest::RequestBuilder {
    app.request(Method::GET, &format!("/events{query}")).bearer_auth(&user.token)
}

async fn open(app: &TestApp, user: &TestUser, query: &str) -> Stream {
    Stream::of_an_account(follow(app, user, query).send().await.unwrap())
}

/// Looks by itself so rarely that only notifications can be what wakes it.
fn deaf_to_time() -> Options {
    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_hours(1);
    options
}

/// How many events the account has.
async fn events_of(app: &TestApp, user: &TestUser) -> i64 {
    let query = format!(
        "SELECT count(*) FROM events e JOIN memberships m USING (account_id) JOIN users u ON u.id = m.user_id
         WHERE u.email = '{}'",
        user.email
    );
    app.database.number(&query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_begins_now_and_tells_of_every_store_of_the_account_and_of_no_other() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let (operator, leyla, omar) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    let before = app.ready_store(&leyla, "lamps").await;
    let begun_at = events_of(&app, &leyla).await;
    let mut stream = open(&app, &leyla, "").await;
    let mut operators = open(&app, &operator, "").await;
    let rugs = app.create(&leyla, "rugs").await;
    app.create(&omar, "lamps").await;
    let vases = app.create(&leyla, "vases").await;
    app.run_jobs().await;
    app.delete(&leyla, &format!("/stores/{before}")).await.expect(202);
    app.run_jobs().await;

    let last = events_of(&app, &leyla).await;
    let mut by_store: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for number in begun_at + 1..=last {
        let (id, _, data) = stream.event().await;
        assert_eq!(id, number, "without gaps, and from now on");
        by_store
            .entry(data["store_id"].as_str().unwrap().to_owned())
            .or_default()
            .push(data["seq"].as_i64().unwrap());
    }
    let mut expected = [before.clone(), rugs.clone(), vases.clone()];
    expected.sort();
    assert_eq!(by_store.keys().cloned().collect::<Vec<_>>(), expected, "one's own stores");
    for (store, seqs) in &by_store {
        assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{store}: {seqs:?}");
        assert_eq!(seqs[0] == 1, *store != before, "{store}");
    }
    // An operator sees every store by its id; this stream is of their own account.
    let own = app.create(&operator, "own").await;
    let (id, _, data) = operators.event().await;
    assert_eq!((id, data["store_id"].as_str()), (1, Some(own.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_goes_on_behind_the_last_event_whichever_store_it_was_of() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    let mut first = open(&app, &user, "").await;
    app.create(&user, "lamps").await;
    app.create(&user, "rugs").await;
    assert_eq!(first.until(3).await, [1, 2, 3]);
    drop(first);
    app.run_jobs().await;
    let last = events_of(&app, &user).await;
    assert!(last > 20);
    let resumed = follow(&app, &user, "?after=1").header("last-event-id", "3").send().await.unwrap();
    let mut resumed = Stream::of_an_account(resumed);
    assert_eq!(resumed.until(last).await, (4..=last).collect::<Vec<_>>());
    assert_eq!(open(&app, &user, "?after=0").await.until(last).await, (1..=last).collect::<Vec<_>>());
    for (header, query, field) in
        [("x", "", "Last-Event-ID"), ("-1", "", "Last-Event-ID"), ("1", "?after=x", "after")]
    {
        let bad = send(follow(&app, &user, query).header("last-event-id", header)).await;
        assert_eq!(bad.problem(422, "request.invalid").fields(), [field], "{header} {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_committed_late_comes_late_and_is_not_missed() {
    let app = TestApp::start_with(deaf_to_time()).await;
    let user = app.merchant("leyla").await;
    app.create(&user, "lamps").await;
    app.create(&user, "rugs").await;
    let last = events_of(&app, &user).await;
    let mut stream = open(&app, &user, "").await;
    let append = |name: &str| {
        format!(
            "WITH store AS (UPDATE stores SET next_event_seq = next_event_seq + 1 WHERE name = '{name}'
                            RETURNING id, account_id, next_event_seq - 1 AS seq)
             INSERT INTO events (store_id, seq, account_id, kind, message) SELECT id, seq, account_id, '{name}', 'x' FROM store"
        )
    };
    let (mut early, mut late) = (app.database.superuser().await, app.database.superuser().await);
    let mut slow = sqlx::Connection::begin(&mut early).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(append("lamps"))).execute(&mut *slow).await.unwrap();
    let mut quick = sqlx::Connection::begin(&mut late).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(append("rugs"))).execute(&mut *quick).await.unwrap();
    quick.commit().await.unwrap();
    let (id, kind, _) = stream.event().await;
    assert_eq!((id, kind.as_str()), (last + 1, "rugs"));
    slow.commit().await.unwrap();
    let (id, kind, _) = stream.event().await;
    assert_eq!((id, kind.as_str()), (last + 2, "lamps"));
    let mut resumed = open(&app, &user, &format!("?after={}", last + 1)).await;
    assert_eq!(resumed.event().await.1, "lamps", "who has seen the quick one misses nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notification_costs_a_moment_and_no_event() {
    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_millis(50);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let mut stream = open(&app, &user, "").await;
    app.database.execute("ALTER TABLE events DISABLE TRIGGER events_notify").await;
    app.create(&user, "lamps").await;
    assert_eq!(stream.until(2).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shares_its_limits_with_the_streams_of_single_stores() {
    let mut options = Options::default();
    options.http.streams =
        StreamSettings { max_per_user: 2, comment_every: Duration::from_millis(20), ..options.http.streams };
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let store = app.create(&user, "lamps").await;
    let of_store = app.request(Method::GET, &format!("/stores/{store}/events")).bearer_auth(&user.token);
    let _one = Stream::of_a_store(of_store.send().await.unwrap());
    let mut stream = open(&app, &user, "").await;
    send(follow(&app, &user, "")).await.problem(429, "stream.limit");
    assert!(matches!(stream.frame().await, Some(Frame::Comment(text)) if text.starts_with("following")));
    assert_eq!(stream.frame().await, Some(Frame::Comment("still here".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_its_token_and_with_a_suspension() {
    let mut options = Options::default();
    options.tokens = TokenSettings { lifetime: Duration::from_secs(2), ..options.tokens };
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let mut stream = open(&app, &user, "").await;
    assert_eq!(stream.end().await.last().map(String::as_str), Some("the token has expired"));

    let mut options = Options::default();
    options.http.streams.look_every = Duration::from_millis(50);
    let app = TestApp::start_with(options).await;
    let user = app.merchant("leyla").await;
    let mut stream = open(&app, &user, "").await;
    app.database.execute("UPDATE users SET suspended_at = now()").await;
    assert_eq!(stream.end().await.last().map(String::as_str), Some("the user may not follow any more"));
}
