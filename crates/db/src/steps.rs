//! Steps: what of an operation has been done. Written by the lease's holder only.

use serde_json::{Value, json};
use souk_domain::event::EventKind;
use souk_domain::operation::{Step, StepState, TryOutcome};

use crate::events::{self, NewEvent};
use crate::leases::{Lease, fence};
use crate::stores::Failure;
use crate::tries::{self, Setback};
use crate::{DbError, Tx};

/// Why a try ends that its worker did not end itself.
const INTERRUPTED: &str = "Its worker stopped before the step was done";

/// Notes that a try begins; returns which one it is, from 1. One before it that never ended, because
/// its worker stopped or died, is noted as such and does not count: a step has all its tries however
/// often its worker is restarted meanwhile.
pub async fn start(tx: &mut Tx, lease: &Lease, step: Step) -> Result<u32, DbError> {
    fence(tx, lease).await?;
    let before = sqlx::query!(
        "SELECT state FROM operation_steps WHERE operation_id = $1 AND name = $2",
        lease.operation.as_uuid(),
        step.as_str()
    )
    .fetch_one(tx.connection())
    .await?;
    if before.state == StepState::Running.as_str() {
        let setback =
            Setback { undo: false, outcome: TryOutcome::Interrupted, reason: INTERRUPTED, advice: None };
        tries::note(tx, lease, step, setback).await?;
    }
    let row = sqlx::query!(
        r#"UPDATE operation_steps AS step
           SET state = 'running', reason = NULL, advice = NULL,
               attempts = step.attempts + CASE WHEN step.state = 'running' THEN 0 ELSE 1 END,
               started_at = COALESCE(step.started_at, clock_timestamp()), try_started_at = clock_timestamp()
           FROM operation_steps AS before
           WHERE step.operation_id = $1 AND step.name = $2
             AND before.operation_id = step.operation_id AND before.name = step.name
           RETURNING step.attempts, before.started_at IS NULL AS "first!""#,
        lease.operation.as_uuid(),
        step.as_str()
    )
    .fetch_one(tx.connection())
    .await?;
    if row.first {
        append(tx, lease, EventKind::StepStarted, &format!("Step {step} started"), json!({ "step": step }))
            .await?;
    }
    Ok(row.attempts.cast_unsigned())
}

/// The step's effect is there. After this commit it is never run again.
pub async fn succeed(tx: &mut Tx, lease: &Lease, step: Step) -> Result<(), DbError> {
    fence(tx, lease).await?;
    let row = sqlx::query!(
        r#"UPDATE operation_steps SET state = 'done', reason = NULL, advice = NULL, finished_at = clock_timestamp()
           WHERE operation_id = $1 AND name = $2
           RETURNING extract(epoch FROM finished_at - started_at)::float8 AS "seconds!""#,
        lease.operation.as_uuid(),
        step.as_str()
    )
    .fetch_one(tx.connection())
    .await?;
    progressed(tx, lease).await?;
    let data = json!({ "step": step, "seconds": row.seconds });
    append(tx, lease, EventKind::StepSucceeded, &format!("Step {step} done"), data).await
}

/// The try did not succeed, and there will be another one. One that does not count has only waited; a wait that
/// goes on for the reason of the one before is no new event, for it may go on for days.
pub async fn retry_later(
    tx: &mut Tx,
    lease: &Lease,
    step: Step,
    reason: &str,
    advice: Option<&str>,
    counts: bool,
) -> Result<(), DbError> {
    fence(tx, lease).await?;
    let outcome = if counts { TryOutcome::Retrying } else { TryOutcome::Waiting };
    let goes_on = !counts
        && tries::last(tx, lease, step).await?.is_some_and(|(how, why)| how == outcome && why == reason);
    tries::note(tx, lease, step, Setback { undo: false, outcome, reason, advice }).await?;
    let row = sqlx::query!(
        "UPDATE operation_steps
         SET state = 'waiting', attempts = attempts - CASE WHEN $5 THEN 0 ELSE 1 END, reason = $3, advice = $4
         WHERE operation_id = $1 AND name = $2 RETURNING attempts",
        lease.operation.as_uuid(),
        step.as_str(),
        reason,
        advice.unwrap_or(outcome.advice()),
        counts
    )
    .fetch_one(tx.connection())
    .await?;
    if goes_on {
        return Ok(());
    }
    let data = json!({ "step": step, "reason": reason, "attempts": row.attempts });
    append(tx, lease, EventKind::StepRetrying, &format!("Step {step} will be tried again: {reason}"), data)
        .await
}

/// The step has failed for good, and with it the operation: from here on its steps are undone.
pub async fn fail(tx: &mut Tx, lease: &Lease, step: Step, failure: &Failure) -> Result<(), DbError> {
    fence(tx, lease).await?;
    let (reason, advice) = (&failure.reason, failure.advice.as_deref());
    tries::note(tx, lease, step, Setback { undo: false, outcome: TryOutcome::Failed, reason, advice })
        .await?;
    sqlx::query!(
        "UPDATE operation_steps SET state = 'failed', reason = $3, advice = $4, finished_at = clock_timestamp()
         WHERE operation_id = $1 AND name = $2",
        lease.operation.as_uuid(),
        step.as_str(),
        failure.reason,
        failure.advice
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "UPDATE operations SET failure = $2 WHERE id = $1 AND failure IS NULL",
        lease.operation.as_uuid(),
        json!(failure)
    )
    .execute(tx.connection())
    .await?;
    let data = json!({ "step": step, "failure": failure });
    append(tx, lease, EventKind::StepFailed, &format!("Step {step} failed: {}", failure.reason), data).await
}

/// What the step had made could not be removed yet; it is tried again for as long as it takes.
pub async fn undo_later(tx: &mut Tx, lease: &Lease, step: Step, setback: Setback<'_>) -> Result<(), DbError> {
    fence(tx, lease).await?;
    tries::note(tx, lease, step, Setback { undo: true, ..setback }).await
}

/// What the step had made is gone. A failed step stays `failed`, so that the reader sees which it was.
pub async fn undone(tx: &mut Tx, lease: &Lease, step: Step) -> Result<(), DbError> {
    fence(tx, lease).await?;
    sqlx::query!(
        "UPDATE operation_steps SET state = CASE WHEN state = 'failed' THEN state ELSE 'undone' END, undone = true
         WHERE operation_id = $1 AND name = $2",
        lease.operation.as_uuid(),
        step.as_str()
    )
    .execute(tx.connection())
    .await?;
    progressed(tx, lease).await?;
    append(tx, lease, EventKind::StepUndone, &format!("Step {step} undone"), json!({ "step": step })).await
}

/// A claim that got so far did not end without a word: only claims lost in a row make a poison operation.
async fn progressed(tx: &mut Tx, lease: &Lease) -> Result<(), DbError> {
    sqlx::query!("UPDATE operations SET lost_leases = 0 WHERE id = $1", lease.operation.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The steps that have begun and are not undone yet, last one first: what undo has to walk.
pub async fn to_undo(tx: &mut Tx, lease: &Lease) -> Result<Vec<Step>, DbError> {
    let rows = sqlx::query!(
        "SELECT name FROM operation_steps
         WHERE operation_id = $1 AND started_at IS NOT NULL AND NOT undone ORDER BY position DESC",
        lease.operation.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(|row| crate::convert::word(&row.name)).collect()
}

async fn append(
    tx: &mut Tx,
    lease: &Lease,
    kind: EventKind,
    message: &str,
    data: Value,
) -> Result<(), DbError> {
    let event = NewEvent {
        store_id: lease.store,
        operation_id: Some(lease.operation),
        kind,
        message,
        data,
        correlation_id: Some(&lease.correlation_id),
    };
    events::append(tx, event).await.map(drop)
}
