//! Sessions and their refresh tokens. The tokens themselves are reached through functions of the database only.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use souk_domain::digest::Digest;
use souk_domain::id::{AccountId, SessionId, UserId};
use souk_domain::principal::Principal;
use souk_domain::session::{IDLE_LIMIT, LIFETIME_LIMIT};

use crate::convert::word;
use crate::{ApiPool, Caller, DbError, Tx};

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    Logout,
    /// From the list of sessions.
    User,
    PasswordChanged,
    TokenReused,
}

impl EndedBy {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::User => "user",
            Self::PasswordChanged => "password_changed",
            Self::TokenReused => "token_reused",
        }
    }
}

/// A session that lives, as its user sees it.
#[derive(Debug)]
pub struct Session {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

/// What a refresh token belongs to; its session is locked until the transaction ends.
#[derive(Debug)]
pub struct Refreshable {
    pub session: SessionId,
    pub principal: Principal,
    pub suspended: bool,
    /// Neither ended nor expired.
    pub alive: bool,
    pub generation: i64,
    pub current_generation: i64,
    pub rotated_ago: Duration,
}

pub async fn start(
    tx: &mut Tx,
    id: SessionId,
    who: &Principal,
    token: &Digest,
    caller: &Caller,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"SELECT start_session($1, $2, $3, make_interval(secs => $4), $5::text::inet, $6) AS "done!: ()""#,
        id.as_uuid(),
        who.user_id.as_uuid(),
        token.as_bytes(),
        IDLE_LIMIT.as_secs_f64(),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}

/// Whom the session speaks for now; `None` when it is over, or its user is suspended. One statement, and so a transaction of
/// its own: every request begins with it.
pub async fn find(pool: &ApiPool, id: SessionId) -> Result<Option<Principal>, DbError> {
    let row = sqlx::query!(
        r#"SELECT user_id AS "user_id!", account_id AS "account_id!", role AS "role!", suspended AS "suspended!"
           FROM find_session($1)"#,
        id.as_uuid()
    )
    .fetch_optional(&pool.0)
    .await?;
    match row {
        Some(row) if !row.suspended => Ok(Some(Principal {
            user_id: UserId::from_uuid(row.user_id),
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        })),
        _ => Ok(None),
    }
}

pub async fn find_refresh_token(tx: &mut Tx, token: &Digest) -> Result<Option<Refreshable>, DbError> {
    let row = sqlx::query!(
        r#"SELECT session_id AS "session_id!", user_id AS "user_id!", account_id AS "account_id!", role AS "role!",
                  suspended AS "suspended!", alive AS "alive!", generation AS "generation!",
                  current_generation AS "current_generation!", rotated_ago_s AS "rotated_ago_s!"
           FROM find_refresh_token($1)"#,
        token.as_bytes()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Refreshable {
        session: SessionId::from_uuid(row.session_id),
        principal: Principal {
            user_id: UserId::from_uuid(row.user_id),
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        },
        suspended: row.suspended,
        alive: row.alive,
        generation: row.generation,
        current_generation: row.current_generation,
        rotated_ago: Duration::from_secs_f64(row.rotated_ago_s.max(0.0)),
    }))
}

/// Gives the session another token: of the next generation if `rotate`, else one more of this one. Returns for
/// how long it lives if nobody refreshes it again.
pub async fn add_refresh_token(
    tx: &mut Tx,
    session: SessionId,
    token: &Digest,
    rotate: bool,
    caller: &Caller,
) -> Result<Duration, DbError> {
    let row = sqlx::query!(
        r#"SELECT add_refresh_token($1, $2, $3, make_interval(secs => $4), make_interval(secs => $5),
                                    $6::text::inet, $7) AS "lives_s!""#,
        session.as_uuid(),
        token.as_bytes(),
        rotate,
        IDLE_LIMIT.as_secs_f64(),
        LIFETIME_LIMIT.as_secs_f64(),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Duration::from_secs_f64(row.lives_s.max(0.0)))
}

/// Ends a session whose token was shown; there is no principal.
pub async fn end_found(tx: &mut Tx, id: SessionId, why: EndedBy) -> Result<(), DbError> {
    sqlx::query!(r#"SELECT end_session($1, $2) AS "done!: ()""#, id.as_uuid(), why.as_str())
        .fetch_one(tx.connection())
        .await?;
    Ok(())
}

/// The caller's own that live, the newest first.
pub async fn list(tx: &mut Tx, limit: u32) -> Result<Vec<Session>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT id, created_at, last_used_at, expires_at, host(ip) AS ip, user_agent FROM sessions
           WHERE ended_at IS NULL AND expires_at > now() ORDER BY created_at DESC, id DESC LIMIT $1"#,
        i64::from(limit)
    )
    .fetch_all(tx.connection())
    .await?;
    let sessions = rows.into_iter().map(|row| Session {
        id: SessionId::from_uuid(row.id),
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        ip: row.ip.and_then(|ip| ip.parse().ok()),
        user_agent: row.user_agent,
    });
    Ok(sessions.collect())
}

/// Ends one of the caller's own; whether there was one that lived.
pub async fn end(tx: &mut Tx, id: SessionId, why: EndedBy) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE sessions SET ended_at = now(), ended_by = $2
         WHERE id = $1 AND ended_at IS NULL AND expires_at > now()",
        id.as_uuid(),
        why.as_str()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all of the caller's own but `keep`; how many.
pub async fn end_all(tx: &mut Tx, keep: Option<SessionId>, why: EndedBy) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "UPDATE sessions SET ended_at = now(), ended_by = $2
         WHERE id IS DISTINCT FROM $1 AND ended_at IS NULL AND expires_at > now()",
        keep.map(SessionId::as_uuid),
        why.as_str()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}
