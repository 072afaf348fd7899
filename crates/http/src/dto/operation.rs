//! Work on a store.

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::operations::OperationDetails;
use souk_app::{Failure, Operation, StepRecord, TryRecord};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub struct OperationBody {
    #[schema(example = "op_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: String,
    /// `provision`, `repair` (Souk's own: it serves the store's data again) or `delete`.
    #[schema(example = "provision")]
    kind: &'static str,
    /// `queued`, `running`, `cancelling`, `succeeded`, `failed` or `cancelled`.
    #[schema(example = "running")]
    state: &'static str,
    /// Which attempt at the store it works on, from 1.
    #[schema(example = 1)]
    attempt: u32,
    failure: Option<FailureBody>,
    /// Why it waits, while it waits.
    waiting_for: Option<String>,
    /// When it goes on, while it waits for a time that is known.
    next_try_at: Option<DateTime<Utc>>,
    /// How often a worker has taken it up: once, and once more after each pause and each lost worker.
    #[schema(example = 1)]
    claims: i64,
    /// No worker survived it; an operator has to look.
    dead_letter: bool,
    /// Who asked for it; null when Souk itself did, as for a repair.
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    requested_by: Option<String>,
    /// It stands on every log line about this operation.
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: String,
    queued_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// From its start to its end, or until now.
    #[schema(example = 8200)]
    duration_ms: Option<i64>,
}

/// Why it failed, in words its owner can use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub struct FailureBody {
    /// The step that failed; null when none had begun.
    #[schema(example = "rollout")]
    step: Option<String>,
    #[schema(example = "The image of medusa cannot be pulled")]
    reason: String,
    #[schema(example = "Check the image's name, then retry")]
    advice: Option<String>,
}

impl From<Failure> for FailureBody {
    fn from(failure: Failure) -> Self {
        Self { step: failure.step, reason: failure.reason, advice: failure.advice }
    }
}

impl From<Operation> for OperationBody {
    fn from(operation: Operation) -> Self {
        Self {
            id: operation.id.to_string(),
            store_id: operation.store_id.to_string(),
            kind: operation.kind.as_str(),
            state: operation.state.as_str(),
            attempt: operation.attempt,
            failure: operation.failure.map(FailureBody::from),
            waiting_for: operation.waiting_for,
            next_try_at: operation.next_try_at,
            claims: operation.claims,
            requested_by: operation.requested_by.map(|user| user.to_string()),
            dead_letter: operation.dead_letter,
            correlation_id: operation.correlation_id,
            queued_at: operation.queued_at,
            started_at: operation.started_at,
            finished_at: operation.finished_at,
            duration_ms: operation.duration_ms,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepBody {
    #[schema(example = "rollout")]
    name: &'static str,
    /// `waiting`, `running`, `done`, `failed` or `undone`; once the operation has ended, `cancelled` for a
    /// step that was under way and `skipped` for one that never began.
    #[schema(example = "running")]
    state: &'static str,
    #[schema(example = 1)]
    attempts: u32,
    /// Why the last try did not succeed.
    reason: Option<String>,
    /// What to do about it.
    advice: Option<String>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// From its first start to its end, or until now.
    #[schema(example = 820)]
    duration_ms: Option<i64>,
    /// The last 20 tries that did not succeed, oldest first.
    tries: Vec<TryBody>,
}

/// A try of a step that did not succeed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Try)]
pub struct TryBody {
    /// Which try it was, from 1. One that waits is not counted, so its number comes again.
    #[schema(example = 1)]
    number: u32,
    /// `failed` for good; `retrying`; `waiting` for something outside; `interrupted` with its worker.
    #[schema(example = "retrying")]
    outcome: &'static str,
    /// Whether it was a try to remove what the step had made.
    undo: bool,
    #[schema(example = "The store's pod ended with code 1")]
    reason: String,
    #[schema(example = "Nothing: it is tried again by itself")]
    advice: String,
    started_at: Option<DateTime<Utc>>,
    ended_at: DateTime<Utc>,
}

impl From<TryRecord> for TryBody {
    fn from(record: TryRecord) -> Self {
        Self {
            number: record.number,
            outcome: record.outcome.as_str(),
            undo: record.undo,
            reason: record.reason,
            advice: record.advice.unwrap_or_else(|| record.outcome.advice().to_owned()),
            started_at: record.started_at,
            ended_at: record.ended_at,
        }
    }
}

impl StepBody {
    fn new(step: StepRecord, tries: Vec<TryBody>) -> Self {
        Self {
            name: step.name.as_str(),
            state: step.state.as_str(),
            attempts: step.attempts,
            reason: step.reason,
            advice: step.advice,
            started_at: step.started_at,
            finished_at: step.finished_at,
            duration_ms: step.duration_ms,
            tries,
        }
    }
}

/// An operation with its steps, in the order in which they run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationDetails)]
pub struct OperationDetailsBody {
    #[serde(flatten)]
    operation: OperationBody,
    steps: Vec<StepBody>,
}

impl From<OperationDetails> for OperationDetailsBody {
    fn from(details: OperationDetails) -> Self {
        let OperationDetails { operation, steps, mut tries } = details;
        let steps = steps.into_iter().map(|step| {
            let of_step = tries.extract_if(.., |tried| tried.step == step.name).map(TryBody::from).collect();
            StepBody::new(step, of_step)
        });
        Self { operation: operation.into(), steps: steps.collect() }
    }
}
