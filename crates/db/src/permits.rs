//! Permits: the right to run one of the N operations that may run at once, over all replicas.
//!
//! A permit is two columns of the operation, not a counter: it counts while the lease lasts, so a
//! worker that dies frees it by dying, and the number can never drift from the truth. Every decision
//! is made under one lock, so all replicas decide as one.

pub mod overview;

use std::time::Duration;

use souk_domain::dispatch::{PermitLimits, choose};
use souk_domain::id::{AccountId, OperationId, StoreId};

use crate::leases::Lease;
use crate::{DbError, Tx, queue};

/// The number only has to be Souk's own.
const PERMITS_LOCK: i64 = 0x736f_756b_0003;
/// Waiting operations looked at for one decision. More wait their turn behind these.
const WAITING_WINDOW: i64 = 200;
/// A job that has not been answered for so long is taken to be lost.
const WAKE_PATIENCE_S: f64 = 5.0;

/// The first lock of every transaction that takes or frees permits, or counts who waits for one.
pub async fn lock(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!(r#"SELECT pg_advisory_xact_lock($1) AS "locked!: ()""#, PERMITS_LOCK)
        .fetch_one(tx.connection())
        .await?;
    Ok(())
}

/// Who claims, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Unique to this start of this worker.
    pub worker: &'a str,
    pub lease: Duration,
    pub limits: PermitLimits,
}

/// Takes lease and permit for the operation, if it waits, a permit is free, and nobody who has waited
/// longer should have it. Whatever else could start now is woken.
pub async fn claim(tx: &mut Tx, operation: OperationId, claim: Claim<'_>) -> Result<Option<Lease>, DbError> {
    lock(tx).await?;
    let chosen = choose_now(tx, claim.limits).await?;
    for other in chosen.iter().filter(|id| **id != operation) {
        wake_if_quiet(tx, *other).await?;
    }
    if !chosen.contains(&operation) {
        // Whoever frees a permit may wake it at once.
        sqlx::query!(
            "UPDATE operations SET woken_at = NULL WHERE id = $1 AND state = 'queued'",
            operation.as_uuid()
        )
        .execute(tx.connection())
        .await?;
        return Ok(None);
    }
    // A delete cancels, and a holder extends its lease, without the lock on permits: either may have come
    // since the look.
    let row = sqlx::query!(
        "UPDATE operations SET state = 'running', has_permit = true, lease_owner = $2,
                lease_epoch = lease_epoch + 1, lease_expires_at = clock_timestamp() + make_interval(secs => $3),
                lost_leases = lost_leases + CASE WHEN state = 'running' THEN 1 ELSE 0 END,
                started_at = COALESCE(started_at, clock_timestamp()), claimed_at = clock_timestamp(), waiting_for = NULL
         WHERE id = $1 AND state IN ('queued', 'running')
           AND (lease_expires_at IS NULL OR lease_expires_at <= clock_timestamp())
         RETURNING store_id, account_id, lease_epoch, lost_leases, correlation_id, traceparent",
        operation.as_uuid(),
        claim.worker,
        claim.lease.as_secs_f64()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Lease {
        operation,
        store: StoreId::from_uuid(row.store_id),
        account: AccountId::from_uuid(row.account_id),
        epoch: row.lease_epoch,
        lost: row.lost_leases,
        correlation_id: row.correlation_id,
        traceparent: row.traceparent,
    }))
}

/// Wakes whatever could start now and has not been woken lately. Called when a permit becomes free,
/// and by the reaper.
pub async fn wake_next(tx: &mut Tx, limits: PermitLimits) -> Result<usize, DbError> {
    lock(tx).await?;
    let mut woken = 0;
    for operation in choose_now(tx, limits).await? {
        woken += usize::from(wake_if_quiet(tx, operation).await?);
    }
    Ok(woken)
}

/// Nothing, while the cluster is away.
async fn choose_now(tx: &mut Tx, limits: PermitLimits) -> Result<Vec<OperationId>, DbError> {
    // Waiting ones by how long they have been able to run: a delete that looks at its finalizer now and then
    // goes behind who has waited meanwhile, and cannot keep a new store from starting.
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", account_id AS "account_id!", running AS "running!" FROM (
             SELECT id, account_id, true AS running, NULL::timestamptz AS since FROM operations
             WHERE has_permit AND lease_expires_at > now() AND state IN ('running', 'cancelling')
           UNION ALL (
             SELECT id, account_id, false, greatest(run_after, queued_at) AS since FROM operations
             WHERE state IN ('queued', 'running') AND run_after <= now()
               AND (lease_expires_at IS NULL OR lease_expires_at <= now())
               AND NOT EXISTS (SELECT FROM clusters WHERE unavailable_since IS NOT NULL)
             ORDER BY since, id LIMIT $1)
           ) either ORDER BY since, id"#,
        WAITING_WINDOW
    )
    .fetch_all(tx.connection())
    .await?;
    let (running, waiting): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.running);
    let running: Vec<_> = running.into_iter().map(|row| AccountId::from_uuid(row.account_id)).collect();
    let waiting: Vec<_> = waiting
        .into_iter()
        .map(|row| (OperationId::from_uuid(row.id), AccountId::from_uuid(row.account_id)))
        .collect();
    Ok(choose(limits, &running, &waiting))
}

async fn wake_if_quiet(tx: &mut Tx, operation: OperationId) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT woken_at IS NULL OR woken_at < now() - make_interval(secs => $2) AS "quiet!"
           FROM operations WHERE id = $1"#,
        operation.as_uuid(),
        WAKE_PATIENCE_S
    )
    .fetch_one(tx.connection())
    .await?;
    if row.quiet {
        queue::wake(tx, operation).await?;
    }
    Ok(row.quiet)
}

/// For `/health` and the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Operations of any kind that hold a permit.
    pub active: i64,
    /// Provisionings that wait for their first one.
    pub queued: i64,
    /// Provisionings that have begun and have not ended, whether they hold a permit or wait for their
    /// next try. With `queued` it is what the limit on the queue counts.
    pub provisioning: i64,
}

pub async fn load(tx: &mut Tx) -> Result<Load, DbError> {
    let row = sqlx::query!(
        r#"SELECT active AS "active!", queued AS "queued!", provisioning AS "provisioning!" FROM permit_load()"#
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Load { active: row.active, queued: row.queued, provisioning: row.provisioning })
}
