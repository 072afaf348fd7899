//! Work on a store.

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::operations::OperationDetails;
use souk_app::{Failure, Operation, StepRecord};
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
    /// Why it waits, while it waits for something outside.
    waiting_for: Option<String>,
    /// No worker survived it; an operator has to look.
    dead_letter: bool,
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: String,
    queued_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
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
            dead_letter: operation.dead_letter,
            correlation_id: operation.correlation_id,
            queued_at: operation.queued_at,
            started_at: operation.started_at,
            finished_at: operation.finished_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepBody {
    #[schema(example = "rollout")]
    name: &'static str,
    /// `waiting`, `running`, `done`, `failed` or `undone`.
    #[schema(example = "running")]
    state: &'static str,
    #[schema(example = 1)]
    attempts: u32,
    /// Why the last try did not succeed.
    reason: Option<String>,
    advice: Option<String>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// From start to end, once it has ended.
    #[schema(example = 820)]
    duration_ms: Option<i64>,
}

impl From<StepRecord> for StepBody {
    fn from(step: StepRecord) -> Self {
        let took = step.started_at.zip(step.finished_at).map(|(start, end)| end - start);
        Self {
            name: step.name.as_str(),
            state: step.state.as_str(),
            attempts: step.attempts,
            reason: step.reason,
            advice: step.advice,
            started_at: step.started_at,
            finished_at: step.finished_at,
            duration_ms: took.map(|took| took.num_milliseconds()),
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
        Self {
            operation: details.operation.into(),
            steps: details.steps.into_iter().map(StepBody::from).collect(),
        }
    }
}
