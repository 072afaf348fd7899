//! What a look at the cluster has found, and what was done about it: a plain list, the same whoever asked.

use std::collections::BTreeMap;

use serde::Serialize;
use souk_domain::id::StoreId;
use souk_domain::reconcile::{Finding, LEFT_OVER_GRACE, REPAIR_LIMIT};

/// Whether a look also does what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Apply,
    /// Only says it: nothing is written, in the database or in the cluster.
    DryRun,
}

/// Why nothing was looked at, or not all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why", content = "reason")]
pub enum Skipped {
    /// The breaker is open: the cluster does not answer.
    ClusterAway,
    /// Another replica looks at this moment, or took over.
    Busy,
    /// The last look is young enough.
    Fresh,
    /// The cluster answered that it will not show it.
    Refused(String),
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is only reported, or the database says it already.
    Report,
    /// Its time has not come yet.
    Wait,
    /// The store's health is written down.
    Health,
    /// A repair is queued.
    Repair,
    /// The namespace is removed.
    Remove,
}

/// What came of the action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "reason")]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// A dry run.
    Planned,
    Done,
    /// Begun; something holds it up, and the next look comes back to it.
    Pending(String),
    /// Meanwhile it was not so any more; nothing was done.
    Outdated,
    Failed(String),
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub finding: Finding,
    pub namespace: String,
    pub store: Option<StoreId>,
    /// In plain words.
    pub reason: String,
    pub action: Action,
    pub outcome: Outcome,
}

impl Entry {
    /// What follows from it, in words for an operator.
    pub(crate) fn next(&self) -> String {
        let text = match (&self.outcome, self.finding) {
            (Outcome::Pending(reason), _) => return format!("It is going; {reason}"),
            (Outcome::Failed(reason), _) => return format!("The next look tries again: {reason}"),
            (Outcome::Outdated, _) => "It changed meanwhile; the next look sees anew",
            (Outcome::Done, _) if self.action == Action::Remove => "It was removed",
            (Outcome::Done, _) if self.action == Action::Repair => "A repair is queued",
            (_, Finding::Foreign) => "Nothing: it is never touched",
            (_, Finding::Unknown) => {
                "Nothing, until an operator removes it by its name: `souk admin remove-namespace`"
            }
            (_, Finding::LeftOver) => {
                let minutes = LEFT_OVER_GRACE.as_secs() / 60;
                return format!("It is removed {minutes} min after its store was done with");
            }
            (_, Finding::DataLost) => "Nothing, until its owner deletes the store or asks for a rebuild",
            (_, Finding::Broken) => {
                return format!(
                    "A repair, as soon as one may begin; after {REPAIR_LIMIT} that failed, a person has to look"
                );
            }
            (_, Finding::Unready) => "Souk waits for it",
            (_, Finding::Unseen) => "The next look tries again",
            (_, Finding::Healthy) => "Nothing: it is well",
        };
        text.to_owned()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub mode: Mode,
    /// `None`: all was looked at.
    pub skipped: Option<Skipped>,
    /// Namespaces with Souk's labels that were seen.
    pub namespaces: usize,
    /// Ready stores that were inspected.
    pub stores: usize,
    /// How much of each kind was found; stores that are whole are counted here and not listed.
    pub findings: BTreeMap<Finding, usize>,
    /// In the order of finding and namespace.
    pub entries: Vec<Entry>,
}

impl Report {
    pub(crate) fn new(mode: Mode) -> Self {
        Self { mode, skipped: None, namespaces: 0, stores: 0, findings: BTreeMap::new(), entries: Vec::new() }
    }

    pub(crate) fn skipped(mode: Mode, why: Skipped) -> Self {
        Self { skipped: Some(why), ..Self::new(mode) }
    }

    /// Entries of which something came, or would have.
    #[must_use]
    pub fn changes(&self) -> usize {
        let changed = |entry: &&Entry| matches!(entry.outcome, Outcome::Done | Outcome::Planned);
        self.entries.iter().filter(changed).count()
    }

    pub(crate) fn count(&mut self, finding: Finding) {
        *self.findings.entry(finding).or_default() += 1;
    }

    pub(crate) fn add(&mut self, entry: Entry) {
        self.count(entry.finding);
        self.entries.push(entry);
    }

    /// What somebody may have to look at, the gravest first: all but stores that are whole.
    pub(crate) fn grave(&self) -> Vec<&Entry> {
        let rank = |finding| match finding {
            Finding::DataLost => Some(0),
            Finding::Unknown => Some(1),
            Finding::LeftOver => Some(2),
            Finding::Broken => Some(3),
            Finding::Unready => Some(4),
            Finding::Unseen => Some(5),
            Finding::Foreign => Some(6),
            Finding::Healthy => None,
        };
        let mut ranked: Vec<_> =
            self.entries.iter().filter_map(|entry| Some((rank(entry.finding)?, entry))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, entry)| entry).collect()
    }

    pub(crate) fn sort(&mut self) {
        self.entries.sort_by(|a, b| (a.finding, &a.namespace).cmp(&(b.finding, &b.namespace)));
    }
}
