//! What happens because time has passed: ended leases, missed deadlines, lost doorbells.
//!
//! Every replica may run it, as often as it likes; each look is a few indexed queries.

use souk_domain::dispatch::PermitLimits;
use souk_domain::id::{OperationId, StoreId};
use souk_domain::state::{Event, transition};

use crate::stores::Failure;
use crate::{DbError, Tx, leases, operations, permits, stores};

/// What one look did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reaped {
    /// Operations woken: a permit is free for them, and no job is on its way.
    pub woken: usize,
    /// Cancelled operations whose worker was gone.
    pub cancelled: u64,
    /// Provisionings that waited too long to start.
    pub timed_out: usize,
}

/// Looks once. The queue's clock stands still while the cluster does not answer.
pub async fn look(tx: &mut Tx, limits: PermitLimits) -> Result<Reaped, DbError> {
    permits::lock(tx).await?;
    let cancelled = leases::cancel_abandoned(tx, None).await?;
    let timed_out = time_out(tx).await?;
    let woken = permits::wake_next(tx, limits).await?;
    Ok(Reaped { woken, cancelled, timed_out })
}

async fn time_out(tx: &mut Tx) -> Result<usize, DbError> {
    let failure = Failure {
        step: None,
        reason: "No permit became free in time: the platform was busy with other stores".to_owned(),
        advice: Some("Retry it; nothing was made, so nothing is left behind".to_owned()),
    };
    let rows = sqlx::query!(
        "SELECT id, store_id, correlation_id FROM operations
         WHERE state = 'queued' AND started_at IS NULL AND queue_deadline < now()
           AND NOT EXISTS (SELECT FROM clusters WHERE unavailable_since IS NOT NULL)
         ORDER BY queued_at LIMIT 100"
    )
    .fetch_all(tx.connection())
    .await?;
    let mut timed_out = 0;
    for row in rows {
        let (operation, store) = (OperationId::from_uuid(row.id), StoreId::from_uuid(row.store_id));
        // One row that this build cannot read, or that no hand of ours wrote, must not keep the reaper
        // from all others.
        let mut store = match stores::lock(tx, store).await {
            Err(error @ DbError::Corrupt(_)) => {
                tracing::warn!(%operation, %store, %error, "an operation waits too long and cannot be ended");
                continue;
            }
            store => store?,
        };
        if transition(store.state, Event::Fail).is_err() {
            tracing::warn!(%operation, store = %store.id, state = %store.state, "an operation waits too long and cannot be ended");
            continue;
        }
        let done = sqlx::query!(
            "UPDATE operations SET state = 'failed', failure = $2, waiting_for = NULL, finished_at = clock_timestamp()
             WHERE id = $1 AND state = 'queued' AND started_at IS NULL",
            operation.as_uuid(),
            serde_json::json!(failure)
        )
        .execute(tx.connection())
        .await?;
        if done.rows_affected() == 1 {
            let change = stores::Change {
                operation_id: Some(operation),
                correlation_id: Some(&row.correlation_id),
                failure: Some(&failure),
            };
            stores::apply(tx, &mut store, Event::Fail, change).await?;
            operations::append_failed(tx, store.id, operation, &row.correlation_id, &failure).await?;
            timed_out += 1;
            tracing::info!(
                %operation, store = %store.id, correlation_id = row.correlation_id,
                "operation failed: no permit became free in time"
            );
        }
    }
    Ok(timed_out)
}

/// Puts a poison operation aside. Called by the holder of its lease, before it begins any step.
pub async fn mark_dead_letter(tx: &mut Tx, lease: &leases::Lease) -> Result<(), DbError> {
    leases::fence(tx, lease).await?;
    sqlx::query!("UPDATE operations SET dead_letter = true WHERE id = $1", lease.operation.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}
