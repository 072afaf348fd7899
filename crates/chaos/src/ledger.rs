//! What was seen from outside while the storm went on: every request that was accepted, every visit of a
//! worker to the cluster. The checks compare it with what the database says in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use souk_domain::id::{AccountId, OperationId, StoreId};
use souk_domain::operation::Step;
use souk_provisioner::Target;
use tokio::sync::Notify;

/// A request that the API answered with 202.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Accepted {
    pub store: StoreId,
    pub operation: OperationId,
}

/// A worker inside a step.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    pub operation: OperationId,
    pub account: AccountId,
    pub step: Step,
    /// Which start of which worker.
    pub start: u64,
    pub entered: Instant,
}

#[derive(Debug, Default)]
struct Entries {
    accepted: Vec<Accepted>,
    /// Pairs of deletes that were sent together and answered with different operations.
    split_deletes: Vec<(OperationId, OperationId)>,
    inside: BTreeMap<u64, Visit>,
    /// Starts of workers that were killed (for ever), or stand still (until then): that they act without a lease
    /// is nobody's fault.
    excused: BTreeMap<u64, Option<Instant>>,
    /// The secrets that each namespace was given, as the worker read them.
    secrets: BTreeMap<String, BTreeSet<String>>,
    /// Namespaces that lost their data behind Souk's back.
    robbed: BTreeSet<String>,
    violations: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Ledger {
    entries: Mutex<Entries>,
    visits: AtomicU64,
    pub kills: AtomicU64,
    pub outages: AtomicU64,
    pub refused: AtomicU64,
    /// Rung when a worker enters a step: the moment to look whether it may.
    pub entered: Notify,
}

impl Ledger {
    pub fn accept(&self, accepted: Accepted) {
        self.entries().accepted.push(accepted);
    }

    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.entries().accepted.clone()
    }

    pub fn split_delete(&self, one: OperationId, other: OperationId) {
        self.entries().split_deletes.push((one, other));
    }

    #[must_use]
    pub fn split_deletes(&self) -> Vec<(OperationId, OperationId)> {
        self.entries().split_deletes.clone()
    }

    /// The visit lasts until the returned guard is dropped, however that comes about.
    pub fn enter(&self, step: Step, target: &Target, start: u64) -> Inside<'_> {
        let id = self.visits.fetch_add(1, Ordering::Relaxed);
        let visit = Visit {
            operation: target.operation,
            account: target.account,
            step,
            start,
            entered: Instant::now(),
        };
        let mut entries = self.entries();
        entries.inside.insert(id, visit);
        if let Some(secrets) = &target.secrets {
            let text = serde_json::to_string(secrets).unwrap_or_default();
            entries.secrets.entry(target.namespace.clone()).or_default().insert(text);
        }
        drop(entries);
        self.entered.notify_one();
        Inside { ledger: self, id }
    }

    /// For this long, or for ever, this start of a worker cannot know whether its leases hold.
    pub fn excuse(&self, start: u64, length: Option<Duration>) {
        self.entries().excused.insert(start, length.map(|length| Instant::now() + length));
    }

    /// Who is inside a step now, and has no excuse.
    #[must_use]
    pub fn inside(&self) -> BTreeMap<u64, Visit> {
        let entries = self.entries();
        let now = Instant::now();
        let excused = |start: u64| {
            entries.excused.get(&start).is_some_and(|until| until.is_none_or(|until| now < until))
        };
        entries
            .inside
            .iter()
            .filter(|(_, visit)| !excused(visit.start))
            .map(|(id, visit)| (*id, *visit))
            .collect()
    }

    /// Whether nobody is inside any step, excused or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().inside.is_empty()
    }

    #[must_use]
    pub fn visits(&self) -> u64 {
        self.visits.load(Ordering::Relaxed)
    }

    #[must_use]
    pub fn secrets(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.entries().secrets.clone()
    }

    /// The namespace, or the volume in it, went behind Souk's back.
    pub fn rob(&self, namespace: &str) {
        self.entries().robbed.insert(namespace.to_owned());
    }

    #[must_use]
    pub fn robbed(&self) -> BTreeSet<String> {
        self.entries().robbed.clone()
    }

    /// Something that must never be seen, not even for a moment.
    pub fn violation(&self, what: String) {
        let mut entries = self.entries();
        if !entries.violations.contains(&what) {
            entries.violations.push(what);
        }
    }

    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.entries().violations.clone()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker is inside a step for as long as this lives.
#[derive(Debug)]
pub struct Inside<'a> {
    ledger: &'a Ledger,
    id: u64,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.ledger.entries().inside.remove(&self.id);
    }
}
