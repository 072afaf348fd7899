//! What a store's owner can read happened, in order. `kind` is stable; the message is for people.

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    StateChanged,
    OperationQueued,
    StepStarted,
    StepSucceeded,
    StepRetrying,
    StepFailed,
    StepUndone,
    OperationSucceeded,
    OperationFailed,
    OperationCancelled,
    HealthChanged,
    LeftOverRemoved,
    StoreChanged,
}

words!(
    EventKind is "a kind of event":
    StateChanged = "state_changed",
    OperationQueued = "operation_queued",
    StepStarted = "step_started",
    StepSucceeded = "step_succeeded",
    StepRetrying = "step_retrying",
    StepFailed = "step_failed",
    StepUndone = "step_undone",
    OperationSucceeded = "operation_succeeded",
    OperationFailed = "operation_failed",
    OperationCancelled = "operation_cancelled",
    HealthChanged = "health_changed",
    LeftOverRemoved = "left_over_removed",
    StoreChanged = "store_changed",
);
