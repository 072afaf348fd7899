//! Keeps a lease alive while its operation is worked on, and notices when it must stop.

use souk_db::DbError;
use souk_db::leases::{self, Lease};
use souk_db::listen::Change;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::WorkerContext;

/// Why the work must stop now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// This worker has been asked to stop.
    Stopping,
    /// A delete has asked the operation to stop.
    Cancelled,
    /// The lease has ended: somebody else may be at work already.
    LeaseLost,
}

/// Extends the lease again and again; returns only when the work must stop. A cancellation is noticed
/// at once through a notification, and at the latest with the next heartbeat.
pub(crate) async fn keep(context: &WorkerContext, lease: &Lease) -> Interrupt {
    let mut changes = context.changes.subscribe();
    // A database that is away says nothing about the lease; time does.
    let mut valid_until = Instant::now() + context.settings.lease;
    let mut next = Instant::now() + context.settings.heartbeat;
    loop {
        tokio::select! {
            () = context.stopping.cancelled() => return Interrupt::Stopping,
            () = tokio::time::sleep_until(next) => {}
            change = changes.recv() => match change {
                Ok(Change::Operation(id)) if id == lease.operation => {}
                Ok(Change::Anything) | Err(RecvError::Lagged(_)) => {}
                Ok(_) => continue,
                Err(RecvError::Closed) => tokio::time::sleep_until(next).await,
            },
        }
        next = Instant::now() + context.settings.heartbeat;
        let sent = Instant::now();
        let beat = context
            .write(lease, async |tx, lease| leases::heartbeat(tx, lease, context.settings.lease).await);
        match tokio::time::timeout_at(valid_until, beat).await {
            Ok(Ok(())) => valid_until = sent + context.settings.lease,
            Ok(Err(DbError::Cancelled)) => return Interrupt::Cancelled,
            Err(_) | Ok(Err(DbError::LeaseLost)) => return Interrupt::LeaseLost,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a heartbeat failed");
                // Sooner than usual; when the lease is over, the time-out above says so.
                next = Instant::now() + context.settings.heartbeat / 5;
            }
        }
    }
}
