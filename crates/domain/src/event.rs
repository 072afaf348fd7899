//! What a store's owner can read happened, in order. `kind` is stable; the message is for people.

use serde::{Deserialize, Serialize};

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
}

impl EventKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StateChanged => "state_changed",
            Self::OperationQueued => "operation_queued",
            Self::StepStarted => "step_started",
            Self::StepSucceeded => "step_succeeded",
            Self::StepRetrying => "step_retrying",
            Self::StepFailed => "step_failed",
            Self::StepUndone => "step_undone",
            Self::OperationSucceeded => "operation_succeeded",
            Self::OperationFailed => "operation_failed",
            Self::OperationCancelled => "operation_cancelled",
            Self::HealthChanged => "health_changed",
        }
    }
}
