//! Requests that their client may send twice: what was answered is kept under the key it brought.
//!
//! Invariant: key and effect are one transaction. A process that dies anywhere leaves both or neither,
//! so a key never stands for something that was not done, and nothing is done twice under one key.
//! Whoever comes while the first is still at work is told so; nobody waits for another's transaction.

use std::time::Duration;

use souk_domain::principal::Principal;

use crate::{DbError, Tx};

/// How long an answer is kept.
pub const KEEP: Duration = Duration::from_hours(24);

/// SHA-256 of all that makes two requests the same one.
pub type Fingerprint = [u8; 32];

/// A request that may come again.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method and the pattern of the address.
    pub route: String,
    pub key: String,
    pub fingerprint: Fingerprint,
}

/// What was answered, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub etag: String,
    pub body: String,
}

/// What is known under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: this transaction holds the key until it ends.
    Nothing,
    /// The request was answered before.
    Answered(Answer),
    /// Another request came with the key.
    Other,
    /// The first request with the key has not ended.
    AtWork,
}

/// Takes the key for this transaction, and looks whether it was used within [`KEEP`].
pub async fn take(tx: &mut Tx, who: &Principal, request: &Request) -> Result<Known, DbError> {
    // The lock ends with the transaction, however that ends; of two keys with one hash, one comes again.
    let name = format!("souk.idempotency/{}/{}/{}", who.user_id, request.route, request.key);
    let lock = sqlx::query!(r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS "taken!""#, name)
        .fetch_one(tx.connection())
        .await?;
    if !lock.taken {
        return Ok(Known::AtWork);
    }
    let row = sqlx::query!(
        "SELECT fingerprint, status, location, etag, body FROM idempotency_keys
         WHERE user_id = $1 AND route = $2 AND key = $3 AND created_at > now() - make_interval(secs => $4)",
        who.user_id.as_uuid(),
        request.route,
        request.key,
        KEEP.as_secs_f64()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(Known::Nothing) };
    if row.fingerprint != request.fingerprint {
        return Ok(Known::Other);
    }
    Ok(Known::Answered(Answer {
        status: row.status.cast_unsigned(),
        location: row.location,
        etag: row.etag,
        body: row.body,
    }))
}

/// Keeps the answer; a row that has outlived its time is written over.
pub async fn keep(tx: &mut Tx, who: &Principal, request: &Request, answer: &Answer) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO idempotency_keys
             (user_id, account_id, route, key, fingerprint, status, location, etag, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (user_id, route, key) DO UPDATE SET
             account_id = excluded.account_id, fingerprint = excluded.fingerprint, status = excluded.status,
             location = excluded.location, etag = excluded.etag, body = excluded.body, created_at = now()",
        who.user_id.as_uuid(),
        who.account_id.as_uuid(),
        request.route,
        request.key,
        request.fingerprint.as_slice(),
        answer.status.cast_signed(),
        answer.location,
        answer.etag,
        answer.body
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Removes what is older than [`KEEP`], at most `limit` rows. Returns how many went.
pub async fn prune(tx: &mut Tx, limit: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE (user_id, route, key) IN (
             SELECT user_id, route, key FROM idempotency_keys
             WHERE created_at <= now() - make_interval(secs => $1)
             ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        KEEP.as_secs_f64(),
        limit
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}
