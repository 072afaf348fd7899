//! Operations: durable work on a store, made of named steps.
//!
//! The list of steps stands here and nowhere else. The worker walks it, the API shows it, and the
//! tests that break each step take it from here, so a new step cannot be forgotten.

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    Provision,
    /// Makes anew what serves a ready store's data. It never touches the data itself.
    Repair,
    /// Brings what serves a ready store's data to another plan's size. It never touches the data itself.
    Resize,
    Delete,
}

words!(
    OperationKind is "a kind of operation":
    Provision = "provision",
    Repair = "repair",
    Resize = "resize",
    Delete = "delete",
);

/// What becomes of an operation whose step fails for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// What its steps had made is removed; then it has failed.
    Undo,
    /// There is nothing to go back to: it stays, says why, and goes on trying.
    GoOn,
    /// It has failed, and what its steps had made stays.
    End,
}

impl OperationKind {
    /// The steps, in the order in which they run. Undo goes through them backwards.
    #[must_use]
    pub const fn steps(self) -> &'static [Step] {
        match self {
            Self::Provision => &[
                Step::Namespace,
                Step::Secrets,
                Step::Release,
                Step::Rollout,
                Step::Setup,
                Step::Verify,
                Step::Publish,
            ],
            Self::Repair => {
                &[Step::Secrets, Step::Release, Step::Rollout, Step::Setup, Step::Verify, Step::Publish]
            }
            Self::Resize => &[Step::Release, Step::Rollout, Step::Verify, Step::Publish],
            Self::Delete => &[Step::Drain, Step::Uninstall, Step::Purge],
        }
    }

    /// Whether it works on a store that sells, whose data must be there before, and is after.
    #[must_use]
    pub const fn keeps_data(self) -> bool {
        match self {
            Self::Repair | Self::Resize => true,
            Self::Provision | Self::Delete => false,
        }
    }

    /// To undo what serves a shop's data would be to remove the data, so these only end.
    #[must_use]
    pub const fn on_failure(self) -> OnFailure {
        match self {
            Self::Provision => OnFailure::Undo,
            Self::Repair | Self::Resize => OnFailure::End,
            Self::Delete => OnFailure::GoOn,
        }
    }
}

/// One idempotent part of an operation. Running it twice has the effect of running it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A namespace with its labels, and Souk's rights in it. Undo: remove it and wait until it is gone.
    Namespace,
    /// The Secret that the chart names. Undo: it goes with the namespace.
    Secrets,
    /// The Helm release. Undo: uninstall it.
    Release,
    /// Waits until every workload is ready. Undo: nothing was made.
    Rollout,
    /// Makes the engine's data this store's own. Undo: it goes with the volumes.
    Setup,
    /// Proves through the ingress that the shop sells. Undo: nothing was made.
    Verify,
    /// Tells the owner. Undo: nothing was made.
    Publish,
    /// Waits until the operation that the delete cancelled has let go of the store.
    Drain,
    /// Removes the Helm release of every attempt.
    Uninstall,
    /// Removes every namespace of the store, and waits until the API server says they are gone.
    Purge,
}

words!(
    Step is "a step":
    Namespace = "namespace",
    Secrets = "secrets",
    Release = "release",
    Rollout = "rollout",
    Setup = "setup",
    Verify = "verify",
    Publish = "publish",
    Drain = "drain",
    Uninstall = "uninstall",
    Purge = "purge",
);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationState {
    /// Waits for a permit, or for the time of its next try.
    Queued,
    Running,
    /// A delete has asked it to stop; its worker has not let go yet.
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
}

words!(
    OperationState is "a state of an operation":
    Queued = "queued",
    Running = "running",
    Cancelling = "cancelling",
    Succeeded = "succeeded",
    Failed = "failed",
    Cancelled = "cancelled",
);

impl OperationState {
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Cancelled => true,
            Self::Queued | Self::Running | Self::Cancelling => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    Waiting,
    Running,
    Done,
    Failed,
    Undone,
    /// It was under way when its operation ended.
    Cancelled,
    /// Its operation ended before it began.
    Skipped,
}

words!(
    StepState is "a state of a step":
    Waiting = "waiting",
    Running = "running",
    Done = "done",
    Failed = "failed",
    Undone = "undone",
    Cancelled = "cancelled",
    Skipped = "skipped",
);

/// How a try of a step ended that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TryOutcome {
    /// For good, and with it the operation.
    Failed,
    /// It counts, and there will be another one.
    Retrying,
    /// It does not count: something outside is not there yet.
    Waiting,
    /// Its worker stopped or died.
    Interrupted,
}

words!(
    TryOutcome is "an outcome of a try":
    Failed = "failed",
    Retrying = "retrying",
    Waiting = "waiting",
    Interrupted = "interrupted",
);

impl TryOutcome {
    /// What the reader can do, where the failure itself gives no advice.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Failed => {
                "Retry the store; if that fails too, tell the platform's operator and name the correlation id"
            }
            Self::Retrying => "Nothing: it is tried again by itself",
            Self::Waiting => "Nothing: it goes on by itself as soon as it can",
            Self::Interrupted => "Nothing: another worker goes on",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_belongs_to_a_kind_of_operation_and_comes_once_in_it() {
        for step in Step::ALL {
            assert!(OperationKind::ALL.iter().any(|kind| kind.steps().contains(step)), "{step}");
        }
        for kind in OperationKind::ALL {
            for step in kind.steps() {
                assert_eq!(kind.steps().iter().filter(|other| *other == step).count(), 1, "{kind} {step}");
            }
        }
    }

    #[test]
    fn a_repair_is_a_provisioning_without_its_namespace() {
        let mut provision = OperationKind::Provision.steps().to_vec();
        provision.retain(|step| *step != Step::Namespace);
        assert_eq!(OperationKind::Repair.steps(), provision);
    }

    #[test]
    fn a_resize_makes_nothing_new_and_proves_that_the_shop_still_sells() {
        let steps = OperationKind::Resize.steps();
        assert!([Step::Namespace, Step::Secrets, Step::Setup].iter().all(|step| !steps.contains(step)));
        assert!(steps.contains(&Step::Verify));
    }

    #[test]
    fn only_what_began_with_nothing_is_undone() {
        for kind in OperationKind::ALL {
            let makes_the_namespace = kind.steps().contains(&Step::Namespace);
            assert_eq!(kind.on_failure() == OnFailure::Undo, makes_the_namespace, "{kind}");
        }
    }

    #[test]
    fn words_read_back_what_they_wrote() {
        for kind in OperationKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for state in OperationState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        for step in Step::ALL {
            assert_eq!(step.as_str().parse(), Ok(*step));
        }
        for state in StepState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        for outcome in TryOutcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(*outcome));
        }
    }
}
