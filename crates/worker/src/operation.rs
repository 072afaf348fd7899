//! One operation, from its claim to the moment this worker lets go of it.

use std::time::Duration;

use souk_db::DbError;
use souk_db::leases::{self, Lease};
use souk_db::permits::{self, Claim};
use souk_domain::id::OperationId;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::Instrument;

use crate::heartbeat::{self, Interrupt};
use crate::{WorkerContext, walk};

/// Between tries to hand an operation back to a database that is away.
const HAND_BACK_PAUSE: Duration = Duration::from_millis(500);

/// What came of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// This worker has it now.
    Yes,
    /// It waits: no permit is free, an older one goes first, somebody else has it, or it is over.
    No,
}

impl WorkerContext {
    /// Claims the operation if it may run, and runs it in the background.
    ///
    /// The claim is part of what runs there: whoever gives up waiting for the answer (a queue that is
    /// stopped) does not leave a lease behind that nobody holds.
    pub async fn start(&self, operation: OperationId) -> Result<Claimed, DbError> {
        let (tell, told) = oneshot::channel();
        let context = self.clone();
        self.operations.spawn(async move {
            // Nobody may wait for the answer any more; what was claimed is worked on all the same.
            match context.claim(operation).await {
                Ok(Some(lease)) => {
                    let _ = tell.send(Ok(Claimed::Yes));
                    context.run_to_rest(lease).await;
                }
                Ok(None) => drop(tell.send(Ok(Claimed::No))),
                Err(error) => drop(tell.send(Err(error))),
            }
        });
        told.await.unwrap_or(Ok(Claimed::No))
    }

    /// As [`Self::start`], and returns when this worker has let go of it: for tests that run the
    /// queue by hand.
    pub async fn start_and_wait(&self, operation: OperationId) -> Result<Claimed, DbError> {
        let Some(lease) = self.claim(operation).await? else { return Ok(Claimed::No) };
        self.run_to_rest(lease).await;
        Ok(Claimed::Yes)
    }

    async fn claim(&self, operation: OperationId) -> Result<Option<Lease>, DbError> {
        if self.stopping.is_cancelled() {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        let claim = Claim { worker: &self.name, lease: self.settings.lease, limits: self.settings.limits };
        let lease = permits::claim(&mut tx, operation, claim).await?;
        tx.commit().await?;
        Ok(lease)
    }

    /// Works on the operation until it ends, waits, is cancelled, or this worker stops.
    async fn run_to_rest(&self, lease: Lease) {
        let span = tracing::info_span!(
            "operation",
            operation = %lease.operation,
            store = %lease.store,
            epoch = lease.epoch,
            correlation_id = %lease.correlation_id
        );
        // Whoever asked may be another process, and long over.
        souk_trace::continue_from(&span, lease.traceparent.as_deref());
        async {
            let ended = tokio::select! {
                // The walk first: when both are ready, the work that was done counts.
                biased;
                result = walk::walk(self, &lease) => result,
                interrupt = heartbeat::keep(self, &lease) => self.let_go(&lease, interrupt).await,
            };
            match ended {
                Ok(()) => {}
                Err(DbError::Cancelled) => self.log(self.let_go(&lease, Interrupt::Cancelled).await),
                Err(error @ DbError::Unavailable(_)) => self.log(self.hand_back(&lease, &error).await),
                error => self.log(error),
            }
        }
        .instrument(span)
        .await;
    }

    /// The database was away in the middle. The operation is not to blame, so it is handed back as soon
    /// as that is possible, and goes on where it was.
    async fn hand_back(&self, lease: &Lease, error: &DbError) -> Result<(), DbError> {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(%error, cause, "the operation was interrupted; it is handed back");
        let reason = "the database was away; it goes on as soon as it can";
        let limits = self.settings.limits;
        let ends = Instant::now() + self.settings.lease;
        loop {
            let given = self
                .write(lease, async |tx, lease| {
                    leases::give_back(tx, lease, Duration::ZERO, Some(reason), limits).await
                })
                .await;
            match given {
                Err(DbError::Unavailable(_)) if Instant::now() < ends => {
                    tokio::time::sleep(HAND_BACK_PAUSE).await;
                }
                Err(DbError::Cancelled) => return self.let_go(lease, Interrupt::Cancelled).await,
                given => return given,
            }
        }
    }

    async fn let_go(&self, lease: &Lease, interrupt: Interrupt) -> Result<(), DbError> {
        let limits = self.settings.limits;
        match interrupt {
            Interrupt::Stopping => {
                let reason = "the worker that ran it is stopping; another one goes on";
                tracing::info!("handing the operation back");
                self.write(lease, async |tx, lease| {
                    leases::give_back(tx, lease, Duration::ZERO, Some(reason), limits).await
                })
                .await
            }
            Interrupt::Cancelled => {
                tracing::info!("the operation was cancelled");
                self.write(lease, async |tx, lease| leases::finish_cancelled(tx, lease, limits).await).await
            }
            Interrupt::LeaseLost => Err(DbError::LeaseLost),
        }
    }

    /// What ends here is taken up again by the reaper when the lease has ended.
    #[allow(clippy::unused_self, reason = "reads as what the worker does")]
    fn log(&self, result: Result<(), DbError>) {
        match result {
            Ok(()) => {}
            Err(DbError::LeaseLost) => tracing::warn!("the lease has ended; another worker goes on"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "the operation was left; it will be resumed when its lease has ended");
            }
        }
    }
}
