//! Signing in with e-mail and password.
//!
//! Invariant: who does not know the password learns nothing, neither from the answer nor from the time
//! it takes. An unknown address costs one hash, as a known one does, and is locked as a known one is.

use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::users::{self, PasswordRecord};
use souk_db::{Caller, sign_in};
use souk_domain::digest::Digest;
use souk_domain::email::Email;
use souk_domain::session::challenge;
use souk_domain::sign_in::CHALLENGE_LIMIT;

use super::{Challenge, SignedIn, count, limits, sessions};
use crate::{App, AppError};

pub async fn login(
    app: &App,
    caller: &Caller,
    email: &Email,
    secret: SecretString,
) -> Result<SignedIn, AppError> {
    let subject = limits::stranger(email);
    let mut tx = app.pool.anonymous().await?;
    limits::check(app, &mut tx, &subject, caller).await?;
    let record = users::find_password(&mut tx, email).await?;
    // Hashing takes its time; the connection goes back meanwhile.
    drop(tx);
    let hash = record.as_ref().map(|record| record.hash.clone());
    let right = app.passwords.verify(secret, hash).await?;
    match record {
        Some(record) if right => password_known(app, caller, &subject, &record).await,
        record => {
            let who = record.as_ref().map(|record| &record.principal);
            let reason = if who.is_some() { "wrong_password" } else { "unknown_user" };
            Err(limits::failed(app, caller, &subject, who, reason, AppError::InvalidCredentials).await)
        }
    }
}

async fn password_known(
    app: &App,
    caller: &Caller,
    subject: &Digest,
    record: &PasswordRecord,
) -> Result<SignedIn, AppError> {
    let who = record.principal;
    let mut tx = app.pool.anonymous().await?;
    if record.suspended {
        limits::check(app, &mut tx, subject, caller).await?;
        let details = json!({ "reason": "suspended" });
        audit::sign_in(&mut tx, AuditEvent::LoginFailed, Some(&who), caller, details).await?;
        tx.commit().await?;
        count("login_failed");
        return Err(AppError::Suspended);
    }
    if sign_in::needs_second_factor(&mut tx, &who).await? {
        // Failures are forgotten when the code was right, too: else a thief of the password could go on guessing.
        limits::check(app, &mut tx, subject, caller).await?;
        let text = challenge(app.entropy());
        sign_in::start_challenge(&mut tx, &who, &Digest::of(&text)).await?;
        tx.commit().await?;
        return Ok(SignedIn::Challenge(Challenge { text: text.into(), lifetime: CHALLENGE_LIMIT }));
    }
    let mut tx = limits::succeeded(app, tx, caller, subject, &who).await?;
    let session = sessions::start(app, &mut tx, who, caller).await?;
    let details = json!({ "reason": "password", "session": session.id });
    audit::sign_in(&mut tx, AuditEvent::LoginSuccess, Some(&who), caller, details).await?;
    tx.commit().await?;
    count("login_success");
    Ok(SignedIn::Session(session))
}
