//! The way back: removes what a failed operation had made, last step first.
//!
//! Only when the provisioner says that everything is gone is the store `failed`: a name is free and a
//! retry may start exactly when nothing is left behind. Undo never gives up; while it waits, the
//! owner reads why.

use std::time::Duration;

use souk_db::leases::{self, Ending};
use souk_db::tries::Setback;
use souk_db::{DbError, permits, steps, stores};
use souk_domain::operation::{Step, TryOutcome};
use souk_domain::state::Event;
use souk_provisioner::{ErrorKind, Outcome, StepError};
use tracing::Instrument;

use crate::breaker;
use crate::walk::{Next, UNAVAILABLE_PAUSE, Walk, change, why};

/// Between tries of an undo that fails.
const UNDO_PAUSE: Duration = Duration::from_secs(5);

pub(crate) async fn undo(walk: &mut Walk<'_>) -> Result<(), DbError> {
    let mut tx = walk.context.begin().await?;
    let steps = steps::to_undo(&mut tx, walk.lease).await?;
    tx.commit().await?;
    for step in steps {
        if let Next::Rest = undo_step(walk, step).await? {
            return Ok(());
        }
    }
    finish(walk).await
}

async fn undo_step(walk: &mut Walk<'_>, step: Step) -> Result<Next, DbError> {
    let limit = walk.context.settings.step_limit;
    let span = tracing::info_span!("undo", %step);
    let result = match step {
        // The worker's own steps leave nothing outside the database.
        Step::Publish | Step::Drain => Ok(Outcome::Unchanged),
        _ => tokio::time::timeout(limit, walk.context.provisioner.undo(step, &walk.target))
            .instrument(span.clone())
            .await
            .unwrap_or_else(|_| Err(StepError::transient(format!("undoing {step} took too long")))),
    };
    if let Err(error) = &result {
        souk_trace::failed(&span, error.kind.metric_label());
    }
    drop(span);
    match result {
        Ok(Outcome::Done | Outcome::Unchanged) => {
            walk.context.write(walk.lease, async |tx, lease| steps::undone(tx, lease, step).await).await?;
            Ok(Next::GoOn)
        }
        Ok(Outcome::Pending { reason, after }) => {
            rest(walk, step, (TryOutcome::Waiting, reason.as_str(), None), &reason, after).await
        }
        Err(error) => {
            let pause = if error.kind == ErrorKind::Unavailable {
                breaker::open(walk.context, &error.reason).await?;
                UNAVAILABLE_PAUSE
            } else {
                tracing::warn!(%step, reason = %error, kind = error.kind.metric_label(), "undo failed; trying again");
                UNDO_PAUSE
            };
            let (reason, advice) = why(&error);
            let waiting_for = format!("cleaning up: {reason}");
            rest(walk, step, (TryOutcome::Retrying, reason, advice), &waiting_for, pause).await
        }
    }
}

async fn rest(
    walk: &Walk<'_>,
    step: Step,
    (outcome, reason, advice): (TryOutcome, &str, Option<&str>),
    waiting_for: &str,
    pause: Duration,
) -> Result<Next, DbError> {
    let limits = walk.context.settings.limits;
    let setback = Setback { undo: true, outcome, reason, advice };
    let mut tx = walk.context.begin().await?;
    permits::lock(&mut tx).await?;
    steps::undo_later(&mut tx, walk.lease, step, setback).await?;
    leases::give_back(&mut tx, walk.lease, pause, Some(waiting_for), limits).await?;
    tx.commit().await?;
    Ok(Next::Rest)
}

async fn finish(walk: &mut Walk<'_>) -> Result<(), DbError> {
    let Some(failure) = walk.operation.failure.clone() else { return Ok(()) };
    let limits = walk.context.settings.limits;
    let mut tx = walk.context.begin().await?;
    permits::lock(&mut tx).await?;
    leases::fence(&mut tx, walk.lease).await?;
    let mut store = stores::get(&mut tx, walk.store.id).await?;
    stores::apply(&mut tx, &mut store, Event::Fail, change(walk.lease, Some(&failure))).await?;
    leases::finish(&mut tx, walk.lease, Ending::Failed(&failure), limits).await?;
    tx.commit().await?;
    tracing::info!(reason = failure.reason, "operation failed; everything it had made is gone");
    Ok(())
}
