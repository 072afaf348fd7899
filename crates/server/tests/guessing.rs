//! The limits of signing in hold over two processes, and a change of the key that signs tokens signs nobody out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use futures::future::join_all;
use jsonwebtoken::decode_header;
use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::TestDatabase;

use running::{Running, souk};

const RIGHT: &str = "correct horse battery";

async fn login(souk: &Running, email: &str, password: &str) -> (u16, Value) {
    let body = json!({ "email": email, "password": password, "refresh_in": "body" });
    let (status, answer) = souk.ask(Method::POST, "/auth/login", "", Some(body)).await;
    (status.as_u16(), answer)
}

/// To each of the two in turn.
async fn guesses(souks: [&Running; 2], number: usize) -> Vec<u16> {
    let asked =
        (0..number).map(|guess| login(souks[guess % 2], "leyla@example.com", "a guess that is wrong"));
    join_all(asked).await.into_iter().map(|(status, _)| status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_answer_five_guesses_between_them() {
    let database = TestDatabase::create().await;
    let api = || {
        let mut command = souk(&database);
        command.env("SOUK_SIGN_IN_RATE_PER_MINUTE", "0");
        Running::start_as("api", command)
    };
    let (one, two) = tokio::join!(api(), api());
    let token = one.register().await;
    // The control: from either of them, the right password signs in.
    for souk in [&one, &two] {
        assert_eq!(login(souk, "leyla@example.com", RIGHT).await.0, 200);
    }
    let answers = guesses([&one, &two], 24).await;
    let count = |status: u16| answers.iter().filter(|answer| **answer == status).count();
    // On a machine that is at work, some get no turn to hash: 503, which tells no more than the lock does.
    assert_eq!((count(401), count(423) + count(503)), (5, 19), "{answers:?}");
    for souk in [&one, &two] {
        let (status, answer) = login(souk, "leyla@example.com", RIGHT).await;
        assert_eq!((status, answer["code"].as_str()), (423, Some("auth.locked")), "{answer}");
        // Whoever is signed in does not feel it.
        assert_eq!(souk.ask(Method::GET, "/auth/me", &token, None).await.0, 200);
    }
    let locked = "SELECT count(*) FROM audit_log WHERE event_type = 'account_locked'";
    assert_eq!(database.number(locked).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_one_process_ends_is_over_at_the_other() {
    let database = TestDatabase::create().await;
    let (one, two) =
        tokio::join!(Running::start_as("api", souk(&database)), Running::start_as("api", souk(&database)));
    let token = one.register().await;
    let (_, other) = login(&two, "leyla@example.com", RIGHT).await;
    let other = other["access_token"].as_str().unwrap();
    assert_eq!(two.ask(Method::GET, "/auth/me", other, None).await.0, 200);
    let ended = one.ask(Method::DELETE, "/me/sessions?keep_current=true", &token, None).await;
    assert_eq!((ended.0.as_u16(), &ended.1["sessions_ended"]), (200, &json!(1)));
    assert_eq!(two.ask(Method::GET, "/auth/me", other, None).await.0, 401);
    assert_eq!(two.ask(Method::GET, "/auth/me", &token, None).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refresh_token_at_two_processes_at_once_rotates_once_and_signs_nobody_out() {
    let database = TestDatabase::create().await;
    let (one, two) =
        tokio::join!(Running::start_as("api", souk(&database)), Running::start_as("api", souk(&database)));
    one.register().await;
    let (_, session) = login(&one, "leyla@example.com", RIGHT).await;
    let body = json!({ "refresh_token": session["refresh_token"] });
    let ask = |souk| Running::ask(souk, Method::POST, "/auth/refresh", "", Some(body.clone()));
    for (status, answer) in join_all([ask(&one), ask(&two), ask(&one), ask(&two)]).await {
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(database.number("SELECT max(generation) FROM sessions").await, 2);
}

/// One after the other, as an operator changes the key: a new one with the old one beside it, then the new one alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_signs_tokens_is_changed_without_signing_anybody_out() {
    let database = TestDatabase::create().await;
    let with = |settings: &[(&str, &str)]| {
        let mut command = souk(&database);
        command.envs(settings.iter().copied());
        Running::start_as("api", command)
    };
    let old = [("SOUK_JWT_SECRET", "the first secret of this test"), ("SOUK_JWT_KEY_ID", "first")];
    let new = [("SOUK_JWT_SECRET", "the second secret of this test"), ("SOUK_JWT_KEY_ID", "second")];
    let kept = [
        ("SOUK_JWT_PREVIOUS_SECRET", "the first secret of this test"),
        ("SOUK_JWT_PREVIOUS_KEY_ID", "first"),
    ];
    let text = |answer: &Value, field: &str| answer[field].as_str().unwrap().to_owned();
    let kid = |token: &str| decode_header(token).unwrap().kid.unwrap();

    let before = with(&old).await;
    before.register().await;
    let (_, session) = login(&before, "leyla@example.com", RIGHT).await;
    let token = text(&session, "access_token");
    assert_eq!(kid(&token), "first");
    before.kill().await;

    let during = with(&[new[0], new[1], kept[0], kept[1]]).await;
    assert_eq!(during.ask(Method::GET, "/auth/me", &token, None).await.0, 200, "of the key before");
    let body = json!({ "refresh_token": session["refresh_token"] });
    let (status, refreshed) = during.ask(Method::POST, "/auth/refresh", "", Some(body)).await;
    assert_eq!(status, 200, "{refreshed}");
    assert_eq!(kid(&text(&refreshed, "access_token")), "second");
    during.kill().await;

    let after = with(&new).await;
    let (status, answer) = after.ask(Method::GET, "/auth/me", &token, None).await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (401, Some("auth.token_invalid")));
    let token = text(&refreshed, "access_token");
    assert_eq!(after.ask(Method::GET, "/auth/me", &token, None).await.0, 200);
    let body = json!({ "refresh_token": refreshed["refresh_token"] });
    assert_eq!(after.ask(Method::POST, "/auth/refresh", "", Some(body)).await.0, 200);
}
