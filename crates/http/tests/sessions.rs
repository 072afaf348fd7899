//! Sessions: kept alive by refresh tokens, seen and ended by their user.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::app::{Options, send};
use souk_test_support::{Answer, TestApp, TestUser};

/// Signs the user in, with the refresh token in the body.
async fn sign_in(app: &TestApp, user: &TestUser) -> Answer {
    let login = json!({ "email": user.email, "password": app.password(), "refresh_in": "body" });
    send(app.request(Method::POST, "/auth/login").json(&login)).await.expect(200)
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    send(app.request(Method::POST, "/auth/refresh").json(&json!({ "refresh_token": token }))).await
}

async fn me(app: &TestApp, token: &str) -> Answer {
    send(app.request(Method::GET, "/auth/me").bearer_auth(token)).await
}

/// Moves the moment at which every session got its current tokens into the past.
async fn let_pass(app: &TestApp, seconds: u32) {
    let statement = format!("UPDATE sessions SET rotated_at = rotated_at - interval '{seconds} seconds'");
    app.database.execute(&statement).await;
}

async fn ended(app: &TestApp, why: &str) -> i64 {
    app.database.number(&format!("SELECT count(*) FROM sessions WHERE ended_by = '{why}'")).await
}

async fn audited(app: &TestApp, reason: &str) -> i64 {
    let rows = "SELECT count(*) FROM audit_log WHERE event_type = 'session_ended' AND correlation_id <> ''
                AND actor_user_id IS NOT NULL AND details->>'reason' =";
    app.database.number(&format!("{rows} '{reason}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_used_once_and_gives_the_next_one() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let mut session = sign_in(&app, &user).await;
    for _ in 0..3 {
        let next = refresh(&app, &session.string("/refresh_token")).await.expect(200);
        assert_eq!(next.string("/session_id"), session.string("/session_id"));
        assert_ne!(next.string("/refresh_token"), session.string("/refresh_token"));
        assert_eq!(next.header("set-cookie"), "", "who keeps it themselves is given no cookie");
        me(&app, &next.string("/access_token")).await.expect(200);
        session = next;
    }
    // Only hashes are kept.
    let kept = format!(
        "SELECT count(*) FROM refresh_tokens WHERE hash = sha256('{}')",
        session.string("/refresh_token")
    );
    assert_eq!(app.database.number(&kept).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_again_ends_its_whole_session_and_no_other() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (stolen, other) = (sign_in(&app, &user).await, sign_in(&app, &user).await);
    let next = refresh(&app, &stolen.string("/refresh_token")).await.expect(200);
    let_pass(&app, 11).await;
    refresh(&app, &stolen.string("/refresh_token")).await.problem(401, "auth.refresh_invalid");
    refresh(&app, &next.string("/refresh_token")).await.problem(401, "auth.refresh_invalid");
    for token in [stolen.string("/access_token"), next.string("/access_token")] {
        me(&app, &token).await.problem(401, "auth.token_invalid");
    }
    assert_eq!((ended(&app, "token_reused").await, audited(&app, "token_reused").await), (1, 1));
    // The controls: another session of the same user, and one that came with the account.
    refresh(&app, &other.string("/refresh_token")).await.expect(200);
    me(&app, &user.token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_an_answer_may_ask_once_more_for_ten_seconds() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let first = sign_in(&app, &user).await.string("/refresh_token");
    let lost = refresh(&app, &first).await.expect(200).string("/refresh_token");
    let_pass(&app, 8).await;
    let second = refresh(&app, &first).await.expect(200).string("/refresh_token");
    // Both are of the current generation, whichever has arrived.
    refresh(&app, &lost).await.expect(200);
    refresh(&app, &second).await.expect(200);
    // The one before those is out of its grace, however short ago it was used.
    refresh(&app, &first).await.problem(401, "auth.refresh_invalid");
    assert_eq!(ended(&app, "token_reused").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_refresh_at_the_same_moment_both_stay_signed_in() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let token = sign_in(&app, &user).await.string("/refresh_token");
    let (one, other) = tokio::join!(refresh(&app, &token), refresh(&app, &token));
    for answer in [one.expect(200), other.expect(200)] {
        me(&app, &answer.string("/access_token")).await.expect(200);
    }
    let generation = "SELECT max(generation) FROM sessions";
    assert_eq!(app.database.number(generation).await, 2, "one of them rotated it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_only_for_our_own_pages() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let login = json!({ "email": user.email, "password": app.password() });
    let answer = send(app.request(Method::POST, "/auth/login").json(&login)).await.expect(200);
    assert_eq!(answer.body["refresh_token"], Value::Null, "what is in the cookie is for no script to read");
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["souk_refresh=soukr_", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let own = format!("http://{}", app.server.address());
    for path in ["/auth/refresh", "/auth/logout"] {
        for origin in [None, Some("http://store.localhost:8080"), Some("null"), Some("http://127.0.0.1")] {
            let mut request = app.request(Method::POST, path).header("cookie", pair);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            send(request).await.problem(403, "auth.wrong_origin");
        }
        send(app.request(Method::POST, path)).await.problem(401, "auth.refresh_missing");
    }
    let ask = |path, pair: String| {
        send(app.request(Method::POST, path).header("cookie", pair).header("origin", own.clone()))
    };
    let refreshed = ask("/auth/refresh", pair.to_owned()).await.expect(200);
    let next = refreshed.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(next, pair);
    let out = ask("/auth/logout", next).await.expect(204);
    assert!(out.header("set-cookie").starts_with("souk_refresh=; "), "{}", out.header("set-cookie"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    me(&app, &refreshed.string("/access_token")).await.problem(401, "auth.token_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_the_cookie_is_the_hosts_alone_and_the_origin_is_the_public_one() {
    let mut options = Options::default();
    options.http.public_url = Some("https://souk.example.com".parse().unwrap());
    let app = TestApp::start_with(options).await;
    let body = json!({ "email": "leyla@example.com", "password": app.password() });
    let answer = send(app.request(Method::POST, "/auth/register").json(&body)).await.expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-souk_refresh=soukr_"), "{cookie}");
    assert!(cookie.contains("Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let ask = |origin: String| {
        send(app.request(Method::POST, "/auth/refresh").header("cookie", pair).header("origin", origin))
    };
    ask(format!("http://{}", app.server.address())).await.problem(403, "auth.wrong_origin");
    ask("https://souk.example.com".to_owned()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_session_at_once_and_may_be_repeated() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let session = sign_in(&app, &user).await;
    let body = json!({ "refresh_token": session.string("/refresh_token") });
    for _ in 0..2 {
        send(app.request(Method::POST, "/auth/logout").json(&body)).await.expect(204);
        me(&app, &session.string("/access_token")).await.problem(401, "auth.token_invalid");
        refresh(&app, &session.string("/refresh_token")).await.problem(401, "auth.refresh_invalid");
    }
    assert_eq!((ended(&app, "logout").await, audited(&app, "logout").await), (1, 1));
    me(&app, &user.token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_one_by_one_by_their_user_only() {
    let app = TestApp::start().await;
    let (user, stranger) = (app.user("leyla").await, app.user("mallory").await);
    let login = json!({ "email": user.email, "password": app.password(), "refresh_in": "body" });
    let request = app.request(Method::POST, "/auth/login").header("user-agent", "a telephone");
    let telephone = send(request.json(&login)).await.expect(200);
    let listed = app.get(&user, "/me/sessions").await.expect(200);
    let items = listed.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let of_telephone = items.iter().find(|item| item["id"] == telephone.string("/session_id")).unwrap();
    assert_eq!(
        (&of_telephone["current"], &of_telephone["user_agent"], &of_telephone["ip"]),
        (&json!(false), &json!("a telephone"), &json!("127.0.0.1"))
    );
    assert_eq!(items.iter().filter(|item| item["current"] == true).count(), 1);

    let path = format!("/me/sessions/{}", telephone.string("/session_id"));
    app.delete(&stranger, &path).await.problem(404, "session.not_found");
    me(&app, &telephone.string("/access_token")).await.expect(200);
    app.delete(&user, &path).await.expect(204);
    me(&app, &telephone.string("/access_token")).await.problem(401, "auth.token_invalid");
    refresh(&app, &telephone.string("/refresh_token")).await.problem(401, "auth.refresh_invalid");
    app.delete(&user, &path).await.problem(404, "session.not_found");
    assert_eq!(app.get(&user, "/me/sessions").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!((ended(&app, "user").await, audited(&app, "user").await), (1, 1));
    assert_eq!(app.get(&stranger, "/me/sessions").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_everywhere_ends_all_of_ones_own_sessions() {
    let app = TestApp::start().await;
    let (user, other) = (app.user("leyla").await, app.user("omar").await);
    let (one, two) = (sign_in(&app, &user).await, sign_in(&app, &user).await);
    let kept = app.delete(&user, "/me/sessions?keep_current=true").await.expect(200);
    assert_eq!(kept.body["sessions_ended"], 2);
    for session in [&one, &two] {
        me(&app, &session.string("/access_token")).await.problem(401, "auth.token_invalid");
    }
    app.delete(&user, "/me/sessions?keep_current=perhaps").await.problem(422, "request.invalid");
    let all = app.delete(&user, "/me/sessions").await.expect(200);
    assert_eq!(all.body["sessions_ended"], 1);
    app.get(&user, "/auth/me").await.problem(401, "auth.token_invalid");
    app.get(&other, "/auth/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_refreshes_ends_and_one_that_is_refreshed_lives_ninety_days_at_most() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (idle, busy) = (sign_in(&app, &user).await, sign_in(&app, &user).await);
    app.database.execute("UPDATE sessions SET expires_at = now() - interval '1 second'").await;
    refresh(&app, &idle.string("/refresh_token")).await.problem(401, "auth.refresh_invalid");
    me(&app, &idle.string("/access_token")).await.problem(401, "auth.token_invalid");
    app.database.execute("UPDATE sessions SET expires_at = now() + interval '1 day'").await;
    app.database.execute("UPDATE sessions SET created_at = now() - interval '89 days'").await;
    let left = refresh(&app, &busy.string("/refresh_token")).await.expect(200);
    let left_s = left.body["refresh_expires_in"].as_u64().unwrap();
    assert!((86_300..=86_400).contains(&left_s), "{left_s}: a day is left of ninety");
    me(&app, &left.string("/access_token")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_user_cannot_refresh() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let token = sign_in(&app, &user).await.string("/refresh_token");
    app.database.execute("UPDATE users SET suspended_at = now()").await;
    refresh(&app, &token).await.problem(403, "auth.suspended");
    app.database.execute("UPDATE users SET suspended_at = NULL").await;
    refresh(&app, &token).await.expect(200);
}
