//! The store's Helm release.

use souk_provisioner::{Outcome, StepError, Target};

use crate::digest::Digest;
use crate::helm::{Plan, Revision, plan};
use crate::values::Values;
use crate::{KubernetesProvisioner, client, inspect};

/// A half-made release is first taken back, then made: two rounds, and one to see that it is done.
const MAX_ROUNDS: usize = 3;

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let values = Values::of(&k8s.settings, target).to_json()?;
    let digest = digest(k8s, &values).await?;
    for _ in 0..MAX_ROUNDS {
        let history = k8s.helm.history(&target.namespace).await?;
        match next(k8s, target, &history, &digest).await? {
            Plan::Nothing => return Ok(Outcome::Unchanged),
            Plan::Upgrade => {
                k8s.helm.upgrade(&target.namespace, values, &digest).await?;
                return Ok(Outcome::Done);
            }
            Plan::Wait(after) => {
                let reason = "an earlier change of the store may still be under way".to_owned();
                return Ok(Outcome::Pending { reason, after });
            }
            Plan::Rollback(revision) => k8s.helm.rollback(&target.namespace, revision).await?,
            Plan::Uninstall => {
                k8s.helm.uninstall(&target.namespace).await?;
            }
        }
    }
    Err(StepError::transient("the store's release does not settle"))
}

/// Uninstalls the release. Volumes stay (the chart keeps them) until the namespace goes.
pub async fn undo(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    match k8s.cluster.own_namespace(target).await? {
        Some(namespace) => remove(k8s, &namespace).await,
        None => Ok(Outcome::Unchanged),
    }
}

/// Uninstalls the release of a namespace whose labels the caller has checked.
pub async fn remove(
    k8s: &KubernetesProvisioner,
    namespace: &k8s_openapi::api::core::v1::Namespace,
) -> Result<Outcome, StepError> {
    let Some(name) = namespace.metadata.name.as_deref() else { return Ok(Outcome::Unchanged) };
    if namespace.metadata.deletion_timestamp.is_some() {
        // The cluster removes everything in it already; helm could write nothing there.
        return Ok(Outcome::Unchanged);
    }
    match k8s.helm.uninstall(name).await {
        Ok(true) => Ok(Outcome::Done),
        Ok(false) => Ok(Outcome::Unchanged),
        // Without its binding Souk cannot look inside: the attempt ended before the binding was made.
        Err(_) if !client::may_use(k8s, name).await? => Ok(Outcome::Unchanged),
        Err(error) => Err(error),
    }
}

/// helm's history does not know what somebody removed since. The same release once more brings it back:
/// helm makes what its manifest names and the namespace lacks.
async fn next(
    k8s: &KubernetesProvisioner,
    target: &Target,
    history: &[Revision],
    digest: &Digest,
) -> Result<Plan, StepError> {
    match plan(history, digest, k8s.clock.now(), k8s.settings.limits.pending_release) {
        Plan::Nothing => {
            let missing = Box::pin(inspect::missing(k8s, &target.namespace)).await?;
            Ok(if missing.is_none_or(|missing| missing.is_empty()) { Plan::Nothing } else { Plan::Upgrade })
        }
        plan => Ok(plan),
    }
}

async fn digest(k8s: &KubernetesProvisioner, values: &[u8]) -> Result<Digest, StepError> {
    let (chart, files) = (k8s.helm.chart().to_owned(), k8s.helm.values_files().to_owned());
    let values = values.to_owned();
    let read = tokio::task::spawn_blocking(move || Digest::of_release(&chart, &files, &values)).await;
    let read = read.map_err(|error| {
        StepError::transient("the store's chart was not read to its end").caused_by(error)
    })?;
    read.map_err(|error| {
        StepError::permanent("the store's chart cannot be read")
            .advice("The operator should check the setting of the chart's path")
            .caused_by(error)
    })
}
