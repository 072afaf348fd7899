//! How often somebody may try to sign in or register; over two processes: crates/server/tests/guessing.rs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use souk_domain::sign_in::{AddressLimit, SignInLimits};
use souk_test_support::app::{Options, send};
use souk_test_support::{Answer, TestApp};

const WINDOW: Duration = Duration::from_mins(15);

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let login = json!({ "email": email, "password": password });
    send(app.request(Method::POST, "/auth/login").json(&login)).await
}

async fn register(app: &TestApp, name: &str) -> Answer {
    let body = json!({ "email": format!("{name}@example.com"), "password": app.password() });
    send(app.request(Method::POST, "/auth/register").json(&body)).await
}

async fn let_pass(app: &TestApp, minutes: u32) {
    let past = format!("interval '{minutes} minutes'");
    for moved in [
        format!(
            "UPDATE sign_in_failures SET last_at = last_at - {past}, locked_until = locked_until - {past}"
        ),
        format!("UPDATE address_attempts SET began_at = began_at - {past}"),
    ] {
        app.database.execute(&moved).await;
    }
}

async fn audited(app: &TestApp, event: &str) -> i64 {
    app.database.number(&format!("SELECT count(*) FROM audit_log WHERE event_type = '{event}'")).await
}

fn with(limits: SignInLimits) -> Options {
    let mut options = Options::default();
    options.limits.sign_in = limits;
    options
}

#[tokio::test(flavor = "multi_thread")]
async fn five_failures_lock_an_address_for_fifteen_minutes_whether_somebody_has_it_or_not() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    for email in [user.email.as_str(), "nobody@example.com"] {
        for _ in 0..5 {
            login(&app, email, "wrong horse battery").await.problem(401, "auth.invalid_credentials");
        }
        // The right password as well as a wrong one, in any spelling of the address.
        for (email, password) in [(email.to_owned(), app.password()), (email.to_uppercase(), "wrong")] {
            let locked = login(&app, &email, password).await.problem(423, "auth.locked");
            let wait: u64 = locked.header("retry-after").parse().unwrap();
            assert!((890..=900).contains(&wait), "{wait}");
        }
    }
    assert_eq!((audited(&app, "account_locked").await, audited(&app, "login_failed").await), (2, 10));
    // Who is signed in does not feel it, nor does anybody else.
    app.get(&user, "/auth/me").await.expect(200);
    app.user("omar").await;
    login(&app, "omar@example.com", app.password()).await.expect(200);
    let_pass(&app, 14).await;
    login(&app, &user.email, app.password()).await.problem(423, "auth.locked");
    let_pass(&app, 1).await;
    login(&app, &user.email, app.password()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_throws_nobody_out_who_is_signed_in() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let body = json!({ "email": user.email, "password": app.password(), "refresh_in": "body" });
    let session = send(app.request(Method::POST, "/auth/login").json(&body)).await.expect(200);
    for _ in 0..5 {
        login(&app, &user.email, "a stranger's guess").await;
    }
    login(&app, &user.email, app.password()).await.problem(423, "auth.locked");
    let token = json!({ "refresh_token": session.string("/refresh_token") });
    let refreshed = send(app.request(Method::POST, "/auth/refresh").json(&token)).await.expect(200);
    let me = app.request(Method::GET, "/auth/me").bearer_auth(refreshed.string("/access_token"));
    send(me).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_that_are_far_apart_or_before_a_success_do_not_count_together() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    for _ in 0..3 {
        for _ in 0..4 {
            login(&app, &user.email, "wrong horse battery").await.problem(401, "auth.invalid_credentials");
        }
        login(&app, &user.email, app.password()).await.expect(200);
    }
    for _ in 0..3 {
        for _ in 0..4 {
            login(&app, &user.email, "wrong horse battery").await.problem(401, "auth.invalid_credentials");
        }
        let_pass(&app, 16).await;
    }
    assert_eq!(audited(&app, "account_locked").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_guesses_at_once_five_are_answered() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let guesses = (0..40).map(|_| login(&app, &user.email, "wrong horse battery"));
    let answers = join_all(guesses).await;
    let told = answers.iter().filter(|answer| answer.status == 401).count();
    // On a machine that is at work, some get no turn to hash: 503, which tells no more than the lock does.
    let untold = answers.iter().filter(|answer| answer.status == 423 || answer.status == 503).count();
    assert_eq!((told, untold), (5, 35), "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    assert_eq!(audited(&app, "account_locked").await, 1);
    // Nor is the right one told from a wrong one.
    login(&app, &user.email, app.password()).await.problem(423, "auth.locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_fails_too_often_waits_whatever_accounts_it_tries() {
    let failures = Some(AddressLimit { max: 6, window: WINDOW });
    let app = TestApp::start_with(with(SignInLimits { failures, registrations: None })).await;
    app.user("leyla").await;
    for guess in 0..6 {
        let email = format!("guess-{guess}@example.com");
        login(&app, &email, "wrong horse battery").await.problem(401, "auth.invalid_credentials");
        // A success in between makes nothing good.
        if guess < 5 {
            login(&app, "leyla@example.com", app.password()).await.expect(200);
        }
    }
    let limited = login(&app, "leyla@example.com", app.password()).await.problem(429, "auth.sign_in_limited");
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((890..=900).contains(&wait), "{wait}");
    assert_eq!(audited(&app, "login_rate_limited").await, 1);
    // Who names another client in a header is not believed.
    let forged = app.request(Method::POST, "/auth/login").header("x-forwarded-for", "203.0.113.9");
    let login_body = json!({ "email": "leyla@example.com", "password": app.password() });
    send(forged.json(&login_body)).await.problem(429, "auth.sign_in_limited");
    let_pass(&app, 15).await;
    login(&app, "leyla@example.com", app.password()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit_and_an_ipv6_user_a_whole_64() {
    let failures = Some(AddressLimit { max: 1, window: WINDOW });
    let mut options = with(SignInLimits { failures, registrations: None });
    options.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let app = TestApp::start_with(options).await;
    let from = |client: &'static str, email: &'static str| {
        let login = json!({ "email": email, "password": "wrong horse battery" });
        send(app.request(Method::POST, "/auth/login").header("x-forwarded-for", client).json(&login))
    };
    from("2001:db8:1:2::1", "a@example.com").await.problem(401, "auth.invalid_credentials");
    from("2001:db8:1:2:ffff::9", "b@example.com").await.problem(429, "auth.sign_in_limited");
    from("2001:db8:1:3::1", "c@example.com").await.problem(401, "auth.invalid_credentials");
    from("203.0.113.9", "d@example.com").await.problem(401, "auth.invalid_credentials");
    from("203.0.113.9", "e@example.com").await.problem(429, "auth.sign_in_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_registers_so_many_and_is_told_when_it_may_again() {
    let registrations = Some(AddressLimit { max: 3, window: WINDOW });
    let app = TestApp::start_with(with(SignInLimits { failures: None, registrations })).await;
    register(&app, "one").await.expect(201);
    // An attempt counts that says whether an address is taken; a bad password, which says nothing, does not.
    register(&app, "one").await.problem(409, "auth.email_taken");
    let weak = json!({ "email": "two@example.com", "password": "short" });
    send(app.request(Method::POST, "/auth/register").json(&weak)).await.problem(422, "auth.weak_password");
    register(&app, "two").await.expect(201);
    for _ in 0..2 {
        let limited = register(&app, "three").await.problem(429, "auth.registration_limited");
        let wait: u64 = limited.header("retry-after").parse().unwrap();
        assert!((890..=900).contains(&wait), "{wait}");
    }
    assert_eq!(audited(&app, "registration_rate_limited").await, 1, "the first one that was refused");
    let_pass(&app, 15).await;
    register(&app, "three").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_setup_token_is_wanted_the_first_user_shows_it_and_nobody_later_has_to() {
    let options = Options { setup_token: Some("setup-of-this-test".into()), ..Options::default() };
    let app = TestApp::start_with(options).await;
    let with_token = |name: &str, token: &str| {
        let email = format!("{name}@example.com");
        let body = json!({ "email": email, "password": app.password(), "setup_token": token });
        send(app.request(Method::POST, "/auth/register").json(&body))
    };
    let refused = register(&app, "stranger").await.problem(403, "auth.setup_token_missing");
    assert_eq!(refused.fields(), ["setup_token"]);
    with_token("stranger", "setup-of-another").await.problem(403, "auth.setup_token_missing");
    assert_eq!(app.database.number("SELECT count(*) FROM users").await, 0);
    let first = with_token("operator", "setup-of-this-test").await.expect(201);
    assert_eq!(first.string("/role"), "admin");
    assert_eq!(register(&app, "leyla").await.expect(201).string("/role"), "user");
    // It is worth nothing any more.
    assert_eq!(with_token("omar", "setup-of-this-test").await.expect(201).string("/role"), "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_first_users_at_once_one_is_the_admin() {
    let app = TestApp::start().await;
    let names: Vec<String> = (0..8).map(|number| format!("user-{number}")).collect();
    let answers = join_all(names.iter().map(|name| register(&app, name))).await;
    let admins = answers.iter().filter(|answer| answer.body["role"] == "admin").count();
    assert_eq!((admins, answers.iter().filter(|answer| answer.status == 201).count()), (1, 8));
}
