//! Leases: a worker's time-limited, fenced claim on an operation.
//!
//! Invariant: every write of a worker goes through [`fence`], in the same transaction. A worker whose
//! lease has ended, been taken over or been cancelled changes nothing, however late it wakes up.

use std::time::Duration;

use serde_json::json;
use souk_domain::dispatch::PermitLimits;
use souk_domain::event::EventKind;
use souk_domain::id::{AccountId, OperationId, StoreId};
use souk_domain::operation::OperationState;

use crate::convert::word;
use crate::events::{self, NewEvent};
use crate::stores::Failure;
use crate::{DbError, Tx, operations, permits, queue};

/// The proof of a claim.
#[derive(Debug, Clone)]
pub struct Lease {
    pub operation: OperationId,
    pub store: StoreId,
    pub account: AccountId,
    /// Grows with every claim: what an earlier holder sends is refused by it.
    pub epoch: i64,
    /// How many earlier claims ended without a word.
    pub lost: i32,
    pub correlation_id: String,
    /// The span that asked for the operation, where traces were exported.
    pub traceparent: Option<String>,
}

/// Locks store and operation, and fails unless the lease still holds.
pub async fn fence(tx: &mut Tx, lease: &Lease) -> Result<(), DbError> {
    sqlx::query!("SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE", lease.store.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    let row = sqlx::query!(
        // A lease that was given back has no end: then it is nobody's, and not an unknown.
        r#"SELECT state, (lease_epoch = $2 AND lease_expires_at > clock_timestamp()) IS TRUE AS "ours!"
           FROM operations WHERE id = $1 FOR NO KEY UPDATE"#,
        lease.operation.as_uuid(),
        lease.epoch
    )
    .fetch_one(tx.connection())
    .await?;
    match (row.ours, word(&row.state)?) {
        (true, OperationState::Running) => Ok(()),
        (true, OperationState::Cancelling) => Err(DbError::Cancelled),
        _ => Err(DbError::LeaseLost),
    }
}

/// What became of a lease that was to be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    Extended,
    /// It was given back, or its operation has ended, and nobody has claimed it since: what its holder does at its end.
    LetGo,
}

/// Extends the lease. Fails with [`DbError::Cancelled`] or [`DbError::LeaseLost`] when it is not the caller's to extend.
pub async fn heartbeat(tx: &mut Tx, lease: &Lease, length: Duration) -> Result<Beat, DbError> {
    match fence(tx, lease).await {
        Ok(()) => {}
        Err(DbError::LeaseLost) if is_let_go(tx, lease).await? => return Ok(Beat::LetGo),
        Err(error) => return Err(error),
    }
    sqlx::query!(
        "UPDATE operations SET lease_expires_at = clock_timestamp() + make_interval(secs => $2) WHERE id = $1",
        lease.operation.as_uuid(),
        length.as_secs_f64()
    )
    .execute(tx.connection())
    .await?;
    Ok(Beat::Extended)
}

async fn is_let_go(tx: &mut Tx, lease: &Lease) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT lease_epoch = $2 AND lease_expires_at IS NULL AS "let_go!" FROM operations WHERE id = $1"#,
        lease.operation.as_uuid(),
        lease.epoch
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.let_go)
}

/// Gives lease and permit back with the work unfinished: after a pause, or at once when this worker
/// is stopping. The reason is shown to the owner while it waits.
pub async fn give_back(
    tx: &mut Tx,
    lease: &Lease,
    pause: Duration,
    reason: Option<&str>,
    limits: PermitLimits,
) -> Result<(), DbError> {
    permits::lock(tx).await?;
    fence(tx, lease).await?;
    end(tx, lease, OperationState::Queued, reason, None).await?;
    queue::wake_after(tx, lease.operation, pause).await?;
    permits::wake_next(tx, limits).await.map(drop)
}

/// How an operation ended.
#[derive(Debug)]
pub enum Ending<'a> {
    Succeeded,
    Failed(&'a Failure),
}

/// Ends the operation and frees its permit. The caller has written the store's new state in the same
/// transaction.
pub async fn finish(
    tx: &mut Tx,
    lease: &Lease,
    ending: Ending<'_>,
    limits: PermitLimits,
) -> Result<(), DbError> {
    permits::lock(tx).await?;
    fence(tx, lease).await?;
    match ending {
        Ending::Succeeded => {
            end(tx, lease, OperationState::Succeeded, None, None).await?;
            let event = NewEvent {
                store_id: lease.store,
                operation_id: Some(lease.operation),
                kind: EventKind::OperationSucceeded,
                message: "Operation succeeded",
                data: json!({}),
                correlation_id: Some(&lease.correlation_id),
            };
            events::append(tx, event).await?;
        }
        Ending::Failed(failure) => {
            end(tx, lease, OperationState::Failed, None, Some(failure)).await?;
            operations::append_failed(tx, lease.store, lease.operation, &lease.correlation_id, failure)
                .await?;
        }
    }
    permits::wake_next(tx, limits).await.map(drop)
}

/// The holder's answer to [`DbError::Cancelled`]: it has stopped, and lets go.
pub async fn finish_cancelled(tx: &mut Tx, lease: &Lease, limits: PermitLimits) -> Result<(), DbError> {
    permits::lock(tx).await?;
    match fence(tx, lease).await {
        Err(DbError::Cancelled) => {}
        Err(error) => return Err(error),
        Ok(()) => return Err(DbError::LeaseLost),
    }
    end(tx, lease, OperationState::Cancelled, None, None).await?;
    operations::append_cancelled(tx, lease.store, lease.operation, &lease.correlation_id).await?;
    permits::wake_next(tx, limits).await.map(drop)
}

async fn end(
    tx: &mut Tx,
    lease: &Lease,
    state: OperationState,
    waiting_for: Option<&str>,
    failure: Option<&Failure>,
) -> Result<(), DbError> {
    // The clock, not the transaction's start: that one may have waited for the lock on permits, and
    // whoever takes this permit must not seem to have started before it was free.
    sqlx::query!(
        "UPDATE operations SET state = $2, has_permit = false, lease_owner = NULL, lease_expires_at = NULL,
                lost_leases = 0, waiting_for = $3, finished_at = CASE WHEN $4 THEN clock_timestamp() END,
                failure = COALESCE(failure, $5)
         WHERE id = $1",
        lease.operation.as_uuid(),
        state.as_str(),
        waiting_for,
        state.is_final(),
        failure.map(|failure| json!(failure))
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// For the `drain` step of a delete: whether no other operation of the store is held by anyone. What
/// was `cancelling` with an ended lease becomes `cancelled` here.
pub async fn drained(tx: &mut Tx, lease: &Lease) -> Result<bool, DbError> {
    fence(tx, lease).await?;
    cancel_abandoned(tx, Some(lease.store)).await?;
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM operations WHERE store_id = $1 AND id <> $2 AND state = 'cancelling') AS "held!""#,
        lease.store.as_uuid(),
        lease.operation.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(!row.held)
}

/// Ends what was asked to stop and whose holder is gone.
pub(crate) async fn cancel_abandoned(tx: &mut Tx, store: Option<StoreId>) -> Result<u64, DbError> {
    // Stores before operations, as everywhere: their events come after, and need the store's lock.
    let locked = sqlx::query!(
        "SELECT id FROM stores WHERE id IN (
             SELECT store_id FROM operations
             WHERE state = 'cancelling' AND lease_expires_at <= clock_timestamp()
               AND ($1::uuid IS NULL OR store_id = $1))
         ORDER BY id FOR NO KEY UPDATE",
        store.map(StoreId::as_uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    // Of these stores only: a lease that has ended since then is of a store that is not locked.
    let locked: Vec<_> = locked.into_iter().map(|row| row.id).collect();
    let rows = sqlx::query!(
        "UPDATE operations SET state = 'cancelled', has_permit = false, lease_owner = NULL, lease_expires_at = NULL,
                finished_at = clock_timestamp()
         WHERE state = 'cancelling' AND lease_expires_at <= clock_timestamp() AND store_id = ANY ($1)
         RETURNING id, store_id, correlation_id",
        &locked
    )
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        let (store, operation) = (StoreId::from_uuid(row.store_id), OperationId::from_uuid(row.id));
        operations::append_cancelled(tx, store, operation, &row.correlation_id).await?;
        tracing::info!(
            %operation, %store, correlation_id = row.correlation_id,
            "the operation was cancelled; its worker was gone"
        );
    }
    Ok(rows.len() as u64)
}
