//! A cluster in memory: for fast tests, and for `--cluster simulated`.
//!
//! It keeps what each step makes, so a test can ask what is left over, and it fails where and how a
//! test tells it to. It never pretends to be anything else: `name()` is `simulated`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use souk_domain::id::{AccountId, InstallationId, OperationId, StoreId};
use souk_domain::operation::Step;
use souk_domain::options::StoreOptions;
use tokio::sync::Notify;

pub use self::gate::{Gate, Point};
use crate::{ErrorKind, Inspection, Observed, Outcome, Provisioner, StepError, Target};

mod gate;
mod logs;
mod steps;
mod trouble;

/// A namespace of the fake cluster, with what the steps have put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that is there or not")]
pub struct FakeNamespace {
    pub uid: u64,
    pub installation: InstallationId,
    pub store: StoreId,
    pub secrets: bool,
    /// How often the release was really made; 1 however often the step ran.
    pub releases: u32,
    pub set_up: bool,
    /// What its shop was opened with, by the setup that came first.
    pub opened_with: Option<StoreOptions>,
    /// Whether the volume with the store's data is there; it comes with the release and stays when that goes.
    pub volume: bool,
    /// Whether the store's workloads are ready, as far as there are any.
    pub unready: bool,
}

/// What happens instead of, or before, the step's work.
#[derive(Debug, Clone)]
pub enum Fault {
    Fail {
        kind: ErrorKind,
        reason: String,
    },
    Pending {
        reason: String,
        after: Duration,
    },
    /// The step never returns: for tests that drop or outlive the worker.
    Hang,
    /// The step takes its worker's task down with it.
    Panic,
}

/// One call that reached the fake, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub operation: OperationId,
    pub step: Step,
    pub undo: bool,
}

/// The most that the fake has had to do at the same time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Peak {
    /// Operations with a call in progress.
    pub total: usize,
    /// Of those, of one account.
    pub of_one_account: usize,
}

#[derive(Debug, Default)]
struct State {
    namespaces: BTreeMap<String, FakeNamespace>,
    /// Faults by step and direction, each used once, first come first used.
    faults: BTreeMap<(&'static str, bool), VecDeque<Fault>>,
    /// Namespaces that a finalizer holds: purge stays pending until it is lifted.
    held: BTreeSet<String>,
    calls: Vec<Call>,
    /// The calls that changed what is in the cluster.
    effects: Vec<Call>,
    /// Gates by step, direction and point, each used once.
    gates: BTreeMap<(&'static str, bool, Point), VecDeque<Gate>>,
    at_work: Vec<AccountId>,
    peak: Peak,
    down: bool,
    /// Namespaces made so far: the next one's uid.
    made: u64,
    /// Namespaces that a step ever made or found here.
    seen: BTreeSet<String>,
    /// How often each namespace's volume was made: a second one is empty.
    volumes: BTreeMap<String, u32>,
}

#[derive(Debug, Default)]
pub struct FakeCluster {
    state: Mutex<State>,
    /// How long each step takes: nothing in tests, a little in a simulation, so that people can watch.
    step_time: Duration,
    /// Whether people watch, who may ask for trouble by a store's name; what an earlier process made counts as there.
    simulates: bool,
    changed: Arc<Notify>,
}

impl FakeCluster {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with_step_time(step_time: Duration) -> Self {
        Self { step_time, ..Self::default() }
    }

    /// For people who watch. It forgets everything when its process ends, so a store that this one did
    /// not make counts as whole: else a restart would look as if all data had been lost. A store whose name begins with
    /// `fails-at-` and a step's name fails there at its first attempt; one whose name begins with `loses-its-data` loses
    /// it when its first attempt is ready.
    #[must_use]
    pub fn simulation(step_time: Duration) -> Self {
        Self { step_time, simulates: true, ..Self::default() }
    }

    /// The next run (or undo) of `step`, of any store, meets `fault`.
    pub fn inject(&self, step: Step, undo: bool, fault: Fault) {
        self.state().faults.entry((step.as_str(), undo)).or_default().push_back(fault);
    }

    /// The next `times` runs of `step` fail.
    pub fn fail(&self, step: Step, kind: ErrorKind, times: usize) {
        for _ in 0..times {
            let reason = format!("{step} was told to fail");
            self.inject(step, false, Fault::Fail { kind, reason });
        }
    }

    /// The next run (or undo) of `step`, of any store, stands still at `point` until the gate is opened.
    pub fn hold(&self, step: Step, undo: bool, point: Point) -> Gate {
        let gate = Gate::closed();
        self.state().gates.entry((step.as_str(), undo, point)).or_default().push_back(gate.clone());
        gate
    }

    /// Whether the API server answers.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    /// A foreign finalizer on a namespace: it cannot go until `release_namespace`.
    pub fn hold_namespace(&self, namespace: &str) {
        self.state().held.insert(namespace.to_owned());
    }

    pub fn release_namespace(&self, namespace: &str) {
        self.state().held.remove(namespace);
    }

    /// Behind Souk's back: the namespace goes, with all that is in it.
    pub fn lose_namespace(&self, namespace: &str) {
        self.state().namespaces.remove(namespace);
        self.changed.notify_waiters();
    }

    /// Behind Souk's back: somebody changes what is in a namespace, or makes one.
    pub fn meddle(&self, change: impl FnOnce(&mut BTreeMap<String, FakeNamespace>)) {
        change(&mut self.state().namespaces);
        self.changed.notify_waiters();
    }

    #[must_use]
    pub fn namespaces(&self) -> BTreeMap<String, FakeNamespace> {
        self.state().namespaces.clone()
    }

    /// How often the volume of a namespace was made: more than once means that data was replaced by nothing.
    #[must_use]
    pub fn volumes_made(&self, namespace: &str) -> u32 {
        self.state().volumes.get(namespace).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The calls after which the cluster was not what it was before, in order: what was really made
    /// and removed, however often it was asked for.
    #[must_use]
    pub fn effects(&self) -> Vec<Call> {
        self.state().effects.clone()
    }

    /// The most that was ever in progress at the same time.
    #[must_use]
    pub fn peak(&self) -> Peak {
        self.state().peak
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One call from its beginning to its end: noted, held up, and made to fail as a test has said.
    async fn call(
        &self,
        step: Step,
        target: &Target,
        undo: bool,
        effect: impl FnOnce() -> Result<Outcome, StepError> + Send,
    ) -> Result<Outcome, StepError> {
        let call = Call { operation: target.operation, step, undo };
        let _at_work = AtWork::begin(self, target.account);
        if let Some(outcome) = self.enter(call).await? {
            return Ok(outcome);
        }
        self.stand_still(call, Point::Before).await;
        if self.state().down {
            return Err(down());
        }
        if !undo {
            self.meet_trouble(step, target)?;
        }
        let before = self.namespaces();
        let outcome = effect();
        if self.namespaces() != before {
            self.state().effects.push(call);
        }
        self.stand_still(call, Point::After).await;
        outcome
    }

    /// Notes the call and meets the fault that was laid for it, if any.
    async fn enter(&self, call: Call) -> Result<Option<Outcome>, StepError> {
        let fault = {
            let mut state = self.state();
            state.calls.push(call);
            if state.down {
                return Err(down());
            }
            state.faults.get_mut(&(call.step.as_str(), call.undo)).and_then(VecDeque::pop_front)
        };
        tokio::time::sleep(self.step_time).await;
        match fault {
            None => Ok(None),
            Some(Fault::Fail { kind, reason }) => Err(StepError::new(kind, reason)),
            Some(Fault::Pending { reason, after }) => Ok(Some(Outcome::Pending { reason, after })),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Panic) => panic!("{} was told to panic", call.step),
        }
    }

    async fn stand_still(&self, call: Call, point: Point) {
        let key = (call.step.as_str(), call.undo, point);
        let gate = self.state().gates.get_mut(&key).and_then(VecDeque::pop_front);
        if let Some(gate) = gate {
            gate.pass().await;
        }
    }
}

fn down() -> StepError {
    StepError::unavailable("the simulated cluster is down")
}

/// Counts a call while it is in progress, also one that is dropped.
struct AtWork<'a> {
    cluster: &'a FakeCluster,
    account: AccountId,
}

impl<'a> AtWork<'a> {
    fn begin(cluster: &'a FakeCluster, account: AccountId) -> Self {
        let mut state = cluster.state();
        state.at_work.push(account);
        let total = state.at_work.len();
        let of_one_account = state.at_work.iter().filter(|other| **other == account).count();
        state.peak.total = state.peak.total.max(total);
        state.peak.of_one_account = state.peak.of_one_account.max(of_one_account);
        drop(state);
        Self { cluster, account }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let at_work = &mut self.cluster.state().at_work;
        if let Some(index) = at_work.iter().position(|account| *account == self.account) {
            at_work.swap_remove(index);
        }
    }
}

#[async_trait]
impl Provisioner for FakeCluster {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        self.call(step, target, false, || self.make(step, target)).await
    }

    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        self.call(step, target, true, || Ok(self.unmake(step, target))).await
    }

    async fn ping(&self) -> Result<(), StepError> {
        if self.state().down { Err(down()) } else { Ok(()) }
    }

    async fn observe(&self) -> Result<Vec<Observed>, StepError> {
        let observed = |(namespace, ns): (&String, &FakeNamespace)| Observed {
            namespace: namespace.clone(),
            uid: ns.uid.to_string(),
            installation: Some(ns.installation),
            store: Some(ns.store),
            terminating: false,
        };
        let state = self.state();
        if state.down {
            return Err(down());
        }
        Ok(state.namespaces.iter().map(observed).collect())
    }

    async fn inspect(&self, target: &Target, _: DateTime<Utc>) -> Result<Option<Inspection>, StepError> {
        let state = self.state();
        if state.down {
            return Err(down());
        }
        let made_anew = state.volumes.get(&target.namespace).is_some_and(|times| *times > 1);
        if self.simulates && !state.seen.contains(&target.namespace) {
            return Ok(Some(Inspection { release: true, ..Inspection::default() }));
        }
        Ok(state.namespaces.get(&target.namespace).map(|ns| Inspection {
            release: ns.releases > 0,
            lost_volumes: if ns.volume && !made_anew && !self.loses_data(target) {
                Vec::new()
            } else {
                vec!["data".to_owned()]
            },
            unready: if ns.unready { vec!["the shop does not answer".to_owned()] } else { Vec::new() },
        }))
    }

    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError> {
        {
            let state = self.state();
            if state.down {
                return Err(down());
            }
            let found = state.namespaces.get(&left_over.namespace);
            if found.is_none_or(|ns| ns.uid.to_string() != left_over.uid) {
                return Ok(Outcome::Unchanged);
            }
        }
        Ok(self.remove_namespace(&left_over.namespace))
    }

    async fn changed(&self) {
        self.changed.notified().await;
    }

    fn name(&self) -> &'static str {
        "simulated"
    }
}
