//! The state machine of a store: one table, one pure function.
//!
//! Architecture invariant: nothing else decides what a store may become. The database applies the
//! outcome under optimistic locking (`version` and `state` in the WHERE clause), so of two callers
//! that decide at once, one wins and the other learns the current state.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreState {
    /// Accepted; its provisioning waits for a permit.
    Requested,
    /// A worker walks the steps.
    Provisioning,
    /// It sells.
    Ready,
    /// Provisioning ended without a shop; what it made has been removed.
    Failed,
    /// Being removed; stays here until the cluster says everything is gone.
    Deleting,
    /// Gone.
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    Start,
    Ready,
    Fail,
    Retry,
    /// Its data is lost, and its owner wants an empty shop at the same address.
    Rebuild,
    Delete,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a store that is {state} cannot {event}")]
pub struct IllegalTransition {
    pub state: StoreState,
    pub event: Event,
}

/// The state that `event` leads to.
pub const fn transition(state: StoreState, event: Event) -> Result<StoreState, IllegalTransition> {
    use StoreState::{Deleted, Deleting, Failed, Provisioning, Ready, Requested};
    match (state, event) {
        (Requested, Event::Start) => Ok(Provisioning),
        (Provisioning, Event::Ready) => Ok(Ready),
        (Requested | Provisioning, Event::Fail) => Ok(Failed),
        (Failed, Event::Retry) | (Ready, Event::Rebuild) => Ok(Requested),
        (Requested | Provisioning | Ready | Failed, Event::Delete) => Ok(Deleting),
        (Deleting, Event::Gone) => Ok(Deleted),
        (Requested, Event::Ready | Event::Retry | Event::Rebuild | Event::Gone)
        | (Provisioning, Event::Start | Event::Retry | Event::Rebuild | Event::Gone)
        | (Ready, Event::Start | Event::Ready | Event::Fail | Event::Retry | Event::Gone)
        | (Failed, Event::Start | Event::Ready | Event::Fail | Event::Rebuild | Event::Gone)
        | (
            Deleting,
            Event::Start | Event::Ready | Event::Fail | Event::Retry | Event::Rebuild | Event::Delete,
        )
        | (
            Deleted,
            Event::Start
            | Event::Ready
            | Event::Fail
            | Event::Retry
            | Event::Rebuild
            | Event::Delete
            | Event::Gone,
        ) => Err(IllegalTransition { state, event }),
    }
}

words!(
    StoreState is "a state of a store":
    Requested = "requested",
    Provisioning = "provisioning",
    Ready = "ready",
    Failed = "failed",
    Deleting = "deleting",
    Deleted = "deleted",
);

impl StoreState {
    /// Whether a store in this state counts against its account's limit: it holds cluster resources, or soon will. A
    /// failed one has been cleaned up, and counts only while its removal is still going on.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::Requested | Self::Provisioning | Self::Ready | Self::Deleting => true,
            Self::Failed | Self::Deleted => false,
        }
    }

    /// Whether a store in this state keeps its name from others of its account.
    #[must_use]
    pub const fn holds_name(self) -> bool {
        match self {
            Self::Requested | Self::Provisioning | Self::Ready => true,
            Self::Failed | Self::Deleting | Self::Deleted => false,
        }
    }
}

impl Event {
    pub const ALL: &'static [Self] =
        &[Self::Start, Self::Ready, Self::Fail, Self::Retry, Self::Rebuild, Self::Delete, Self::Gone];
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::Ready => "become ready",
            Self::Fail => "fail",
            Self::Retry => "be retried",
            Self::Rebuild => "be rebuilt",
            Self::Delete => "be deleted",
            Self::Gone => "be gone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StoreState::{Deleted, Deleting, Failed, Provisioning, Ready, Requested};
    use proptest::prelude::*;

    /// The design's table, written a second time on purpose: the code must agree with it pair by pair.
    const LEGAL: &[(StoreState, Event, StoreState)] = &[
        (Requested, Event::Start, Provisioning),
        (Requested, Event::Fail, Failed),
        (Requested, Event::Delete, Deleting),
        (Provisioning, Event::Ready, Ready),
        (Provisioning, Event::Fail, Failed),
        (Provisioning, Event::Delete, Deleting),
        (Ready, Event::Rebuild, Requested),
        (Ready, Event::Delete, Deleting),
        (Failed, Event::Retry, Requested),
        (Failed, Event::Delete, Deleting),
        (Deleting, Event::Gone, Deleted),
    ];

    #[test]
    fn every_pair_of_state_and_event_does_what_the_table_says() {
        for &state in StoreState::ALL {
            for &event in Event::ALL {
                let expected = LEGAL
                    .iter()
                    .find(|(from, on, _)| (*from, *on) == (state, event))
                    .map(|(_, _, to)| *to)
                    .ok_or(IllegalTransition { state, event });
                assert_eq!(transition(state, event), expected, "{state} + {event}");
            }
        }
    }

    #[test]
    fn states_read_back_what_they_wrote() {
        for &state in StoreState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert!("READY".parse::<StoreState>().is_err());
    }

    proptest! {
        #[test]
        fn no_schedule_of_events_leaves_deleted_or_reaches_ready_without_starting(
            choices in proptest::collection::vec(0..Event::ALL.len(), 0..40)
        ) {
            let mut state = Requested;
            let mut started = false;
            for choice in choices {
                let event = Event::ALL[choice];
                let before = state;
                match transition(state, event) {
                    Ok(next) => state = next,
                    Err(error) => prop_assert_eq!(error, IllegalTransition { state, event }),
                }
                started = (started || event == Event::Start && before == Requested) && state != Requested;
                prop_assert!(before != Deleted || state == Deleted);
                prop_assert!(state != Ready || started);
            }
        }
    }
}
