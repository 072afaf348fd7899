//! Personal access tokens: what a user gives to scripts.

use std::time::Duration;

use serde_json::json;
use souk_db::access_tokens::{self, AccessToken, NewAccessToken};
use souk_db::audit::{self, AuditEvent};
use souk_db::{Caller, accounts};
use souk_domain::access_token::AccessTokenText;
use souk_domain::digest::Digest;
use souk_domain::id::TokenId;
use souk_domain::principal::{Principal, Role};
use souk_domain::scope::{Scope, Scopes};

use super::count;
use crate::{App, AppError};

/// Of one user, not revoked.
pub const MAX_TOKENS: u32 = 50;
pub const MAX_DAYS: u32 = 366;
const DAY: Duration = Duration::from_hours(24);

#[derive(Debug)]
pub struct NewToken {
    pub name: String,
    pub scopes: Scopes,
    /// 1 to [`MAX_DAYS`].
    pub days: u32,
}

/// The text is shown now and never again.
pub async fn create_token(
    app: &App,
    who: &Principal,
    caller: &Caller,
    new: NewToken,
) -> Result<(AccessToken, AccessTokenText), AppError> {
    if new.scopes.contains(Scope::Admin) && who.role != Role::Admin {
        return Err(AppError::AdminOnly);
    }
    let mut tx = app.tenant(who).await?;
    // Counted, not raced.
    accounts::lock(&mut tx, who.account_id).await?;
    if access_tokens::list(&mut tx, MAX_TOKENS).await?.len() >= MAX_TOKENS as usize {
        return Err(AppError::TokenLimit { max: MAX_TOKENS });
    }
    let text = AccessTokenText::generate(app.entropy());
    let id = TokenId::generate(app.clock().now(), app.entropy());
    let hash = Digest::of(text.expose());
    let row = NewAccessToken { id, name: &new.name, hash, scopes: new.scopes, lasts: DAY * new.days };
    let made = access_tokens::insert(&mut tx, who, &row).await?;
    let scopes: Vec<_> = made.scopes.iter().map(Scope::as_str).collect();
    let details = json!({ "token": made.name, "scopes": scopes, "expires_at": made.expires_at });
    audit::account(&mut tx, AuditEvent::TokenMade, who, caller, details).await?;
    tx.commit().await?;
    count("token_made");
    Ok((made, text))
}

pub async fn list_tokens(app: &App, who: &Principal) -> Result<Vec<AccessToken>, AppError> {
    let mut tx = app.tenant(who).await?;
    Ok(access_tokens::list(&mut tx, MAX_TOKENS).await?)
}

pub async fn revoke_token(app: &App, who: &Principal, caller: &Caller, id: TokenId) -> Result<(), AppError> {
    let mut tx = app.tenant(who).await?;
    let name = access_tokens::revoke(&mut tx, id).await?.ok_or(AppError::TokenNotFound)?;
    audit::account(&mut tx, AuditEvent::TokenRevoked, who, caller, json!({ "token": name })).await?;
    tx.commit().await?;
    count("token_revoked");
    Ok(())
}
