//! The second factor: set up, shown, taken away.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::{Caller, Tx, second_factors, users};
use souk_domain::digest::Digest;
use souk_domain::principal::Principal;
use souk_domain::second_factor::{Enrolment, Proof, enrolment, recovery_codes};

use super::{confirm, count, limits};
use crate::{App, AppError};

#[derive(Debug)]
pub struct FactorStatus {
    /// Since when a code is asked for.
    pub enabled_at: Option<DateTime<Utc>>,
    pub recovery_codes_left: i64,
}

pub async fn factor_status(app: &App, who: &Principal) -> Result<FactorStatus, AppError> {
    let mut tx = app.tenant(who).await?;
    let factor = second_factors::get(&mut tx, &app.keyring, who).await?;
    Ok(FactorStatus {
        enabled_at: factor.and_then(|factor| factor.confirmed_at),
        recovery_codes_left: second_factors::recovery_codes_left(&mut tx, who).await?,
    })
}

/// A new secret for an app. Nothing is asked for until it has been confirmed.
pub async fn enrol_factor(
    app: &App,
    who: &Principal,
    caller: &Caller,
    password: SecretString,
) -> Result<Enrolment, AppError> {
    confirm::password(app, who, caller, password).await?;
    let secret = app.entropy().bytes();
    let mut tx = app.tenant(who).await?;
    if !second_factors::enrol(&mut tx, &app.keyring, app.entropy(), who, secret).await? {
        return Err(AppError::FactorEnabled);
    }
    let email = users::me(&mut tx, who.user_id).await?.email;
    tx.commit().await?;
    enrolment(secret, &email).map_err(AppError::internal)
}

/// The app has shown that it has the secret: from now on signing in asks for a code. Returns the recovery codes,
/// which nobody can be shown again.
pub async fn confirm_factor(
    app: &App,
    who: &Principal,
    caller: &Caller,
    proof: &Proof,
) -> Result<Vec<String>, AppError> {
    let mut tx = app.tenant(who).await?;
    match second_factors::get(&mut tx, &app.keyring, who).await? {
        None => return Err(AppError::FactorNotEnrolled),
        Some(factor) if factor.confirmed_at.is_some() => return Err(AppError::FactorEnabled),
        Some(_) => {}
    }
    if confirm::take(app, &mut tx, who, proof).await?.is_none() {
        return Err(AppError::WrongCode);
    }
    if !second_factors::confirm(&mut tx, who).await? {
        return Err(AppError::FactorEnabled);
    }
    let codes = fresh_codes(app, &mut tx, who).await?;
    audit::account(&mut tx, AuditEvent::FactorEnabled, who, caller, json!({ "kind": "totp" })).await?;
    tx.commit().await?;
    count("factor_enabled");
    Ok(codes)
}

/// New recovery codes in place of all earlier ones, used or not.
pub async fn renew_recovery_codes(
    app: &App,
    who: &Principal,
    caller: &Caller,
    password: SecretString,
    proof: &Proof,
) -> Result<Vec<String>, AppError> {
    let (mut tx, how) = prove_both(app, who, caller, password, proof).await?;
    let codes = fresh_codes(app, &mut tx, who).await?;
    audit::account(&mut tx, AuditEvent::RecoveryCodesMade, who, caller, json!({ "shown": how })).await?;
    tx.commit().await?;
    count("recovery_codes_made");
    Ok(codes)
}

/// Signing in asks for no code any more, and the recovery codes are gone.
pub async fn disable_factor(
    app: &App,
    who: &Principal,
    caller: &Caller,
    password: SecretString,
    proof: &Proof,
) -> Result<(), AppError> {
    let (mut tx, how) = prove_both(app, who, caller, password, proof).await?;
    second_factors::remove(&mut tx, who).await?;
    audit::account(&mut tx, AuditEvent::FactorDisabled, who, caller, json!({ "shown": how })).await?;
    tx.commit().await?;
    count("factor_disabled");
    Ok(())
}

/// Both are asked for: neither a stolen token nor a stolen password must change the factor. Returns what the
/// code was taken for, and the transaction that took it.
async fn prove_both(
    app: &App,
    who: &Principal,
    caller: &Caller,
    password: SecretString,
    proof: &Proof,
) -> Result<(Tx, &'static str), AppError> {
    confirm::password(app, who, caller, password).await?;
    let subject = limits::insider(who.user_id);
    let mut tx = app.tenant(who).await?;
    let factor = second_factors::get(&mut tx, &app.keyring, who).await?;
    if factor.and_then(|factor| factor.confirmed_at).is_none() {
        return Err(AppError::FactorNotEnrolled);
    }
    limits::check(app, &mut tx, &subject, caller).await?;
    let Some(how) = confirm::take(app, &mut tx, who, proof).await? else {
        drop(tx);
        return Err(limits::failed(app, caller, &subject, Some(who), "wrong_code", AppError::WrongCode).await);
    };
    Ok((tx, how))
}

/// Each good once; the database keeps their digests only.
async fn fresh_codes(app: &App, tx: &mut Tx, who: &Principal) -> Result<Vec<String>, AppError> {
    let codes = recovery_codes(app.entropy());
    let digests: Vec<Digest> = codes.iter().map(|code| Digest::of(code)).collect();
    second_factors::set_recovery_codes(tx, who, &digests).await?;
    Ok(codes)
}
