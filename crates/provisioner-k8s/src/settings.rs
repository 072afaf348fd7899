//! Everything that can differ between two Souks on Kubernetes, in one place.
//!
//! Invariant: every wait and every buffer of this crate takes its limit from here, so there is one
//! page on which to read how long a step can last.

use std::path::PathBuf;
use std::time::Duration;

use souk_domain::id::InstallationId;

use crate::mail::MailServer;

/// How Souk reaches the API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// A kubeconfig file, normally that of Souk's own service account.
    Kubeconfig(PathBuf),
    /// Souk runs in the cluster and uses the token of its pod.
    InCluster,
}

/// The service account that Souk is in the cluster, and what it may bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub namespace: String,
    /// The `ClusterRole` that Souk binds to itself in each store's namespace.
    pub store_role: String,
}

impl Default for Account {
    fn default() -> Self {
        Self { name: "souk".into(), namespace: "souk-system".into(), store_role: "souk-store".into() }
    }
}

/// The stores' chart and the helm that installs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmSettings {
    /// A name that is looked up on `PATH`, or a path.
    pub binary: PathBuf,
    pub chart: PathBuf,
    /// Values of this environment (`values-local.yaml`, `values-vps.yaml`), the later ones winning.
    /// Souk's own values come last of all.
    pub values_files: Vec<PathBuf>,
    /// Where helm keeps its cache and configuration; nothing of the user's own is read.
    pub home: PathBuf,
}

/// The images of a store, as whole references with a tag or digest. Those left out come from the
/// values files.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct StoreImages {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medusa: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postgres: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub woocommerce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mariadb: Option<String>,
}

/// How long each thing may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// One request to the API server.
    pub request: Duration,
    /// The health question that the circuit breaker asks.
    pub ping: Duration,
    /// One run of helm. Less than `pending_release`: a helm that still runs is never mistaken for a dead one.
    pub helm: Duration,
    /// How old a `pending-*` release must be before it counts as left behind by a killed helm: the
    /// 15 s of a lease and 15 s more.
    pub pending_release: Duration,
    /// From the release to every workload ready.
    pub rollout: Duration,
    /// All commands of the setup together.
    pub setup: Duration,
    /// From the first question through the ingress to the last answer.
    pub verify: Duration,
    /// How long one call waits for a namespace to go before it gives the permit back.
    pub namespace_gone: Duration,
    /// How long a new binding may take to reach the API server's authorizer.
    pub binding: Duration,
    /// The pause that a pending outcome asks for.
    pub come_again: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(10),
            ping: Duration::from_secs(3),
            helm: Duration::from_secs(25),
            pending_release: Duration::from_secs(30),
            rollout: Duration::from_mins(4),
            setup: Duration::from_secs(90),
            verify: Duration::from_mins(1),
            namespace_gone: Duration::from_secs(20),
            binding: Duration::from_secs(10),
            come_again: Duration::from_secs(10),
        }
    }
}

/// The settings of the Kubernetes adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesSettings {
    pub installation: InstallationId,
    pub access: Access,
    pub account: Account,
    pub helm: HelmSettings,
    /// `host:port` of the ingress, for clusters whose store hosts do not resolve where Souk runs
    /// (`*.localhost` is for browsers). `None`: the store's own address is asked.
    pub ingress_connect: Option<String>,
    pub images: StoreImages,
    /// Secrets of the account's namespace that hold registry logins, copied into each store's.
    pub image_pull_secrets: Vec<String>,
    /// Takes the mail of the engines that send any; without one they send none, and say so.
    pub mail_server: Option<MailServer>,
    pub limits: Limits,
}

impl KubernetesSettings {
    /// The settings of a local cluster; production sets every field by name.
    #[must_use]
    pub fn new(installation: InstallationId, access: Access, helm: HelmSettings) -> Self {
        Self {
            installation,
            access,
            account: Account::default(),
            helm,
            ingress_connect: None,
            images: StoreImages::default(),
            image_pull_secrets: Vec::new(),
            mail_server: None,
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helm_that_may_still_run_is_never_taken_for_one_that_was_killed() {
        let limits = Limits::default();
        assert!(limits.helm + crate::command::TERMINATE_GRACE <= limits.pending_release);
    }
}
