//! What happens because time passes: the reaper, the breaker's pings, the pruning.
//!
//! Every replica runs them; each look is cheap and safe to repeat.

use std::time::Duration;

use souk_db::{DbError, Tx, idempotency, installation, queue, reaper, reconcile};
use souk_domain::reconcile::Finding;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{WorkerContext, breaker};

/// Finished jobs and ended workers are kept this long, for people who look at the queue.
const KEEP_DONE_JOBS: Duration = Duration::from_hours(24);
/// At most so many are removed at a time, so that no lock is held for long.
const PRUNE_BATCH: i64 = 1_000;
/// Of each kind, at one time; the reaper must not wait for long.
const MAX_PRUNE_BATCHES: usize = 10;
const PRUNE_EVERY: Duration = Duration::from_mins(5);

/// Runs until the worker stops.
pub(crate) async fn run(context: WorkerContext) {
    let mut reap = every(context.settings.reap_every);
    let mut ping = every(context.settings.ping_every);
    let mut prune = every(PRUNE_EVERY);
    let mut reminded = None;
    loop {
        let done = tokio::select! {
            () = context.stopping.cancelled() => return,
            _ = reap.tick() => look(&context).await,
            _ = ping.tick() => ask_cluster(&context, &mut reminded).await,
            _ = prune.tick() => forget(&context).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "a look at the database failed; the next one comes soon");
        }
    }
}

/// Keeps the breaker up to date; while it is open, says so now and then.
async fn ask_cluster(context: &WorkerContext, reminded: &mut Option<Instant>) -> Result<(), DbError> {
    if breaker::check(context).await? {
        *reminded = None;
        return Ok(());
    }
    // Opening it was logged already, so the first reminder is due a while after.
    let last = *reminded.get_or_insert_with(Instant::now);
    if last.elapsed() >= context.settings.remind_every {
        tracing::warn!("the cluster still does not answer; operations wait");
        *reminded = Some(Instant::now());
    }
    Ok(())
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

async fn look(context: &WorkerContext) -> Result<(), DbError> {
    context.reap().await?;
    let mut tx = context.begin().await?;
    let findings = reconcile::findings(&mut tx, context.cluster).await?;
    tx.commit().await?;
    for kind in Finding::ALL {
        let count = findings.get(kind).copied().unwrap_or_default();
        #[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52 findings")]
        metrics::gauge!("reconcile_findings", "kind" => kind.as_str()).set(count as f64);
    }
    Ok(())
}

/// Removes what is too old to be of use: finished jobs, the workers that did them, and answers kept for requests that come again.
async fn forget(context: &WorkerContext) -> Result<(), DbError> {
    let jobs = prune(context, async |tx, limit| queue::prune(tx, KEEP_DONE_JOBS, limit).await).await?;
    let answers = prune(context, async |tx, limit| idempotency::prune(tx, limit).await).await?;
    let workers =
        prune(context, async |tx, limit| queue::prune_workers(tx, KEEP_DONE_JOBS, limit).await).await?;
    if jobs + answers + workers > 0 {
        tracing::debug!(jobs, answers, workers, "removed what was too old");
    }
    Ok(())
}

/// Batch by batch, each in a transaction of its own; what is left then waits for the next time.
async fn prune(
    context: &WorkerContext,
    batch: impl AsyncFn(&mut Tx, i64) -> Result<u64, DbError>,
) -> Result<u64, DbError> {
    let mut removed = 0;
    for _ in 0..MAX_PRUNE_BATCHES {
        let mut tx = context.begin().await?;
        let gone = batch(&mut tx, PRUNE_BATCH).await?;
        tx.commit().await?;
        removed += gone;
        if gone < PRUNE_BATCH.cast_unsigned() {
            break;
        }
    }
    Ok(removed)
}

impl WorkerContext {
    /// One look of the reaper.
    pub async fn reap(&self) -> Result<reaper::Reaped, DbError> {
        let mut tx = self.begin().await?;
        if installation::cluster_unavailable(&mut tx).await? {
            return Ok(reaper::Reaped::default());
        }
        let reaped = reaper::look(&mut tx, self.settings.limits).await?;
        tx.commit().await?;
        if reaped.timed_out > 0 {
            metrics::counter!("provisioning_rejections_total", "reason" => "queue_timeout")
                .increment(reaped.timed_out as u64);
        }
        if reaped != reaper::Reaped::default() {
            tracing::debug!(?reaped, "the reaper found something");
        }
        Ok(reaped)
    }
}
