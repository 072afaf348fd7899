//! What a storm came to: the numbers that are kept, and the findings behind them.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Accepted, and then not there, or without an end.
    Lost,
    /// Not at rest, though nothing stands in its way.
    Stuck,
    /// In the cluster, and nobody's.
    Leaked,
    /// Done twice, written after the end, or given to more than there are.
    Duplicated,
    /// Put aside for the operator: an end, but one that should be rare.
    DeadLetter,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: Kind,
    pub what: String,
}

impl Finding {
    #[must_use]
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

/// The figures of one run; `lost`, `stuck`, `leaked` and `duplicated` have to be 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub seed: u64,
    /// How long the storm lasted, without the quiet after it.
    pub minutes: f64,
    pub operations: u64,
    pub kills: u64,
    pub outages: u64,
    pub lost: usize,
    pub stuck: usize,
    pub leaked: usize,
    pub duplicated: usize,
    pub findings: Vec<Finding>,
}

impl Report {
    #[must_use]
    pub fn count(findings: &[Finding], kind: Kind) -> usize {
        findings.iter().filter(|finding| finding.kind == kind).count()
    }

    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost + self.stuck + self.leaked + self.duplicated == 0
    }
}
