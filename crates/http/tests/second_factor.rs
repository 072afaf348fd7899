//! The second factor: set up, asked for, lost, taken away.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};
use totp_rs::Totp;

#[allow(clippy::disallowed_methods, reason = "an authenticator app has a clock of its own")]
fn code(app: &Totp, steps: i64) -> String {
    app.generate(u64::try_from(Utc::now().timestamp() + steps * 30).unwrap()).to_string()
}

/// A code that is none of now.
fn wrong_code(totp: &Totp) -> String {
    let good: Vec<String> = (-2..=2).map(|step| code(totp, step)).collect();
    (0..10).map(|number| format!("{number:06}")).find(|code| !good.contains(code)).unwrap()
}

/// Codes are good once: forgets which was used last, as time does.
async fn next_step(app: &TestApp) {
    app.database.execute("UPDATE second_factors SET last_step = 0").await;
}

/// Turns it on; the app, and the recovery codes.
async fn enable(app: &TestApp, user: &TestUser) -> (Totp, Vec<String>) {
    let enrolment =
        app.post(user, "/me/second-factor", json!({ "password": app.password() })).await.expect(201);
    let totp = Totp::from_url(enrolment.string("/otpauth_uri")).unwrap();
    assert_eq!(totp.secret().to_base32(), enrolment.string("/secret"));
    let confirmed = app.post(user, "/me/second-factor/confirm", json!({ "code": code(&totp, 0) })).await;
    let codes = confirmed.expect(200).body["recovery_codes"].clone();
    next_step(app).await;
    (totp, serde_json::from_value(codes).unwrap())
}

async fn password_step(app: &TestApp, user: &TestUser) -> Answer {
    let login = json!({ "email": user.email, "password": app.password() });
    send(app.request(Method::POST, "/auth/login").json(&login)).await
}

async fn challenge(app: &TestApp, user: &TestUser) -> String {
    password_step(app, user).await.expect(202).string("/challenge")
}

async fn code_step(app: &TestApp, challenge: &str, code: &str) -> Answer {
    let body = json!({ "challenge": challenge, "code": code, "refresh_in": "body" });
    send(app.request(Method::POST, "/auth/login/second-step").json(&body)).await
}

async fn audited(app: &TestApp, event: &str) -> i64 {
    app.database.number(&format!("SELECT count(*) FROM audit_log WHERE event_type = '{event}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_for_until_a_code_has_shown_that_the_app_has_the_secret() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    app.post(&user, "/me/second-factor/confirm", json!({ "code": "123456" }))
        .await
        .problem(409, "auth.factor_not_enrolled");
    let wrong = app.post(&user, "/me/second-factor", json!({ "password": "not the password" })).await;
    wrong.problem(403, "auth.wrong_password");
    let first = app.post(&user, "/me/second-factor", json!({ "password": app.password() })).await.expect(201);
    password_step(&app, &user).await.expect(200);
    // Begun anew, the secret is another; the first one is worth nothing.
    let second =
        app.post(&user, "/me/second-factor", json!({ "password": app.password() })).await.expect(201);
    assert_ne!(first.string("/secret"), second.string("/secret"));
    let (old, new) = (first.string("/otpauth_uri"), second.string("/otpauth_uri"));
    let (old, new) = (Totp::from_url(old).unwrap(), Totp::from_url(new).unwrap());
    app.post(&user, "/me/second-factor/confirm", json!({ "code": code(&old, 0) }))
        .await
        .problem(403, "auth.wrong_code");
    assert_eq!(app.get(&user, "/me/second-factor").await.expect(200).body["enabled"], false);
    app.post(&user, "/me/second-factor/confirm", json!({ "code": code(&new, 0) })).await.expect(200);
    let status = app.get(&user, "/me/second-factor").await.expect(200).body;
    assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(true), &json!(10)));
    password_step(&app, &user).await.expect(202);
    for path in ["/me/second-factor", "/me/second-factor/confirm"] {
        let body = if path.ends_with("confirm") {
            json!({ "code": "1" })
        } else {
            json!({ "password": app.password() })
        };
        app.post(&user, path, body).await.problem(409, "auth.factor_enabled");
    }
    assert_eq!(audited(&app, "factor_enabled").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_alone_signs_nobody_in_and_a_code_is_good_once() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (totp, _) = enable(&app, &user).await;
    let sessions = "SELECT count(*) FROM sessions";
    let owed = password_step(&app, &user).await.expect(202);
    assert_eq!(
        (owed.body["expires_in"].clone(), owed.body["access_token"].clone()),
        (json!(300), Value::Null)
    );
    assert_eq!(owed.header("set-cookie"), "");
    assert_eq!(app.database.number(sessions).await, 1, "the one of the registration");
    let good = code(&totp, 0);
    let signed_in = code_step(&app, &owed.string("/challenge"), &good).await.expect(200);
    let me = app.request(Method::GET, "/auth/me").bearer_auth(signed_in.string("/access_token"));
    send(me).await.expect(200);
    // Neither the challenge nor the code is good again.
    code_step(&app, &owed.string("/challenge"), &code(&totp, 1)).await.problem(401, "auth.challenge_invalid");
    let again = challenge(&app, &user).await;
    code_step(&app, &again, &good).await.problem(403, "auth.wrong_code");
    // The control: the next code is.
    code_step(&app, &again, &code(&totp, 1)).await.expect(200);
    code_step(&app, "soukc_invented", &code(&totp, 1)).await.problem(401, "auth.challenge_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_at_once_from_two_places_signs_one_of_them_in() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (totp, _) = enable(&app, &user).await;
    let (one, other) = (challenge(&app, &user).await, challenge(&app, &user).await);
    let good = code(&totp, 0);
    let (one, other) = tokio::join!(code_step(&app, &one, &good), code_step(&app, &other, &good));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_password_guesses_five_codes_a_quarter_of_an_hour_however_often_it_signs_in() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (totp, _) = enable(&app, &user).await;
    let wrong = wrong_code(&totp);
    for _ in 0..5 {
        // Each time with a new challenge: the right password in between forgets no failure.
        let challenge = challenge(&app, &user).await;
        code_step(&app, &challenge, &wrong).await.problem(403, "auth.wrong_code");
    }
    password_step(&app, &user).await.problem(423, "auth.locked");
    assert_eq!((audited(&app, "account_locked").await, audited(&app, "login_failed").await), (1, 5));
    app.get(&user, "/auth/me").await.expect(200);
    app.database.execute("DELETE FROM sign_in_failures").await;
    let challenge = challenge(&app, &user).await;
    code_step(&app, &challenge, &code(&totp, 0)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_has_five_tries_and_five_minutes() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (totp, _) = enable(&app, &user).await;
    let late = challenge(&app, &user).await;
    app.database.execute("UPDATE sign_in_challenges SET expires_at = now() - interval '1 second'").await;
    code_step(&app, &late, &code(&totp, 0)).await.problem(401, "auth.challenge_invalid");
    let tried = challenge(&app, &user).await;
    for _ in 0..5 {
        code_step(&app, &tried, &wrong_code(&totp)).await.problem(403, "auth.wrong_code");
        app.database.execute("DELETE FROM sign_in_failures").await;
    }
    code_step(&app, &tried, &code(&totp, 0)).await.problem(401, "auth.challenge_invalid");
    let fresh = challenge(&app, &user).await;
    code_step(&app, &fresh, &code(&totp, 0)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recovery_code_signs_in_once() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let (_, codes) = enable(&app, &user).await;
    assert_eq!(codes.len(), 10);
    let typed = codes[0].to_uppercase().replace('-', " ");
    let first = challenge(&app, &user).await;
    code_step(&app, &first, &typed).await.expect(200);
    assert_eq!(app.get(&user, "/me/second-factor").await.body["recovery_codes_left"], 9);
    let second = challenge(&app, &user).await;
    code_step(&app, &second, &codes[0]).await.problem(403, "auth.wrong_code");
    code_step(&app, &second, &codes[1]).await.expect(200);
    let shown = format!("SELECT count(*) FROM recovery_codes WHERE hash = sha256('{}')", codes[2]);
    assert_eq!(app.database.number(&shown).await, 1, "hashes are kept");
    let how = "SELECT count(*) FROM audit_log WHERE event_type = 'login_success' AND details->>'reason' = 'recovery_code'";
    assert_eq!(app.database.number(how).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_recovery_codes_take_password_and_code_and_end_the_old_ones() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let renew = |password: &str, code: &str| {
        let body = json!({ "password": password, "code": code });
        let (app, user) = (&app, &user);
        async move { app.post(user, "/me/second-factor/recovery-codes", body).await }
    };
    renew(app.password(), "123456").await.problem(409, "auth.factor_not_enrolled");
    let (totp, old) = enable(&app, &user).await;
    renew("not the password", &code(&totp, 0)).await.problem(403, "auth.wrong_password");
    renew(app.password(), &wrong_code(&totp)).await.problem(403, "auth.wrong_code");
    let first = challenge(&app, &user).await;
    code_step(&app, &first, &old[0]).await.expect(200);
    let renewed = renew(app.password(), &old[1]).await.expect(200).body["recovery_codes"].clone();
    let new: Vec<String> = serde_json::from_value(renewed).unwrap();
    assert_eq!(new.len(), 10);
    assert_eq!(app.get(&user, "/me/second-factor").await.body["recovery_codes_left"], 10);
    let second = challenge(&app, &user).await;
    code_step(&app, &second, &old[2]).await.problem(403, "auth.wrong_code");
    code_step(&app, &second, &new[2]).await.expect(200);
    assert_eq!(audited(&app, "recovery_codes_made").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_away_with_password_and_code_only() {
    let app = TestApp::start().await;
    let user = app.user("leyla").await;
    let disable = |password: &str, code: &str| {
        let body = json!({ "password": password, "code": code });
        let (app, user) = (&app, &user);
        async move { app.post(user, "/me/second-factor/disable", body).await }
    };
    disable(app.password(), "123456").await.problem(409, "auth.factor_not_enrolled");
    let (totp, codes) = enable(&app, &user).await;
    disable("not the password", &code(&totp, 0)).await.problem(403, "auth.wrong_password");
    let refused = disable(app.password(), &wrong_code(&totp)).await.problem(403, "auth.wrong_code");
    assert_eq!(refused.fields(), ["code"]);
    password_step(&app, &user).await.expect(202);
    disable(app.password(), &codes[3]).await.expect(204);
    password_step(&app, &user).await.expect(200);
    assert_eq!(app.database.number("SELECT count(*) FROM recovery_codes").await, 0);
    assert_eq!(audited(&app, "factor_disabled").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_encrypted_at_rest_and_bound_to_its_user() {
    let app = TestApp::start().await;
    let (user, other) = (app.user("leyla").await, app.user("mallory").await);
    let (totp, _) = enable(&app, &user).await;
    let secret: Vec<String> = totp.secret().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let secret = secret.concat();
    let plain =
        format!("SELECT count(*) FROM second_factors WHERE encode(ciphertext, 'hex') LIKE '%{secret}%'");
    assert_eq!(app.database.number(&plain).await, 0);
    // A row that is copied to another user opens nothing there.
    let copy = format!(
        "INSERT INTO second_factors SELECT '{}', key_id, nonce, ciphertext, created_at, confirmed_at FROM second_factors",
        other.id.parse::<souk_domain::id::UserId>().unwrap().as_uuid()
    );
    app.database.execute(&copy).await;
    app.get(&other, "/me/second-factor").await.problem(500, "internal");
    app.get(&user, "/me/second-factor").await.expect(200);
}
