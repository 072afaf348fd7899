//! Signing in with e-mail and password.
//!
//! Invariant: who does not know the password learns nothing, neither from the answer nor from the time
//! it takes. An unknown address costs one hash, as a known one does.

use secrecy::SecretString;
use serde_json::json;
use souk_db::{Caller, audit, users};
use souk_domain::email::Email;

use super::Session;
use crate::{App, AppError};

pub async fn login(
    app: &App,
    caller: &Caller,
    email: &Email,
    secret: SecretString,
) -> Result<Session, AppError> {
    let mut tx = app.pool.anonymous().await?;
    let record = users::find_password(&mut tx, email).await?;
    // Hashing takes its time; the connection goes back meanwhile.
    drop(tx);
    let hash = record.as_ref().map(|record| record.hash.clone());
    let right = app.passwords.verify(secret, hash).await?;

    let (outcome, reason) = match &record {
        Some(record) if right && record.suspended => (Err(AppError::Suspended), "suspended"),
        Some(record) if right => (Ok(record.principal), "password"),
        Some(_) => (Err(AppError::InvalidCredentials), "wrong_password"),
        None => (Err(AppError::InvalidCredentials), "unknown_user"),
    };
    let who = record.as_ref().map(|record| (record.principal.user_id, record.principal.account_id));
    let mut tx = app.pool.anonymous().await?;
    audit::sign_in(&mut tx, outcome.is_ok(), who, caller, json!({ "reason": reason })).await?;
    tx.commit().await?;
    let event = if outcome.is_ok() { "login_success" } else { "login_failed" };
    metrics::counter!("security_events_total", "event_type" => event).increment(1);

    let principal = outcome?;
    let token = app.tokens.issue(principal.user_id, app.clock().now())?;
    Ok(Session { principal, token })
}
