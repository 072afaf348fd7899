//! Tries of steps that did not succeed: why, and what to do. Written by the lease's holder only, in the
//! transaction of what came of them.
//!
//! Invariant: at most [`KEEP_PER_STEP`] rows for each step, however long an operation is held up.

use chrono::{DateTime, Utc};
use souk_domain::id::OperationId;
use souk_domain::operation::{Step, TryOutcome};

use crate::convert::{count, word};
use crate::leases::Lease;
use crate::{DbError, Tx};

/// The last tries of a step that did not succeed; older ones are forgotten.
pub const KEEP_PER_STEP: i64 = 20;

/// A try that did not succeed.
#[derive(Debug, Clone)]
pub struct TryRecord {
    pub step: Step,
    /// Which try of the step it was, from 1. One that waits is not counted, so its number comes again.
    pub number: u32,
    /// A try to remove what the step had made.
    pub undo: bool,
    pub outcome: TryOutcome,
    pub reason: String,
    pub advice: Option<String>,
    /// Absent where the try was an undo.
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: DateTime<Utc>,
}

/// What is noted of a try.
#[derive(Debug, Clone, Copy)]
pub struct Setback<'a> {
    pub undo: bool,
    pub outcome: TryOutcome,
    pub reason: &'a str,
    pub advice: Option<&'a str>,
}

/// Notes how the step's latest try ended, and forgets the oldest beyond the limit. The caller holds
/// the fence.
pub(crate) async fn note(
    tx: &mut Tx,
    lease: &Lease,
    step: Step,
    setback: Setback<'_>,
) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO operation_tries
             (operation_id, account_id, step, number, undo, outcome, reason, advice, started_at)
         SELECT operation_id, account_id, name, attempts, $3, $4, $5, $6, CASE WHEN $3 THEN NULL ELSE try_started_at END
         FROM operation_steps WHERE operation_id = $1 AND name = $2",
        lease.operation.as_uuid(),
        step.as_str(),
        setback.undo,
        setback.outcome.as_str(),
        setback.reason,
        setback.advice
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "DELETE FROM operation_tries WHERE id IN (
             SELECT id FROM operation_tries WHERE operation_id = $1 AND step = $2 ORDER BY id DESC OFFSET $3)",
        lease.operation.as_uuid(),
        step.as_str(),
        KEEP_PER_STEP
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How the step's last try that did not succeed ended, and why.
pub(crate) async fn last(
    tx: &mut Tx,
    lease: &Lease,
    step: Step,
) -> Result<Option<(TryOutcome, String)>, DbError> {
    let row = sqlx::query!(
        "SELECT outcome, reason FROM operation_tries WHERE operation_id = $1 AND step = $2 ORDER BY id DESC LIMIT 1",
        lease.operation.as_uuid(),
        step.as_str()
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| Ok((word(&row.outcome)?, row.reason))).transpose()
}

/// All that are kept of an operation, oldest first.
pub async fn of(tx: &mut Tx, operation: OperationId) -> Result<Vec<TryRecord>, DbError> {
    let rows = sqlx::query!(
        "SELECT step, number, undo, outcome, reason, advice, started_at, ended_at
         FROM operation_tries WHERE operation_id = $1 ORDER BY id",
        operation.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TryRecord {
                step: word(&row.step)?,
                number: count(row.number)?,
                undo: row.undo,
                outcome: word(&row.outcome)?,
                reason: row.reason,
                advice: row.advice,
                started_at: row.started_at,
                ended_at: row.ended_at,
            })
        })
        .collect()
}
