//! What each step makes in the fake cluster, and how that is removed.

use std::time::Duration;

use souk_domain::host::is_earlier_attempt;
use souk_domain::operation::Step;

use super::{FakeCluster, FakeNamespace};
use crate::{Outcome, StepError, Target};

impl FakeCluster {
    pub(super) fn make(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
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
                    opened_with: None,
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
                ns.opened_with.get_or_insert(target.options);
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

    pub(super) fn unmake(&self, step: Step, target: &Target) -> Outcome {
        match step {
            Step::Namespace => self.remove_namespace(&target.namespace),
            Step::Release => {
                if let Some(namespace) = self.state().namespaces.get_mut(&target.namespace) {
                    namespace.releases = 0;
                }
                Outcome::Done
            }
            _ => Outcome::Unchanged,
        }
    }

    /// Removes one namespace, unless it is held.
    pub(super) fn remove_namespace(&self, namespace: &str) -> Outcome {
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
