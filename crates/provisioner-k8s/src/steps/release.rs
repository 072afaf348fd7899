//! The store's Helm release.

use std::time::Duration;

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
                let Err(error) = k8s.helm.upgrade(&target.namespace, values, &digest).await else {
                    return Ok(Outcome::Done);
                };
                take_back(k8s, target, &digest).await;
                return Err(error);
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

/// Takes back what a helm left half made whose end this very call has seen: nobody is at work on it any
/// more, so the next try need not wait until it looks abandoned. What does not succeed here waits for that.
async fn take_back(k8s: &KubernetesProvisioner, target: &Target, digest: &Digest) {
    let Ok(history) = k8s.helm.history(&target.namespace).await else { return };
    let taken_back = match plan(&history, digest, k8s.clock.now(), Duration::ZERO) {
        Plan::Rollback(revision) => k8s.helm.rollback(&target.namespace, revision).await,
        Plan::Uninstall => k8s.helm.uninstall(&target.namespace).await.map(drop),
        Plan::Nothing | Plan::Upgrade | Plan::Wait(_) => return,
    };
    match taken_back {
        Ok(()) => tracing::info!("what helm had left half made is taken back"),
        Err(error) => tracing::warn!(%error, "what helm left half made could not be taken back yet"),
    }
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;
    use crate::fake_api::{FakeApi, Scenario, settings, target};

    /// Keeps its history in a file. The first install is killed half way, as by an operator or for want of memory.
    const HELM: &str = r#"#!/bin/sh
echo "$1" >> "$HOME/calls"
revision() {
    echo "[{\"revision\":1,\"updated\":\"$(date --utc +%FT%TZ)\",\"status\":\"$1\",\"description\":\"$2\"}]"
}
case "$1" in
history)
    [ -e "$HOME/history" ] || { echo "Error: release: not found" >&2; exit 1; }
    cat "$HOME/history" ;;
upgrade)
    revision pending-install "" > "$HOME/history"
    [ -e "$HOME/killed" ] || { touch "$HOME/killed"; kill -9 $$; }
    revision deployed "$9" > "$HOME/history" ;;
uninstall) rm "$HOME/history" ;;
esac
"#;

    fn calls(home: &Path) -> String {
        std::fs::read_to_string(home.join("calls")).unwrap().replace('\n', " ")
    }

    #[tokio::test]
    async fn what_a_killed_helm_left_is_taken_back_at_once_by_the_call_that_saw_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        let mut settings = settings();
        settings.helm.binary = home.join("helm");
        settings.helm.home.clone_from(&home);
        settings.helm.chart = home.join("chart");
        std::fs::create_dir(&settings.helm.chart).unwrap();
        std::fs::write(settings.helm.chart.join("Chart.yaml"), "name: a\n").unwrap();
        std::fs::write(&settings.helm.binary, HELM).unwrap();
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&settings.helm.binary, mode).unwrap();
        let k8s = FakeApi::new(Scenario::Healthy).provisioner_with(settings);

        let error = run(&k8s, &target()).await.unwrap_err();
        assert_eq!(error.kind, souk_provisioner::ErrorKind::Transient, "{error}");
        assert_eq!(calls(&home), "history upgrade history history uninstall ");
        assert_eq!(run(&k8s, &target()).await.unwrap(), Outcome::Done, "without any wait");
        assert_eq!(run(&k8s, &target()).await.unwrap(), Outcome::Unchanged);
    }
}
