//! A store's list of events: 1, 2, 3... without gaps; and those of all of an account's stores, numbered likewise.
//!
//! The number is taken under the store's row lock and kept until commit, so numbers become visible in
//! order: a reader who has seen `n` and asks for what comes after it can miss nothing. The account's number is given at
//! the commit itself, under a lock of the account's events (`migrations/0012_dashboard.sql`), for the same reason.

use chrono::{DateTime, Utc};
use serde_json::Value;
use souk_domain::event::EventKind;
use souk_domain::id::{AccountId, OperationId, StoreId};

use crate::{DbError, Tx};

#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    pub store_id: StoreId,
    pub operation_id: Option<OperationId>,
    pub kind: EventKind,
    /// For people, without secrets.
    pub message: &'a str,
    pub data: Value,
    pub correlation_id: Option<&'a str>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub seq: i64,
    pub store_id: StoreId,
    pub operation_id: Option<OperationId>,
    pub kind: String,
    pub message: String,
    pub data: Value,
    pub correlation_id: Option<String>,
    pub at: DateTime<Utc>,
}

/// Appends an event and returns its number. Its time is taken under the same lock as the number, so
/// times never go back where numbers grow.
pub async fn append(tx: &mut Tx, event: NewEvent<'_>) -> Result<i64, DbError> {
    let row = sqlx::query!(
        r#"WITH store AS (
               UPDATE stores SET next_event_seq = next_event_seq + 1 WHERE id = $1
               RETURNING id, account_id, next_event_seq - 1 AS seq
           )
           INSERT INTO events (store_id, seq, account_id, operation_id, kind, message, data, correlation_id, at)
           SELECT id, seq, account_id, $2, $3, $4, $5, $6, clock_timestamp() FROM store
           RETURNING seq"#,
        event.store_id.as_uuid(),
        event.operation_id.map(OperationId::as_uuid),
        event.kind.as_str(),
        event.message,
        event.data,
        event.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.seq)
}

/// The events after `seq`, oldest first.
pub async fn after(tx: &mut Tx, store: StoreId, seq: i64, limit: i64) -> Result<Vec<Event>, DbError> {
    let rows = sqlx::query!(
        "SELECT seq, store_id, operation_id, kind, message, data, correlation_id, at
         FROM events WHERE store_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        store.as_uuid(),
        seq,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Event {
            seq: row.seq,
            store_id: StoreId::from_uuid(row.store_id),
            operation_id: row.operation_id.map(OperationId::from_uuid),
            kind: row.kind,
            message: row.message,
            data: row.data,
            correlation_id: row.correlation_id,
            at: row.at,
        })
        .collect())
}

/// The events of all of the account's stores after its number `account_seq`, oldest first, each with its own such number.
pub async fn after_in_account(
    tx: &mut Tx,
    account: AccountId,
    account_seq: i64,
    limit: i64,
) -> Result<Vec<(i64, Event)>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT account_seq AS "account_seq!", seq, store_id, operation_id, kind, message, data, correlation_id, at
           FROM events WHERE account_id = $1 AND account_seq > $2 ORDER BY account_seq LIMIT $3"#,
        account.as_uuid(),
        account_seq,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let events = rows.into_iter().map(|row| {
        let event = Event {
            seq: row.seq,
            store_id: StoreId::from_uuid(row.store_id),
            operation_id: row.operation_id.map(OperationId::from_uuid),
            kind: row.kind,
            message: row.message,
            data: row.data,
            correlation_id: row.correlation_id,
            at: row.at,
        };
        (row.account_seq, event)
    });
    Ok(events.collect())
}

/// The number of the account's newest event; 0 before the first one.
pub async fn last_in_account(tx: &mut Tx, account: AccountId) -> Result<i64, DbError> {
    let row = sqlx::query!(
        r#"SELECT COALESCE(max(account_seq), 0) AS "last!" FROM events WHERE account_id = $1"#,
        account.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.last)
}
