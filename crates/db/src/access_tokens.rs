//! Personal access tokens. Their hashes are written by their owner and read by nobody.

use std::time::Duration;

use chrono::{DateTime, Utc};
use souk_domain::digest::Digest;
use souk_domain::id::{AccountId, TokenId, UserId};
use souk_domain::principal::Principal;
use souk_domain::scope::Scopes;

use crate::convert::word;
use crate::{Caller, DbError, Tx};

#[derive(Debug)]
pub struct AccessToken {
    pub id: TokenId,
    pub name: String,
    pub scopes: Scopes,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub struct NewAccessToken<'a> {
    pub id: TokenId,
    pub name: &'a str,
    pub hash: Digest,
    pub scopes: Scopes,
    pub lasts: Duration,
}

/// Whom a token speaks for.
#[derive(Debug)]
pub struct Bearer {
    pub token: TokenId,
    pub principal: Principal,
    pub scopes: Scopes,
    pub expires_at: DateTime<Utc>,
    pub expired: bool,
}

fn scopes(texts: &[String]) -> Result<Scopes, DbError> {
    texts.iter().map(|text| word(text)).collect()
}

/// Makes one for the caller.
pub async fn insert(tx: &mut Tx, who: &Principal, new: &NewAccessToken<'_>) -> Result<AccessToken, DbError> {
    let texts: Vec<String> = new.scopes.iter().map(|scope| scope.to_string()).collect();
    let row = sqlx::query!(
        "INSERT INTO access_tokens (id, user_id, name, hash, scopes, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING created_at, expires_at",
        new.id.as_uuid(),
        who.user_id.as_uuid(),
        new.name,
        new.hash.as_bytes(),
        &texts,
        new.lasts.as_secs_f64()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(AccessToken {
        id: new.id,
        name: new.name.to_owned(),
        scopes: new.scopes,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: None,
    })
}

/// The caller's own that are not revoked, the newest first; those that have expired are among them.
pub async fn list(tx: &mut Tx, limit: u32) -> Result<Vec<AccessToken>, DbError> {
    let rows = sqlx::query!(
        "SELECT id, name, scopes, created_at, expires_at, last_used_at FROM access_tokens
         WHERE revoked_at IS NULL ORDER BY id DESC LIMIT $1",
        i64::from(limit)
    )
    .fetch_all(tx.connection())
    .await?;
    let tokens = rows.into_iter().map(|row| {
        Ok(AccessToken {
            id: TokenId::from_uuid(row.id),
            name: row.name,
            scopes: scopes(&row.scopes)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    });
    tokens.collect()
}

/// Revokes one of the caller's own; its name, if there was one.
pub async fn revoke(tx: &mut Tx, id: TokenId) -> Result<Option<String>, DbError> {
    let row = sqlx::query!(
        "UPDATE access_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING name",
        id.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| row.name))
}

/// Whom the token speaks for now, and notes that it was used: at most once a minute, and the first time in
/// the audit log. `None` when there is no such token, or its user is suspended.
pub async fn use_one(tx: &mut Tx, token: &Digest, caller: &Caller) -> Result<Option<Bearer>, DbError> {
    let row = sqlx::query!(
        r#"SELECT token_id AS "token_id!", user_id AS "user_id!", account_id AS "account_id!", role AS "role!",
                  scopes AS "scopes!", expires_at AS "expires_at!", expired AS "expired!"
           FROM use_access_token($1, $2::text::inet, $3, $4)"#,
        token.as_bytes(),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Bearer {
        token: TokenId::from_uuid(row.token_id),
        principal: Principal {
            user_id: UserId::from_uuid(row.user_id),
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        },
        scopes: scopes(&row.scopes)?,
        expires_at: row.expires_at,
        expired: row.expired,
    }))
}

/// Whether what it began may go on.
pub async fn is_good(tx: &mut Tx, id: TokenId) -> Result<bool, DbError> {
    let row = sqlx::query!(r#"SELECT is_access_token_good($1) AS "good!""#, id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.good)
}
