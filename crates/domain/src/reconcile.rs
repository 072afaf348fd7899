//! What Souk makes of the things it finds when it looks after what it has made.
//!
//! Architecture invariants:
//! - Nothing here decides to destroy data. A namespace is left over only when the database knows that
//!   its store or its attempt is over, and that nobody works on it; a namespace it has never heard of
//!   is reported and nothing more; what belongs to another installation is not even judged.
//! - A store whose data is gone is never made anew by itself: its owner asks for that.
//! - What is decided depends on what was seen and on what the database knows, and on nothing else: the
//!   timer, a signal and an operator's command decide alike.

use std::time::Duration;

use crate::health::Health;
use crate::host::Slug;
use crate::id::{InstallationId, StoreId};
use crate::state::StoreState;
use crate::word::words;

/// What is left over goes when the database has known for so long that it is: whoever was still about to
/// remove it has had the time, and a person who watches has had a chance to look.
pub const LEFT_OVER_GRACE: Duration = Duration::from_mins(10);
/// After the first repair that failed; doubled after each further one.
const FIRST_REPAIR_PAUSE: Duration = Duration::from_mins(5);
/// Repairs that may fail in a row, over half a day; then a person has to look.
pub const REPAIR_LIMIT: u32 = 8;
/// Failures older than this count no more, so that what a person has mended meanwhile is found some day.
const REPAIR_MEMORY: Duration = Duration::from_hours(7 * 24);
/// Characters of a reason at most: it stands in a row and on a page.
const REASON_LIMIT: usize = 500;

/// A namespace that carries Souk's labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub namespace: String,
    /// The cluster's own id of it: a namesake that comes later has another one.
    pub uid: String,
    /// The installation that the namespace's label names; `None` where it is not readable.
    pub installation: Option<InstallationId>,
    pub store: Option<StoreId>,
    /// The cluster is removing it already.
    pub terminating: bool,
}

/// What is there of a store that should be whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Whether the release is there, with every workload that it made.
    pub release: bool,
    /// Volumes that held the store's data and are gone, or were made anew, empty, since it was ready.
    pub lost_volumes: Vec<String>,
    /// Workloads that are not ready, each in plain words.
    pub unready: Vec<String>,
}

/// What the database knows about the store that a namespace is labelled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownStore {
    pub slug: Slug,
    pub state: StoreState,
    pub attempt: u32,
    /// Whether an operation works on the store, waits to, or was asked to stop and has not yet.
    pub unfinished: bool,
    /// For how long nothing has worked on it.
    pub settled_for: Duration,
}

/// Whose a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Another installation's, or nobody can tell. Never touched.
    Foreign,
    /// Ours by its label, and the database has never heard of it. Reported; an operator may remove it.
    Unknown,
    /// Where it belongs, or somebody works on its store.
    Current,
    /// The database knows that it should not be there any more.
    LeftOver { settled_for: Duration },
}

impl Belonging {
    /// Whether it may be removed now.
    #[must_use]
    pub fn is_due(self) -> bool {
        match self {
            Self::LeftOver { settled_for } => settled_for >= LEFT_OVER_GRACE,
            Self::Foreign | Self::Unknown | Self::Current => false,
        }
    }
}

/// Whose the namespace is, for the installation `ours`; `known` is the store that its label names.
#[must_use]
pub fn belonging(ours: InstallationId, observed: &Observed, known: Option<&KnownStore>) -> Belonging {
    if observed.installation != Some(ours) {
        return Belonging::Foreign;
    }
    let Some(store) = known else { return Belonging::Unknown };
    if store.unfinished {
        return Belonging::Current;
    }
    let left_over = Belonging::LeftOver { settled_for: store.settled_for };
    match store.slug.attempt_of(&observed.namespace) {
        None => Belonging::Unknown,
        // From a future that this database has forgotten, as after a restore.
        Some(attempt) if attempt > store.attempt => Belonging::Unknown,
        Some(attempt) if attempt < store.attempt => left_over,
        Some(_) => match store.state {
            StoreState::Requested | StoreState::Provisioning | StoreState::Ready => Belonging::Current,
            StoreState::Failed | StoreState::Deleting | StoreState::Deleted => left_over,
        },
    }
}

/// A repair of the store's current attempt that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRepair {
    /// How long ago it ended.
    pub ago: Duration,
    /// Why it failed; `None` when it succeeded.
    pub failure: Option<String>,
}

/// When the next repair may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextRepair {
    Now,
    /// The last one failed a short while ago.
    Later,
    /// So many have failed that a person has to look.
    GivenUp,
}

/// `past`: newest first.
#[must_use]
pub fn next_repair(past: &[PastRepair]) -> NextRepair {
    let failed = past.iter().take_while(|repair| repair.failure.is_some() && repair.ago < REPAIR_MEMORY);
    let (failed, last) = (u32::try_from(failed.count()).unwrap_or(REPAIR_LIMIT), past.first());
    match last {
        Some(last) if failed > 0 => {
            if failed >= REPAIR_LIMIT {
                NextRepair::GivenUp
            } else if last.ago < FIRST_REPAIR_PAUSE * 2u32.pow(failed - 1) {
                NextRepair::Later
            } else {
                NextRepair::Now
            }
        }
        Some(_) | None => NextRepair::Now,
    }
}

/// What a look at a ready store has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Healthy,
    /// All is there, and some of it does not run at the moment.
    Unready {
        workloads: Vec<String>,
    },
    /// Its data is whole, and what should serve it is not there, or was not proven to be.
    Broken {
        next: NextRepair,
        last_failure: Option<String>,
    },
    /// `volumes` names those that are gone; none when the whole namespace is.
    DataLost {
        volumes: Vec<String>,
    },
}

/// `inspection` is `None` when the namespace is gone or going; `past` are the repairs of this attempt,
/// newest first.
///
/// A store whose last repair failed is broken however well it looks: only the last steps of a repair
/// prove that the shop sells.
#[must_use]
pub fn judge(inspection: Option<&Inspection>, past: &[PastRepair]) -> Verdict {
    let Some(seen) = inspection else { return Verdict::DataLost { volumes: Vec::new() } };
    let last_failure = past.first().and_then(|repair| repair.failure.clone());
    let served = seen.release && last_failure.is_none();
    match (seen.lost_volumes.is_empty(), served, seen.unready.is_empty()) {
        (false, true | false, true | false) => Verdict::DataLost { volumes: seen.lost_volumes.clone() },
        (true, false, true | false) => Verdict::Broken { next: next_repair(past), last_failure },
        (true, true, false) => Verdict::Unready { workloads: seen.unready.clone() },
        (true, true, true) => Verdict::Healthy,
    }
}

impl Verdict {
    #[must_use]
    pub const fn finding(&self) -> Finding {
        match self {
            Self::Healthy => Finding::Healthy,
            Self::Unready { .. } => Finding::Unready,
            Self::Broken { .. } => Finding::Broken,
            Self::DataLost { .. } => Finding::DataLost,
        }
    }

    #[must_use]
    pub const fn health(&self) -> Health {
        match self {
            Self::Healthy => Health::Up,
            Self::Unready { .. } | Self::Broken { next: NextRepair::Now | NextRepair::Later, .. } => {
                Health::Degraded
            }
            Self::Broken { next: NextRepair::GivenUp, .. } | Self::DataLost { .. } => Health::Down,
        }
    }

    #[must_use]
    pub const fn is_data_lost(&self) -> bool {
        match self {
            Self::DataLost { .. } => true,
            Self::Healthy | Self::Unready { .. } | Self::Broken { .. } => false,
        }
    }

    #[must_use]
    pub const fn wants_repair(&self) -> bool {
        match self {
            Self::Broken { next: NextRepair::Now, .. } => true,
            Self::Broken { next: NextRepair::Later | NextRepair::GivenUp, .. }
            | Self::Healthy
            | Self::Unready { .. }
            | Self::DataLost { .. } => false,
        }
    }

    /// Why the store is not up, in words for its owner.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        let text = match self {
            Self::Healthy => return None,
            Self::Unready { workloads } => workloads.join("; "),
            Self::Broken {
                next: NextRepair::Now | NextRepair::Later | NextRepair::GivenUp,
                last_failure: None,
            } => "What serves the shop is gone, its data is whole; Souk repairs it".to_owned(),
            Self::Broken { next, last_failure: Some(failure) } => match next {
                NextRepair::Now => format!("A repair failed: {failure}; Souk tries once more"),
                NextRepair::Later => return Some(after_failed_repair(failure)),
                NextRepair::GivenUp => format!(
                    "{REPAIR_LIMIT} repairs in a row failed, the last one: {failure}; the platform's operator has to look"
                ),
            },
            Self::DataLost { volumes } if volumes.is_empty() => {
                "Its namespace is gone, and its data with it; delete the store or ask for a rebuild"
                    .to_owned()
            }
            Self::DataLost { volumes } => {
                format!("Its data is gone ({}); delete the store or ask for a rebuild", volumes.join(", "))
            }
        };
        Some(shorten(&text))
    }
}

/// What the owner reads from the failure of a repair on until the next one.
#[must_use]
pub fn after_failed_repair(failure: &str) -> String {
    shorten(&format!("A repair failed: {failure}; Souk will try again after a while"))
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(REASON_LIMIT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What was found where: the kinds, for reports and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A namespace of another installation, or of one that cannot be read.
    Foreign,
    /// A namespace with our label of which the database has never heard.
    Unknown,
    /// A namespace that the database knows as undone or deleted.
    LeftOver,
    /// A store that is whole.
    Healthy,
    Unready,
    Broken,
    DataLost,
    /// A store that could not be looked at.
    Unseen,
}

words!(
    Finding is "a finding":
    Foreign = "foreign",
    Unknown = "unknown",
    LeftOver = "left_over",
    Healthy = "healthy",
    Unready = "unready",
    Broken = "broken",
    DataLost = "data_lost",
    Unseen = "unseen",
);

#[cfg(test)]
mod tests;
