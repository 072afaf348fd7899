//! When to look at the cluster: each minute, after each change in it, and when it answers again.
//!
//! Invariant: whatever asks for a look, it is the same look ([`crate::reconcile`]). One that a change asks
//! for counts as made when any replica has begun one since the change.

use std::time::Duration;

use souk_db::DbError;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use crate::WorkerContext;
use crate::report::{Mode, Report, Skipped};

/// The timer asks the database this many times as often as a look is due: whoever looked last may be gone.
const TICKS: u32 = 4;

/// Runs until the worker stops. A look that is cut off half way is done again by whoever looks next.
pub(crate) async fn run(context: WorkerContext) {
    tokio::select! {
        () = context.stopping.cancelled() => {}
        () = listen(&context) => {}
        () = look(&context) => {}
    }
}

/// Rings for each change.
async fn listen(context: &WorkerContext) {
    loop {
        context.provisioner.changed().await;
        context.look.notify_one();
        // Should it return at once, again and again. What changes in the pause is seen by the look that
        // was rung for, which begins later than that.
        sleep(context.settings.look_after_change / 2).await;
    }
}

async fn look(context: &WorkerContext) {
    let mut timer = interval((context.settings.look_every / TICKS).max(Duration::from_millis(1)));
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // When the change came that nobody has looked at yet, and before when not to look.
    let mut rung: Option<Instant> = None;
    let mut not_before = Instant::now();
    loop {
        let due = rung.map(|rung| (rung + context.settings.look_after_change).max(not_before));
        let looked = tokio::select! {
            () = context.look.notified() => {
                rung.get_or_insert_with(Instant::now);
                continue;
            }
            _ = timer.tick() => context.reconcile_if(Mode::Apply, Some(context.settings.look_every)).await,
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let age = rung.map(|rung| rung.elapsed());
                let looked = context.reconcile_if(Mode::Apply, age).await;
                not_before = Instant::now() + context.settings.look_gap;
                // Somebody else looks, and may have begun before the change.
                if !is_busy(&looked) {
                    rung = None;
                }
                looked
            }
        };
        log(looked);
    }
}

fn is_busy(looked: &Result<Report, DbError>) -> bool {
    looked.as_ref().is_ok_and(|report| report.skipped == Some(Skipped::Busy))
}

fn log(looked: Result<Report, DbError>) {
    match looked {
        Ok(report) => match &report.skipped {
            None if report.changes() > 0 => {
                tracing::info!(changes = report.changes(), findings = ?report.findings, "looked at the cluster");
            }
            None => tracing::debug!(findings = ?report.findings, "looked at the cluster"),
            Some(Skipped::Refused(reason)) => tracing::warn!(reason, "the cluster could not be looked at"),
            Some(why) => tracing::debug!(?why, "no look at the cluster"),
        },
        Err(error) => tracing::warn!(%error, "a look at the cluster failed; the next one comes soon"),
    }
}
