//! A new user with a personal account. The first one of an empty system becomes its admin.

use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::users::{self, NewUser};
use souk_db::{Caller, sign_in};
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};

use super::{Session, count, sessions, setup};
use crate::{App, AppError};

#[derive(Debug)]
pub struct Registration {
    pub email: Email,
    pub password: SecretString,
    /// Where the first user has to show one.
    pub setup_token: Option<SecretString>,
}

/// Whether whoever registers next has to show the setup token.
pub async fn wants_setup_token(app: &App) -> Result<bool, AppError> {
    if app.setup_token.is_none() {
        return Ok(false);
    }
    let mut tx = app.pool.anonymous().await?;
    Ok(!users::is_any(&mut tx).await?)
}

pub async fn register(app: &App, caller: &Caller, wanted: Registration) -> Result<Session, AppError> {
    let Registration { email, password, setup_token } = wanted;
    app.passwords.check(password.clone(), email.clone()).await?;
    limit(app, caller).await?;
    let hash = app.passwords.hash(password, app.entropy().bytes()).await?;
    let now = app.clock().now();
    let user = NewUser {
        id: UserId::generate(now, app.entropy()),
        account_id: AccountId::generate(now, app.entropy()),
        email,
        password_hash: hash,
        may_be_first: setup::is_shown(app.setup_token.as_ref(), setup_token.as_ref()),
    };
    let mut tx = app.pool.anonymous().await?;
    // The audit row is written by the same function of the database.
    let principal = users::register(&mut tx, &user, caller).await?.ok_or(AppError::SetupTokenMissing)?;
    let session = sessions::start(app, &mut tx, principal, caller).await?;
    tx.commit().await?;
    count("registration");
    Ok(session)
}

/// Counts the attempt, whatever comes of it: an answer also says whether an address is registered.
async fn limit(app: &App, caller: &Caller) -> Result<(), AppError> {
    let mut tx = app.pool.anonymous().await?;
    let limit = app.limits.sign_in.registrations;
    let (retry_after, first) = sign_in::count_registration(&mut tx, caller, limit).await?;
    if first {
        audit::sign_in(&mut tx, AuditEvent::RegistrationRateLimited, None, caller, json!({})).await?;
    }
    tx.commit().await?;
    if retry_after.is_zero() {
        return Ok(());
    }
    count("registration_rate_limited");
    Err(AppError::RegistrationLimited { retry_after })
}
