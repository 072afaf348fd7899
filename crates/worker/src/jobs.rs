//! The wiring to apalis: jobs ring, operations are claimed.
//!
//! The job is over as soon as the claim is decided; from then on the lease is what counts. So apalis
//! never holds a job for minutes, and nothing depends on its own recovery, which takes five minutes.

use std::time::Duration;

use apalis::prelude::{BackendExt, BoxDynError, Data, PollWith, WorkerBuilder, WorkerError};
use apalis_postgres::Pubsub;
use souk_db::DbError;
use souk_db::queue::{self, Job, QUEUE};
use tracing::Instrument;

use crate::WorkerContext;
use crate::context::fresh_name;
use crate::rings::Rings;

/// After an error ended the apalis worker; a database that is away needs a moment.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Runs apalis until the worker stops. An error ends an apalis worker, so a new one takes its place,
/// with a fresh name: the rows that a same-named one had locked are never given to anybody.
pub(crate) async fn run(context: WorkerContext) {
    while !context.stopping.is_cancelled() {
        let name = fresh_name(&context.entropy);
        if let Err(error) = run_once(&context, &name).await {
            tracing::warn!(%error, "the job queue's worker ended; starting another one");
            if let Err(error) = leave(&context, &name).await {
                tracing::warn!(%error, "its jobs stay with it; the reaper rings anew for what waits");
            }
        }
        tokio::select! {
            () = context.stopping.cancelled() => {}
            () = tokio::time::sleep(RESTART_PAUSE) => {}
        }
    }
}

/// What the worker that ended had fetched and not begun is somebody else's now. A job that cannot be read
/// is what ends a worker: it would end every next one, too, so it is put aside.
async fn leave(context: &WorkerContext, name: &str) -> Result<(), DbError> {
    let mut tx = context.begin().await?;
    let unreadable = queue::leave(&mut tx, name).await?;
    tx.commit().await?;
    for job in unreadable {
        tracing::error!(job, "a job that cannot be read was put aside");
    }
    Ok(())
}

async fn run_once(context: &WorkerContext, name: &str) -> Result<(), WorkerError> {
    // A notification does not come for a job that is due later, and can be lost: so both.
    let jobs = context.pool.jobs();
    let rings = Rings::new(Pubsub::new(jobs.pool().clone(), QUEUE.to_owned()));
    let backend = PollWith::new(jobs, rings).poll_with_interval(context.settings.poll_every);
    let stopping = context.stopping.clone();
    WorkerBuilder::new(name)
        .backend(backend)
        .data(context.clone())
        .build(ring)
        .run_until(async move {
            stopping.cancelled().await;
            Ok::<(), WorkerError>(())
        })
        .await
}

async fn ring(job: Job, context: Data<WorkerContext>) -> Result<(), BoxDynError> {
    let span = tracing::info_span!(
        "job", operation = %job.operation_id, correlation_id = job.correlation_id
    );
    souk_trace::continue_from(&span, job.traceparent.as_deref());
    async {
        match context.start(job.operation_id).await {
            Ok(claimed) => tracing::debug!(?claimed, "a job rang"),
            Err(error) => {
                tracing::warn!(%error, "a job could not be answered; it rings again");
                return Err(error.into());
            }
        }
        Ok(())
    }
    .instrument(span)
    .await
}
