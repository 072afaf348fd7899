//! What is different about a repair and a change of plan: they serve data that is there already.
//!
//! Invariant: neither makes an empty shop where a full one was, and their failure removes nothing. They end and say why.
//! The next repair is for a later look to ask for ([`souk_domain::reconcile::next_repair`]), the next change of plan
//! for the owner.

use souk_db::health::{self, Found};
use souk_db::leases::{self, Ending, Lease};
use souk_db::stores::{self, Store};
use souk_db::{DbError, Tx, permits};
use souk_domain::health::Health;
use souk_domain::operation::OperationKind;
use souk_domain::reconcile::after_failed_repair;
use souk_provisioner::StepError;

use crate::walk::Walk;

/// Before the release is made anew, which would make missing volumes anew, too: empty ones.
pub(crate) async fn refuse_if_lost(walk: &Walk<'_>) -> Result<(), StepError> {
    let ready_at = walk.store.ready_at.unwrap_or(walk.store.created_at);
    match walk.context.provisioner.inspect(&walk.target, ready_at).await? {
        Some(seen) if seen.lost_volumes.is_empty() => Ok(()),
        Some(_) | None => Err(StepError::permanent("the store's data is gone meanwhile")
            .advice("Delete the store, or ask for a rebuild: it makes an empty shop at the same address")),
    }
}

/// The shop sells again.
pub(crate) async fn note_success(tx: &mut Tx, lease: &Lease, store: &mut Store) -> Result<(), DbError> {
    note(tx, lease, store, Health::Up, None).await
}

/// How a store is whose plan could not be changed, the next look finds out: it may sell as before.
pub(crate) async fn note_failure(
    tx: &mut Tx,
    lease: &Lease,
    (kind, store): (OperationKind, &mut Store),
    reason: &str,
) -> Result<(), DbError> {
    if kind == OperationKind::Resize {
        return Ok(());
    }
    note(tx, lease, store, Health::Degraded, Some(&after_failed_repair(reason))).await
}

/// Ends an operation whose step has failed for good.
pub(crate) async fn end(walk: &mut Walk<'_>) -> Result<(), DbError> {
    let Some(failure) = walk.operation.failure.clone() else { return Ok(()) };
    let mut tx = walk.context.begin().await?;
    permits::lock(&mut tx).await?;
    leases::fence(&mut tx, walk.lease).await?;
    walk.store = stores::get(&mut tx, walk.store.id).await?;
    let kind = walk.operation.kind;
    note_failure(&mut tx, walk.lease, (kind, &mut walk.store), &failure.reason).await?;
    leases::finish(&mut tx, walk.lease, Ending::Failed(&failure), walk.context.settings.limits).await?;
    tx.commit().await?;
    tracing::warn!(%kind, reason = failure.reason, "the operation failed; what is there stays");
    // Should it have found that data is lost, the owner learns of it at once.
    walk.context.look.notify_one();
    Ok(())
}

async fn note(
    tx: &mut Tx,
    lease: &Lease,
    store: &mut Store,
    health: Health,
    reason: Option<&str>,
) -> Result<(), DbError> {
    let found = Found {
        health,
        reason,
        data_lost: store.data_lost,
        operation_id: Some(lease.operation),
        correlation_id: &lease.correlation_id,
    };
    health::set(tx, store, found).await.map(drop)
}
