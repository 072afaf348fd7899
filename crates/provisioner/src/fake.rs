//! A cluster in memory: for fast tests, and for `--cluster simulated`.
//!
//! It keeps what each step makes, so a test can ask what is left over, and it fails where and how a
//! test tells it to. It never pretends to be anything else: `name()` is `simulated`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use souk_domain::host::is_earlier_attempt;
use souk_domain::id::{InstallationId, OperationId, StoreId};
use souk_domain::operation::Step;
use tokio::sync::Notify;

use crate::{ErrorKind, Inspection, Observed, Outcome, Provisioner, StepError, Target};

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
}

/// One call that reached the fake, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub operation: OperationId,
    pub step: Step,
    pub undo: bool,
}

#[derive(Debug, Default)]
struct State {
    namespaces: BTreeMap<String, FakeNamespace>,
    /// Faults by step and direction, each used once, first come first used.
    faults: BTreeMap<(&'static str, bool), VecDeque<Fault>>,
    /// Namespaces that a finalizer holds: purge stays pending until it is lifted.
    held: BTreeSet<String>,
    calls: Vec<Call>,
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
    /// Whether what an earlier process made counts as there.
    remembers_nothing: bool,
    changed: Notify,
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
    /// not make counts as whole: else a restart would look as if all data had been lost.
    #[must_use]
    pub fn simulation(step_time: Duration) -> Self {
        Self { step_time, remembers_nothing: true, ..Self::default() }
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the call and meets the fault that was laid for it, if any.
    async fn enter(&self, step: Step, target: &Target, undo: bool) -> Result<Option<Outcome>, StepError> {
        let fault = {
            let mut state = self.state();
            state.calls.push(Call { operation: target.operation, step, undo });
            if state.down {
                return Err(StepError::unavailable("the simulated cluster is down"));
            }
            state.faults.get_mut(&(step.as_str(), undo)).and_then(VecDeque::pop_front)
        };
        tokio::time::sleep(self.step_time).await;
        match fault {
            None => Ok(None),
            Some(Fault::Fail { kind, reason }) => Err(StepError::new(kind, reason)),
            Some(Fault::Pending { reason, after }) => Ok(Some(Outcome::Pending { reason, after })),
            Some(Fault::Hang) => std::future::pending().await,
        }
    }

    /// Removes one namespace, unless it is held.
    fn remove_namespace(&self, namespace: &str) -> Outcome {
        let mut state = self.state();
        if state.held.contains(namespace) {
            return Outcome::Pending {
                reason: format!("namespace {namespace} is held by a finalizer"),
                after: Duration::from_secs(5),
            };
        }
        if state.namespaces.remove(namespace).is_some() { Outcome::Done } else { Outcome::Unchanged }
    }

    fn with_namespace(
        &self,
        target: &Target,
        change: impl FnOnce(&mut FakeNamespace) -> Outcome,
    ) -> Result<Outcome, StepError> {
        match self.state().namespaces.get_mut(&target.namespace) {
            Some(namespace) => Ok(change(namespace)),
            None => Err(StepError::permanent(format!("namespace {} is not there", target.namespace))),
        }
    }

    fn namespaces_of(&self, target: &Target) -> Vec<String> {
        let ours = |(name, ns): (&String, &FakeNamespace)| {
            (ns.store == target.store && ns.installation == target.installation).then(|| name.clone())
        };
        self.state().namespaces.iter().filter_map(ours).collect()
    }
}

#[async_trait]
impl Provisioner for FakeCluster {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        if let Some(outcome) = self.enter(step, target, false).await? {
            return Ok(outcome);
        }
        match step {
            Step::Namespace => {
                for earlier in self.namespaces_of(target) {
                    if is_earlier_attempt(&earlier, &target.namespace)
                        && let pending @ Outcome::Pending { .. } = self.remove_namespace(&earlier)
                    {
                        return Ok(pending);
                    }
                }
                let mut state = self.state();
                state.seen.insert(target.namespace.clone());
                if state.namespaces.contains_key(&target.namespace) {
                    return Ok(Outcome::Unchanged);
                }
                state.made += 1;
                let namespace = FakeNamespace {
                    uid: state.made,
                    installation: target.installation,
                    store: target.store,
                    secrets: false,
                    releases: 0,
                    set_up: false,
                    volume: false,
                    unready: false,
                };
                state.namespaces.insert(target.namespace.clone(), namespace);
                Ok(Outcome::Done)
            }
            Step::Secrets => {
                if target.secrets.is_none() {
                    return Err(StepError::permanent("the secrets of this attempt are missing"));
                }
                self.with_namespace(target, |ns| {
                    if std::mem::replace(&mut ns.secrets, true) { Outcome::Unchanged } else { Outcome::Done }
                })
            }
            Step::Release => {
                let mut made_volume = false;
                let outcome = self.with_namespace(target, |ns| {
                    if ns.releases > 0 {
                        return Outcome::Unchanged;
                    }
                    ns.releases += 1;
                    made_volume = !std::mem::replace(&mut ns.volume, true);
                    Outcome::Done
                });
                if made_volume {
                    *self.state().volumes.entry(target.namespace.clone()).or_default() += 1;
                }
                outcome
            }
            Step::Setup => self.with_namespace(target, |ns| {
                if std::mem::replace(&mut ns.set_up, true) { Outcome::Unchanged } else { Outcome::Done }
            }),
            Step::Rollout | Step::Verify => self.with_namespace(target, |_| Outcome::Done),
            Step::Uninstall => {
                let mut state = self.state();
                for namespace in state.namespaces.values_mut().filter(|ns| ns.store == target.store) {
                    namespace.releases = 0;
                }
                Ok(Outcome::Done)
            }
            Step::Purge => {
                let mut worst = Outcome::Unchanged;
                for namespace in self.namespaces_of(target) {
                    match self.remove_namespace(&namespace) {
                        pending @ Outcome::Pending { .. } => return Ok(pending),
                        outcome => worst = outcome,
                    }
                }
                Ok(worst)
            }
            Step::Publish | Step::Drain => {
                Err(StepError::permanent(format!("{step} is the worker's own step")))
            }
        }
    }

    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        if let Some(outcome) = self.enter(step, target, true).await? {
            return Ok(outcome);
        }
        match step {
            Step::Namespace => Ok(self.remove_namespace(&target.namespace)),
            Step::Release => {
                if let Some(namespace) = self.state().namespaces.get_mut(&target.namespace) {
                    namespace.releases = 0;
                }
                Ok(Outcome::Done)
            }
            _ => Ok(Outcome::Unchanged),
        }
    }

    async fn ping(&self) -> Result<(), StepError> {
        if self.state().down { Err(StepError::unavailable("the simulated cluster is down")) } else { Ok(()) }
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
            return Err(StepError::unavailable("the simulated cluster is down"));
        }
        Ok(state.namespaces.iter().map(observed).collect())
    }

    async fn inspect(&self, target: &Target, _: DateTime<Utc>) -> Result<Option<Inspection>, StepError> {
        let state = self.state();
        if state.down {
            return Err(StepError::unavailable("the simulated cluster is down"));
        }
        let made_anew = state.volumes.get(&target.namespace).is_some_and(|times| *times > 1);
        if self.remembers_nothing && !state.seen.contains(&target.namespace) {
            return Ok(Some(Inspection { release: true, ..Inspection::default() }));
        }
        Ok(state.namespaces.get(&target.namespace).map(|ns| Inspection {
            release: ns.releases > 0,
            lost_volumes: if ns.volume && !made_anew { Vec::new() } else { vec!["data".to_owned()] },
            unready: if ns.unready { vec!["the shop does not answer".to_owned()] } else { Vec::new() },
        }))
    }

    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError> {
        {
            let state = self.state();
            if state.down {
                return Err(StepError::unavailable("the simulated cluster is down"));
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
