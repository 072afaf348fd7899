//! The way back: removes what a failed operation had made, last step first.
//!
//! Only when the provisioner says that everything is gone is the store `failed`: a name is free and a
//! retry may start exactly when nothing is left behind. Undo never gives up; while it waits, the
//! owner reads why.

use std::time::Duration;

use souk_db::leases::{self, Ending};
use souk_db::{DbError, permits, steps, stores};
use souk_domain::operation::Step;
use souk_domain::state::Event;
use souk_provisioner::{ErrorKind, Outcome, StepError};

use crate::breaker;
use crate::walk::{Next, UNAVAILABLE_PAUSE, Walk, change};

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
    let result = match step {
        // The worker's own steps leave nothing outside the database.
        Step::Publish | Step::Drain => Ok(Outcome::Unchanged),
        _ => tokio::time::timeout(limit, walk.context.provisioner.undo(step, &walk.target))
            .await
            .unwrap_or_else(|_| Err(StepError::transient(format!("undoing {step} took too long")))),
    };
    match result {
        Ok(Outcome::Done | Outcome::Unchanged) => {
            walk.context.write(walk.lease, async |tx, lease| steps::undone(tx, lease, step).await).await?;
            Ok(Next::GoOn)
        }
        Ok(Outcome::Pending { reason, after }) => rest(walk, &reason, after).await,
        Err(error) if error.kind == ErrorKind::Unavailable => {
            breaker::open(walk.context, &error.reason).await?;
            rest(walk, &format!("cleaning up: {}", error.reason), UNAVAILABLE_PAUSE).await
        }
        Err(error) => {
            tracing::warn!(%step, reason = %error, kind = error.kind.metric_label(), "undo failed; trying again");
            rest(walk, &format!("cleaning up: {}", error.reason), UNDO_PAUSE).await
        }
    }
}

async fn rest(walk: &Walk<'_>, reason: &str, pause: Duration) -> Result<Next, DbError> {
    let limits = walk.context.settings.limits;
    walk.context
        .write(walk.lease, async |tx, lease| leases::give_back(tx, lease, pause, Some(reason), limits).await)
        .await?;
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
