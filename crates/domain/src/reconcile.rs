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
            Self::Broken { next, last_failure: None } => match next {
                NextRepair::Now | NextRepair::Later | NextRepair::GivenUp => {
                    "What serves the shop is gone, its data is whole; Souk repairs it".to_owned()
                }
            },
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
mod tests {
    use super::*;
    use crate::entropy::Entropy;
    use chrono::DateTime;

    const MINUTE: Duration = Duration::from_mins(1);

    fn ids() -> (InstallationId, InstallationId, StoreId) {
        let (at, entropy) = (DateTime::UNIX_EPOCH, Entropy::seeded(1));
        (
            InstallationId::generate(at, &entropy),
            InstallationId::generate(at, &entropy),
            StoreId::generate(at, &entropy),
        )
    }

    /// The design's table, written a second time: whose is a namespace of this attempt (the store's is
    /// 2), of a store in this state, with and without somebody who works on it.
    fn expected(state: StoreState, attempt: Option<u32>, unfinished: bool) -> Belonging {
        let left_over = Belonging::LeftOver { settled_for: MINUTE };
        match (unfinished, attempt, state) {
            (true, _, _) => Belonging::Current,
            (false, None | Some(3), _) => Belonging::Unknown,
            (false, Some(1), _)
            | (false, Some(2), StoreState::Failed | StoreState::Deleting | StoreState::Deleted) => left_over,
            (false, Some(2), _) => Belonging::Current,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_namespace_is_whose_the_table_says() {
        let (ours, theirs, store) = ids();
        let slug = Slug::stored("lamps-7h2kx9".to_owned());
        for &state in StoreState::ALL {
            for attempt in [None, Some(1), Some(2), Some(3)] {
                for unfinished in [false, true] {
                    for terminating in [false, true] {
                        let namespace =
                            attempt.map_or("some-name".to_owned(), |attempt| slug.namespace(attempt));
                        let known = KnownStore {
                            slug: slug.clone(),
                            state,
                            attempt: 2,
                            unfinished,
                            settled_for: MINUTE,
                        };
                        let observed = |installation, store| Observed {
                            namespace: namespace.clone(),
                            uid: "1".to_owned(),
                            installation,
                            store,
                            terminating,
                        };
                        let ours_by_label = observed(Some(ours), Some(store));
                        assert_eq!(
                            belonging(ours, &ours_by_label, Some(&known)),
                            expected(state, attempt, unfinished),
                            "{state}, attempt {attempt:?}, unfinished: {unfinished}"
                        );
                        assert_eq!(belonging(ours, &ours_by_label, None), Belonging::Unknown);
                        for installation in [None, Some(theirs)] {
                            let foreign = observed(installation, Some(store));
                            assert_eq!(belonging(ours, &foreign, Some(&known)), Belonging::Foreign);
                            assert_eq!(belonging(ours, &foreign, None), Belonging::Foreign);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_is_left_over_is_ever_due_and_only_after_the_grace() {
        let almost = LEFT_OVER_GRACE.checked_sub(Duration::from_secs(1)).unwrap();
        assert!(Belonging::LeftOver { settled_for: LEFT_OVER_GRACE }.is_due());
        assert!(!Belonging::LeftOver { settled_for: almost }.is_due());
        for never in [Belonging::Foreign, Belonging::Unknown, Belonging::Current] {
            assert!(!never.is_due(), "{never:?}");
        }
    }

    fn failed(minutes_ago: u64) -> PastRepair {
        PastRepair { ago: MINUTE * u32::try_from(minutes_ago).unwrap(), failure: Some("no image".to_owned()) }
    }

    fn succeeded(minutes_ago: u64) -> PastRepair {
        PastRepair { failure: None, ..failed(minutes_ago) }
    }

    #[test]
    fn every_look_at_a_ready_store_leads_where_the_table_says() {
        use Finding::{Broken, DataLost, Healthy, Unready};
        // Volumes whole, release there, workloads ready, last repair went well (or there was none).
        let table = [
            ([true, true, true, true], Healthy, Health::Up, false),
            ([true, true, false, true], Unready, Health::Degraded, false),
            ([true, false, true, true], Broken, Health::Degraded, true),
            ([true, false, false, true], Broken, Health::Degraded, true),
            ([true, true, true, false], Broken, Health::Degraded, false),
            ([true, true, false, false], Broken, Health::Degraded, false),
            ([true, false, true, false], Broken, Health::Degraded, false),
            ([true, false, false, false], Broken, Health::Degraded, false),
            ([false, true, true, true], DataLost, Health::Down, false),
            ([false, true, false, true], DataLost, Health::Down, false),
            ([false, false, true, true], DataLost, Health::Down, false),
            ([false, false, false, true], DataLost, Health::Down, false),
            ([false, true, true, false], DataLost, Health::Down, false),
            ([false, true, false, false], DataLost, Health::Down, false),
            ([false, false, true, false], DataLost, Health::Down, false),
            ([false, false, false, false], DataLost, Health::Down, false),
        ];
        for ([whole, release, ready, repaired], finding, health, repair) in table {
            let some = |there: bool, what: &str| if there { Vec::new() } else { vec![what.to_owned()] };
            let seen = Inspection {
                release,
                lost_volumes: some(whole, "data"),
                unready: some(ready, "web is down"),
            };
            let histories =
                if repaired { vec![vec![], vec![succeeded(1), failed(2)]] } else { vec![vec![failed(1)]] };
            for past in histories {
                let verdict = judge(Some(&seen), &past);
                assert_eq!(verdict.finding(), finding, "{seen:?} {past:?}");
                assert_eq!(verdict.health(), health, "{seen:?} {past:?}");
                assert_eq!(verdict.wants_repair(), repair, "{seen:?} {past:?}");
                assert_eq!(verdict.is_data_lost(), !whole);
                assert_eq!(verdict.reason().is_none(), finding == Healthy);
            }
        }
        for past in [vec![], vec![succeeded(1)], vec![failed(1)]] {
            let gone = judge(None, &past);
            assert_eq!((gone.finding(), gone.health(), gone.wants_repair()), (DataLost, Health::Down, false));
        }
    }

    #[test]
    fn repairs_that_fail_are_tried_again_after_pauses_that_double_and_then_no_more() {
        let row = |count: usize, minutes_ago: u64| {
            (0..count).map(|earlier| failed(minutes_ago + 400 * earlier as u64)).collect::<Vec<_>>()
        };
        assert_eq!(next_repair(&[]), NextRepair::Now);
        for (count, pause) in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320)] {
            assert_eq!(next_repair(&row(count, pause - 1)), NextRepair::Later, "after {count}");
            assert_eq!(next_repair(&row(count, pause)), NextRepair::Now, "after {count}");
        }
        assert_eq!(next_repair(&row(8, 5_000)), NextRepair::GivenUp);
        assert_eq!(judge(Some(&Inspection::default()), &row(8, 5_000)).health(), Health::Down);
        let a_week = 7 * 24 * 60;
        assert_eq!(next_repair(&row(8, a_week)), NextRepair::Now, "a week later it may have been mended");
        let mut mended = vec![succeeded(1)];
        mended.extend(row(8, 2));
        assert_eq!(next_repair(&mended), NextRepair::Now, "a success ends the row");
    }

    #[test]
    fn what_the_owner_reads_after_a_failed_repair_stays_the_same_until_the_next() {
        let verdict = judge(Some(&Inspection { release: true, ..Inspection::default() }), &[failed(1)]);
        assert_eq!(verdict.reason(), Some(after_failed_repair("no image")));
    }

    #[test]
    fn a_reason_never_grows_beyond_its_limit() {
        let verdict = Verdict::Unready { workloads: vec!["é".repeat(2 * REASON_LIMIT)] };
        assert_eq!(verdict.reason().unwrap().chars().count(), REASON_LIMIT + 3);
    }
}
