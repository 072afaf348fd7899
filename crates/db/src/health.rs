//! How a ready store is doing: written when it has changed, with an event when the owner should know.

use serde_json::json;
use souk_domain::event::EventKind;
use souk_domain::health::Health;
use souk_domain::id::OperationId;

use crate::events::{self, NewEvent};
use crate::stores::{self, Store};
use crate::{DbError, Tx};

/// What a look, or a repair, has found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub health: Health,
    /// Why it is not up.
    pub reason: Option<&'a str>,
    pub data_lost: bool,
    pub operation_id: Option<OperationId>,
    pub correlation_id: &'a str,
}

/// Writes it, unless the store's row says the same already; returns whether it did, and updates `store`.
/// Only if the store is still as `store` shows it.
pub async fn set(tx: &mut Tx, store: &mut Store, found: Found<'_>) -> Result<bool, DbError> {
    let before = (store.health, store.data_lost);
    if before == (found.health, found.data_lost) && store.health_reason.as_deref() == found.reason {
        return Ok(false);
    }
    let row = sqlx::query!(
        "UPDATE stores SET health = $4, health_reason = $5, data_lost = $6, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2 AND state = $3
         RETURNING version, updated_at",
        store.id.as_uuid(),
        store.version,
        store.state.as_str(),
        found.health.as_str(),
        found.reason,
        found.data_lost
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Err(DbError::Conflict { current: stores::get(tx, store.id).await?.state });
    };
    // Another wording of the same is no news.
    if before != (found.health, found.data_lost) {
        append(tx, store, found).await?;
    }
    store.health = found.health;
    store.health_reason = found.reason.map(ToOwned::to_owned);
    store.data_lost = found.data_lost;
    store.version = row.version;
    store.updated_at = row.updated_at;
    Ok(true)
}

async fn append(tx: &mut Tx, store: &Store, found: Found<'_>) -> Result<(), DbError> {
    let message = match found.reason {
        Some(reason) => format!("Store is {}: {reason}", found.health),
        None => format!("Store is {}", found.health),
    };
    let event = NewEvent {
        store_id: store.id,
        operation_id: found.operation_id,
        kind: EventKind::HealthChanged,
        message: &message,
        data: json!({
            "from": store.health, "to": found.health, "reason": found.reason, "data_lost": found.data_lost,
        }),
        correlation_id: Some(found.correlation_id),
    };
    events::append(tx, event).await.map(drop)
}
