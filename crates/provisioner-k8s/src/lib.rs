//! Makes stores on Kubernetes: the adapter behind the port of `souk-provisioner`.
//!
//! Architecture invariant: nothing here knows the database, the queue or HTTP routes, and nothing
//! outside this crate names Kubernetes or helm. Each step is a file under `steps/` with its `run` and
//! its `undo` side by side. Whatever kills Souk half way, the next run of the same step finishes or
//! removes what was begun; no step relies on what an earlier call kept in memory.

pub mod access;
mod changes;
mod client;
pub mod command;
mod digest;
mod engines;
mod error;
mod exec;
#[cfg(test)]
mod fake_store;
mod helm;
#[cfg(test)]
mod hostile;
mod ingress;
mod inspect;
mod labels;
mod logs;
pub mod mail;
mod manifest;
mod rollout;
pub mod settings;
mod steps;
mod values;
mod volumes;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use k8s_openapi::api::core::v1::Namespace;
use kube::api::ListParams;
use souk_domain::clock::{Clock, SystemClock};
use souk_domain::operation::Step;
use souk_provisioner::{ErrorKind, Inspection, Observed, Outcome, Provisioner, StepError, Target};

use changes::Changes;
pub use client::{Cluster, ConnectError};
pub use error::operator_text;
use helm::Helm;
pub use settings::KubernetesSettings;

/// Namespaces that one page of `observe` asks for.
const OBSERVE_PAGE: u32 = 500;
/// Pages that `observe` reads at most: 50,000 stores.
const OBSERVE_PAGES: usize = 100;

/// Makes and removes stores in one cluster, as Souk's own service account there.
#[derive(Debug)]
pub struct KubernetesProvisioner {
    settings: KubernetesSettings,
    cluster: Cluster,
    helm: Helm,
    changes: Changes,
    clock: Arc<dyn Clock>,
}

impl KubernetesProvisioner {
    /// Reads the configuration of the cluster. Asks the cluster nothing: whether it answers is what
    /// `ping` finds out, again and again.
    pub async fn connect(settings: KubernetesSettings) -> Result<Self, ConnectError> {
        let cluster = Cluster::connect(&settings.access, settings.limits.request).await?;
        Ok(Self::new(settings, cluster, Arc::new(SystemClock)))
    }

    #[must_use]
    pub fn new(settings: KubernetesSettings, cluster: Cluster, clock: Arc<dyn Clock>) -> Self {
        let helm = Helm::new(settings.helm.clone(), &settings.access, settings.limits.helm);
        Self { settings, cluster, helm, changes: Changes::default(), clock }
    }

    /// Whether helm is there and new enough: `(major, minor)`.
    pub async fn helm_version(&self) -> Result<(u32, u32), StepError> {
        self.helm.version().await
    }

    /// Why a step inside the namespace failed: each part of one that is being removed fails in a way of
    /// its own (a right that is missing, a pod that is gone), and the removal is the reason for them all.
    async fn explain(&self, target: &Target, error: StepError) -> StepError {
        match steps::namespace::require(self, target).await {
            Err(reason) if reason.kind == ErrorKind::Permanent && error.kind != ErrorKind::Unavailable => {
                reason.caused_by(error)
            }
            _ => error,
        }
    }
}

#[async_trait]
impl Provisioner for KubernetesProvisioner {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        if works_inside(step) {
            steps::namespace::require(self, target).await?;
        }
        let result = match step {
            Step::Namespace => steps::namespace::run(self, target).await,
            Step::Secrets => steps::secrets::run(self, target).await,
            Step::Release => steps::release::run(self, target).await,
            Step::Rollout => steps::rollout::run(self, target).await,
            Step::Setup => steps::setup::run(self, target).await,
            Step::Verify => steps::verify::run(self, target).await,
            Step::Uninstall => steps::uninstall::run(self, target).await,
            Step::Purge => steps::purge::run(self, target).await,
            Step::Publish | Step::Drain => {
                Err(StepError::permanent(format!("{step} is the worker's own step")))
            }
        };
        match result {
            Err(error) if works_inside(step) => Err(self.explain(target, error).await),
            result => result,
        }
    }

    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        match step {
            Step::Namespace => steps::namespace::undo(self, target).await,
            Step::Secrets => Ok(steps::secrets::undo()),
            Step::Release => steps::release::undo(self, target).await,
            Step::Rollout => Ok(steps::rollout::undo()),
            Step::Setup => Ok(steps::setup::undo()),
            Step::Verify => Ok(steps::verify::undo()),
            Step::Uninstall => Ok(steps::uninstall::undo()),
            Step::Purge => Ok(steps::purge::undo()),
            Step::Publish | Step::Drain => {
                Err(StepError::permanent(format!("{step} is the worker's own step")))
            }
        }
    }

    async fn ping(&self) -> Result<(), StepError> {
        let version = self.cluster.client();
        match tokio::time::timeout(self.settings.limits.ping, version.apiserver_version()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error::api("ask the cluster for its version", error)),
            Err(elapsed) => Err(StepError::unavailable("the cluster does not answer").caused_by(elapsed)),
        }
    }

    async fn observe(&self) -> Result<Vec<Observed>, StepError> {
        let api: kube::Api<Namespace> = self.cluster.all();
        let mut params = ListParams::default()
            .labels(&format!("{}={}", labels::MANAGED_BY, labels::SOUK))
            .limit(OBSERVE_PAGE);
        let mut observed = Vec::new();
        for _ in 0..OBSERVE_PAGES {
            let page = self.cluster.ask("list the stores' namespaces", api.list(&params)).await?;
            let next = page.metadata.continue_.clone().filter(|token| !token.is_empty());
            observed.extend(page.items.iter().map(observe));
            match next {
                Some(token) => params = params.continue_token(&token),
                None => return Ok(observed),
            }
        }
        Err(StepError::permanent("the cluster holds more namespaces of stores than Souk can look after"))
    }

    async fn inspect(
        &self,
        target: &Target,
        ready_at: DateTime<Utc>,
    ) -> Result<Option<Inspection>, StepError> {
        inspect::inspect(self, target, ready_at).await
    }

    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError> {
        steps::namespace::remove_observed(self, left_over).await
    }

    async fn changed(&self) {
        self.changes.next(self).await;
    }

    fn name(&self) -> &'static str {
        "kubernetes"
    }
}

/// Whether the step needs the attempt's namespace, made by an earlier one.
const fn works_inside(step: Step) -> bool {
    match step {
        Step::Secrets | Step::Release | Step::Rollout | Step::Setup | Step::Verify => true,
        Step::Namespace | Step::Uninstall | Step::Purge | Step::Publish | Step::Drain => false,
    }
}

fn observe(namespace: &Namespace) -> Observed {
    Observed {
        namespace: namespace.metadata.name.clone().unwrap_or_default(),
        uid: namespace.metadata.uid.clone().unwrap_or_default(),
        installation: labels::id(namespace, labels::INSTALLATION),
        store: labels::id(namespace, labels::STORE),
        terminating: namespace.metadata.deletion_timestamp.is_some(),
    }
}

#[cfg(test)]
mod fake_api;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_api::{FakeApi, Scenario, target};

    #[tokio::test]
    async fn a_step_that_fails_since_its_namespace_is_being_removed_says_so() {
        let refused = || StepError::transient("Souk lacks a right in the cluster");
        let target = target();
        let healthy = FakeApi::new(Scenario::Healthy).provisioner();
        steps::namespace::run(&healthy, &target).await.unwrap();
        let error = healthy.explain(&target, refused()).await;
        assert_eq!(error.reason, refused().reason, "the control: the namespace is there");

        let held = FakeApi::new(Scenario::HeldByFinalizer).provisioner();
        steps::namespace::run(&held, &target).await.unwrap();
        steps::namespace::undo(&held, &target).await.unwrap();
        let error = held.explain(&target, refused()).await;
        assert!(error.reason.contains("is being removed"), "{error}");

        let gone = FakeApi::new(Scenario::Healthy).provisioner();
        let error = gone.explain(&target, refused()).await;
        assert_eq!(error.kind, ErrorKind::Permanent);
        assert!(error.reason.contains("is gone"), "{error}");
        assert!(operator_text(&error).contains("lacks a right"), "the operator sees the cause");

        let away = StepError::unavailable("the cluster does not answer");
        assert_eq!(gone.explain(&target, away).await.kind, ErrorKind::Unavailable);
    }
}
