//! How often somebody may try, and what each attempt leaves behind.
//!
//! Invariant: the outcome of an attempt is counted before it is told, and one that comes after the limit is not
//! told at all. However many guesses are under way at once, on however many replicas, no more are answered.

use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::sign_in::{self, Wait};
use souk_db::{Caller, Tx};
use souk_domain::digest::Digest;
use souk_domain::email::Email;
use souk_domain::id::UserId;
use souk_domain::principal::Principal;

use super::count;
use crate::{App, AppError};

/// Under which the failures of those are counted who try an address, whether somebody has it or not.
pub fn stranger(email: &Email) -> Digest {
    Digest::of(&format!("e-mail {email}"))
}

/// Under which the failures of somebody are counted who has signed in. Apart from the strangers', who could
/// otherwise keep a user from changing their password.
pub fn insider(user: UserId) -> Digest {
    Digest::of(&format!("user {user}"))
}

/// Refuses whoever has to wait.
pub async fn check(app: &App, tx: &mut Tx, subject: &Digest, caller: &Caller) -> Result<(), AppError> {
    let wait = sign_in::wait(tx, subject, caller, app.limits.sign_in.failures).await?;
    told(&wait)
}

fn told(wait: &Wait) -> Result<(), AppError> {
    if wait.limited.is_zero() && wait.locked.is_zero() { Ok(()) } else { Err(too_late(wait)) }
}

fn too_late(wait: &Wait) -> AppError {
    if wait.limited.is_zero() {
        count("login_while_locked");
        AppError::Locked { retry_after: wait.locked }
    } else {
        count("login_rate_limited");
        AppError::SignInLimited { retry_after: wait.limited }
    }
}

/// Counts and audits an attempt that failed, in a transaction of its own. Returns what to tell: `error`, or that
/// it came too late to be told.
pub async fn failed(
    app: &App,
    caller: &Caller,
    subject: &Digest,
    who: Option<&Principal>,
    reason: &'static str,
    error: AppError,
) -> AppError {
    match note_failure(app, caller, subject, who, reason).await {
        Ok(()) => error,
        Err(instead) => instead,
    }
}

async fn note_failure(
    app: &App,
    caller: &Caller,
    subject: &Digest,
    who: Option<&Principal>,
    reason: &'static str,
) -> Result<(), AppError> {
    let mut tx = app.pool.anonymous().await?;
    let failed = sign_in::failed(&mut tx, subject, caller, app.limits.sign_in.failures).await?;
    let mut events = vec![AuditEvent::LoginFailed];
    events.extend(failed.now_locked.then_some(AuditEvent::AccountLocked));
    events.extend(failed.now_limited.then_some(AuditEvent::LoginRateLimited));
    for event in &events {
        let details = json!({ "reason": reason });
        audit::sign_in(&mut tx, *event, who, caller, details).await?;
    }
    tx.commit().await?;
    for event in events {
        count(event.as_str());
    }
    told(&failed.wait)
}

/// Forgets the failures before a sign-in that went well, and hands its transaction back. One that came too late is
/// refused, and noted.
pub async fn succeeded(
    app: &App,
    mut tx: Tx,
    caller: &Caller,
    subject: &Digest,
    who: &Principal,
) -> Result<Tx, AppError> {
    let limit = app.limits.sign_in.failures;
    let limited = sign_in::wait(&mut tx, subject, caller, limit).await?.limited;
    let wait = Wait { locked: sign_in::succeeded(&mut tx, subject).await?, limited };
    if wait.locked.is_zero() && wait.limited.is_zero() {
        return Ok(tx);
    }
    // It ends before another begins: nobody holds one connection and waits for the next.
    drop(tx);
    let mut own = app.pool.anonymous().await?;
    let details = json!({ "reason": "too_late" });
    audit::sign_in(&mut own, AuditEvent::LoginFailed, Some(who), caller, details).await?;
    own.commit().await?;
    count("login_failed");
    Err(too_late(&wait))
}
