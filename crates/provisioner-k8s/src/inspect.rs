//! What is there of a store that should be whole.
//!
//! Invariant: nothing here changes the cluster.

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::runtime::{WatchStreamExt as _, watcher};
use souk_provisioner::{Inspection, StepError, Target};

use crate::{KubernetesProvisioner, labels};

pub async fn inspect(
    k8s: &KubernetesProvisioner,
    target: &Target,
    ready_at: DateTime<Utc>,
) -> Result<Option<Inspection>, StepError> {
    match k8s.cluster.own_namespace(target).await? {
        Some(namespace) if namespace.metadata.deletion_timestamp.is_none() => {}
        _ => return Ok(None),
    }
    let _ = ready_at;
    todo!("the adapter's half of the reconciler")
}

/// Returns at the first change of a namespace of this installation.
pub async fn changed(k8s: &KubernetesProvisioner) {
    let api: Api<Namespace> = k8s.cluster.all();
    let config =
        watcher::Config::default().labels(&format!("{}={}", labels::INSTALLATION, k8s.settings.installation));
    let _ = watcher(api, config).default_backoff().touched_objects().next().await;
}
