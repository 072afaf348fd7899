//! Another password: who may, which, and what ends with the one before.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use reqwest::Method;
use serde_json::json;
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};

const NEW: &str = "gondolier of the rialto";

async fn login(app: &TestApp, user: &TestUser, password: &str) -> Answer {
    let login = json!({ "email": user.email, "password": password });
    send(app.request(Method::POST, "/auth/login").json(&login)).await
}

async fn change(app: &TestApp, user: &TestUser, password: &str, new: &str) -> Answer {
    app.post(user, "/me/password", json!({ "password": password, "new_password": new })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_other_sessions() {
    let app = TestApp::start().await;
    let (user, other) = (app.user("leyla").await, app.user("omar").await);
    let elsewhere = login(&app, &user, app.password()).await.expect(200).string("/access_token");
    let changed = change(&app, &user, app.password(), NEW).await.expect(200);
    assert_eq!(changed.body["sessions_ended"], 1);
    let there = app.request(Method::GET, "/auth/me").bearer_auth(&elsewhere);
    send(there).await.problem(401, "auth.token_invalid");
    app.get(&user, "/auth/me").await.expect(200);
    app.get(&other, "/auth/me").await.expect(200);
    login(&app, &user, app.password()).await.problem(401, "auth.invalid_credentials");
    login(&app, &user, NEW).await.expect(200);
    login(&app, &other, app.password()).await.expect(200);
    let audited = "SELECT count(*) FROM audit_log WHERE event_type = 'password_changed'
                   AND actor_user_id IS NOT NULL AND ip IS NOT NULL AND correlation_id <> ''";
    assert_eq!(app.database.number(audited).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_the_old_password_and_a_strong_new_one() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let wrong = change(&app, &user, "not the password", NEW).await.problem(403, "auth.wrong_password");
    assert_eq!(wrong.fields(), ["password"]);
    for weak in ["short", "leyla@example.com", "qwertyuiop12", "leylaexample2026"] {
        let answer = change(&app, &user, app.password(), weak).await.problem(422, "auth.weak_password");
        assert_eq!(answer.fields(), ["new_password"], "{weak}");
    }
    login(&app, &user, app.password()).await.expect(200);
    change(&app, &user, app.password(), NEW).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_token_guesses_five_passwords_and_a_stranger_cannot_use_up_the_owners() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    // A stranger locks the address; who is signed in can still change the password.
    for _ in 0..5 {
        login(&app, &user, "a stranger's guess").await.problem(401, "auth.invalid_credentials");
    }
    login(&app, &user, app.password()).await.problem(423, "auth.locked");
    change(&app, &user, app.password(), NEW).await.expect(200);
    for _ in 0..5 {
        change(&app, &user, "a thief's guess", "another good sentence")
            .await
            .problem(403, "auth.wrong_password");
    }
    change(&app, &user, NEW, "another good sentence").await.problem(423, "auth.locked");
    // What needs no password goes on.
    app.get(&user, "/me/sessions").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_long_and_easy_to_guess_is_refused_with_advice() {
    let app = TestApp::start().await;
    let register = |password: &'static str| {
        let body = json!({ "email": "leyla.lamps@example.com", "password": password });
        send(app.request(Method::POST, "/auth/register").json(&body))
    };
    for weak in ["password1234", "qwertyuiop[]", "abcdefghijkl", "1qaz2wsx3edc"] {
        let answer = register(weak).await.problem(422, "auth.weak_password");
        assert_eq!(answer.fields(), ["password"], "{weak}");
        assert!(answer.string("/errors/0/message").contains("too easy to guess"), "{}", answer.text);
    }
    let own = register("LeylaLamps2026").await.problem(422, "auth.weak_password");
    assert!(own.string("/errors/0/message").contains("e-mail address"), "{}", own.text);
    register(NEW).await.expect(201);
}
