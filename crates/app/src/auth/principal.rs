//! From a bearer token to whoever it speaks for, now.

use chrono::{DateTime, Utc};
use souk_db::{Caller, access_tokens, sessions};
use souk_domain::access_token::{self, AccessTokenText};
use souk_domain::digest::Digest;
use souk_domain::principal::{Credential, Principal, Role};
use souk_domain::scope::Scope;

use super::count;
use crate::auth::token::TokenFault;
use crate::{App, AppError};

#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    pub principal: Principal,
    pub credential: Credential,
    /// When the token ends, and with it everything that was begun on its strength.
    pub expires_at: DateTime<Utc>,
}

/// Checks the token, then asks the database: the end of a session, a revocation and a suspension count at once,
/// not when the token ends.
pub async fn authenticate(app: &App, caller: &Caller, token: &str) -> Result<Authenticated, AppError> {
    if token.starts_with(access_token::PREFIX) {
        return personal(app, caller, token).await;
    }
    let claim = app.tokens.verify(token, app.clock().now()).map_err(refused)?;
    let found = sessions::find(&app.pool, claim.session).await?;
    let principal =
        found.filter(|principal| principal.user_id == claim.user).ok_or(AppError::TokenInvalid)?;
    Ok(Authenticated {
        principal,
        credential: Credential::Session(claim.session),
        expires_at: claim.expires_at,
    })
}

fn refused(fault: TokenFault) -> AppError {
    count(fault.metric_label());
    match fault {
        TokenFault::Invalid => AppError::TokenInvalid,
        TokenFault::Expired => AppError::TokenExpired,
    }
}

async fn personal(app: &App, caller: &Caller, token: &str) -> Result<Authenticated, AppError> {
    // A typing error costs no query.
    let text: AccessTokenText = token.parse().map_err(|_| refused(TokenFault::Invalid))?;
    let mut tx = app.pool.anonymous().await?;
    let found = access_tokens::use_one(&mut tx, &Digest::of(text.expose()), caller).await?;
    tx.commit().await?;
    let found = found.ok_or_else(|| refused(TokenFault::Invalid))?;
    if found.expired {
        return Err(refused(TokenFault::Expired));
    }
    let mut principal = found.principal;
    if !found.scopes.contains(Scope::Admin) {
        principal.role = Role::User;
    }
    Ok(Authenticated {
        principal,
        credential: Credential::Token(found.token, found.scopes),
        expires_at: found.expires_at,
    })
}

/// Fails when the session is over, the token revoked, or the user suspended.
pub async fn still_welcome(app: &App, credential: Credential) -> Result<(), AppError> {
    let welcome = match credential {
        Credential::Session(id) => sessions::find(&app.pool, id).await?.is_some(),
        Credential::Token(id, _) => access_tokens::is_good(&mut app.pool.anonymous().await?, id).await?,
    };
    if welcome { Ok(()) } else { Err(AppError::TokenInvalid) }
}
