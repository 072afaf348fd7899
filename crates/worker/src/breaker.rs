//! The circuit breaker of the cluster, kept in the database so that all replicas share it.
//!
//! While it is open nothing is claimed, no attempt is counted and the queue's clock stands still.

use souk_db::{DbError, installation, permits};

use crate::WorkerContext;

/// Opens the breaker, unless it is open already.
pub(crate) async fn open(context: &WorkerContext, reason: &str) -> Result<(), DbError> {
    let mut tx = context.begin().await?;
    let opened = installation::open_breaker(&mut tx, context.cluster).await?;
    tx.commit().await?;
    if opened {
        tracing::error!(reason, "the cluster does not answer; operations wait until it does");
    }
    Ok(())
}

/// Asks the cluster whether it answers, and opens or closes the breaker accordingly. Returns whether
/// it is available.
pub(crate) async fn check(context: &WorkerContext) -> Result<bool, DbError> {
    let mut tx = context.begin().await?;
    let was_open = installation::cluster_unavailable(&mut tx).await?;
    tx.commit().await?;
    if let Err(error) = context.provisioner.ping().await {
        open(context, &error.reason).await?;
        return Ok(false);
    }
    if !was_open {
        // Whoever has opened it since has met the cluster later than this answer did.
        return Ok(true);
    }
    let mut tx = context.begin().await?;
    permits::lock(&mut tx).await?;
    let closed = installation::close_breaker(&mut tx, context.cluster).await?;
    if closed.is_some() {
        permits::wake_next(&mut tx, context.settings.limits).await?;
    }
    tx.commit().await?;
    if let Some(away) = closed {
        tracing::info!(away_s = away.as_secs(), "the cluster answers again; operations go on");
        // Nobody was told of what happened to it meanwhile.
        context.look.notify_one();
    }
    Ok(true)
}
