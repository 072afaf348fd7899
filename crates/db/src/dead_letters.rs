//! Operations that were put aside because no worker survived them, and the rows of one that is queued again.
//!
//! Invariant: what is queued again begins at its first step, with all its tries: whatever was there of its steps, each may
//! be run again. Its earlier tries stay on its page.

use serde_json::json;
use souk_domain::event::EventKind;
use souk_domain::id::{OperationId, StoreId};
use souk_domain::operation::{OperationKind, OperationState};

use crate::convert::{count, word};
use crate::events::{self, NewEvent};
use crate::stores::Store;
use crate::{DbError, Tx, queue};

/// An operation of which somebody believes that it was put aside.
#[derive(Debug, Clone)]
pub struct Aside {
    pub kind: OperationKind,
    pub attempt: u32,
    /// Whether it was, and nobody has queued it again since.
    pub is_dead_letter: bool,
    /// Whether nothing was asked of its store after it.
    pub is_newest: bool,
    pub correlation_id: String,
}

/// The store that the operation is of.
pub async fn store_of(tx: &mut Tx, id: OperationId) -> Result<StoreId, DbError> {
    let row = sqlx::query!("SELECT store_id FROM operations WHERE id = $1", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(StoreId::from_uuid(row.store_id))
}

/// Locks the operation. The caller holds the lock on its store, so nothing new is asked of that meanwhile.
pub async fn lock(tx: &mut Tx, id: OperationId) -> Result<Aside, DbError> {
    sqlx::query!("SELECT id FROM operations WHERE id = $1 FOR NO KEY UPDATE", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    let row = sqlx::query!(
        r#"SELECT o.kind, o.attempt, o.dead_letter, o.state, o.correlation_id,
                  NOT EXISTS (SELECT FROM operations n WHERE n.store_id = o.store_id
                              AND (n.queued_at, n.id) > (o.queued_at, o.id)) AS "newest!"
           FROM operations o WHERE o.id = $1"#,
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Aside {
        kind: word(&row.kind)?,
        attempt: count(row.attempt)?,
        is_dead_letter: row.dead_letter && row.state == OperationState::Failed.as_str(),
        is_newest: row.newest,
        correlation_id: row.correlation_id,
    })
}

/// Queues it again, on the store's present attempt, behind all that wait.
pub async fn requeue(tx: &mut Tx, id: OperationId, aside: &Aside, store: &Store) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE operations SET state = 'queued', attempt = $2, dead_letter = false, failure = NULL, waiting_for = NULL,
                lost_leases = 0, finished_at = NULL, run_after = clock_timestamp(), queue_deadline = NULL
         WHERE id = $1",
        id.as_uuid(),
        store.attempt.cast_signed()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "UPDATE operation_steps SET state = 'waiting', attempts = 0, undone = false, reason = NULL, advice = NULL,
                started_at = NULL, try_started_at = NULL, finished_at = NULL
         WHERE operation_id = $1",
        id.as_uuid()
    )
    .execute(tx.connection())
    .await?;
    let message = match aside.kind {
        OperationKind::Provision => "Provisioning queued again by an operator",
        OperationKind::Repair => "Repair queued again by an operator",
        OperationKind::Resize => "Change of plan queued again by an operator",
        OperationKind::Delete => "Deletion queued again by an operator",
    };
    let event = NewEvent {
        store_id: store.id,
        operation_id: Some(id),
        kind: EventKind::OperationQueued,
        message,
        data: json!({ "kind": aside.kind, "again": true }),
        correlation_id: Some(&aside.correlation_id),
    };
    events::append(tx, event).await?;
    queue::wake(tx, id).await
}
