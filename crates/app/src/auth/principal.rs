//! From a bearer token to whoever it speaks for, now.

use chrono::{DateTime, Utc};
use souk_db::users;
use souk_domain::id::UserId;
use souk_domain::principal::Principal;

use crate::auth::token::TokenFault;
use crate::{App, AppError};

#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    pub principal: Principal,
    /// When the token ends, and with it everything that was begun on its strength.
    pub expires_at: DateTime<Utc>,
}

/// Checks the token, then asks the database: a suspension counts at once, not when the token ends.
pub async fn authenticate(app: &App, token: &str) -> Result<Authenticated, AppError> {
    let claim = app.tokens.verify(token, app.clock().now()).map_err(|fault| {
        metrics::counter!("security_events_total", "event_type" => fault.metric_label()).increment(1);
        match fault {
            TokenFault::Invalid => AppError::TokenInvalid,
            TokenFault::Expired => AppError::TokenExpired,
        }
    })?;
    let principal = still_welcome(app, claim.user).await?;
    Ok(Authenticated { principal, expires_at: claim.expires_at })
}

/// The user as they are now; fails when they are gone or suspended.
pub async fn still_welcome(app: &App, user: UserId) -> Result<Principal, AppError> {
    let mut tx = app.pool.anonymous().await?;
    users::find_principal(&mut tx, user).await?.ok_or(AppError::TokenInvalid)
}
