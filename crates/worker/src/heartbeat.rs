//! Keeps a lease alive while its operation is worked on, and notices when it must stop.

use souk_db::DbError;
use souk_db::leases::{self, Beat, Lease};
use souk_db::listen::Change;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Duration, Instant};

use crate::WorkerContext;

/// From the notification of a commit to the commit's own answer, on a machine that is very busy.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

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
            Ok(Ok(Beat::Extended)) => valid_until = sent + context.settings.lease,
            // The work is at its end and has just committed that; its answer is on the way, and is what counts.
            Ok(Ok(Beat::LetGo)) => {
                tokio::time::sleep(ANSWER_LIMIT).await;
                return Interrupt::LeaseLost;
            }
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
