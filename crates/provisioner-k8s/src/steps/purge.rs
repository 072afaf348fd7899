//! Removes every namespace of a store, and waits until they and their volumes are gone.

use k8s_openapi::api::core::v1::{Namespace, PersistentVolume};
use kube::Api;
use kube::api::ListParams;
use souk_provisioner::{Outcome, StepError, Target};

use crate::client::is_forbidden;
use crate::{KubernetesProvisioner, error, steps};

/// Volumes that one look reads at most.
const MAX_VOLUMES: u32 = 5_000;

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let namespaces = steps::uninstall::namespaces(k8s, target).await?;
    let found_some = !namespaces.is_empty();
    // Side by side: each waits for the cluster, none for another.
    let removals = namespaces.iter().map(|namespace: &Namespace| steps::namespace::remove(k8s, namespace));
    for outcome in futures::future::try_join_all(removals).await? {
        if matches!(outcome, Outcome::Pending { .. }) {
            return Ok(outcome);
        }
    }
    if let Some(reason) = volumes_left(k8s, target).await? {
        return Ok(Outcome::Pending { reason, after: k8s.settings.limits.come_again });
    }
    Ok(if found_some { Outcome::Done } else { Outcome::Unchanged })
}

/// A delete has nothing to go back to.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}

/// Names the volumes of the store that its storage class has yet to remove. Where Souk may not read
/// volumes (an installation can decide so), the namespace's end is all that can be known.
async fn volumes_left(k8s: &KubernetesProvisioner, target: &Target) -> Result<Option<String>, StepError> {
    let api: Api<PersistentVolume> = k8s.cluster.all();
    let volumes = match k8s.cluster.attempt(api.list(&ListParams::default().limit(MAX_VOLUMES))).await? {
        Ok(volumes) => volumes,
        Err(error) if is_forbidden(&error) => return Ok(None),
        Err(error) => return Err(error::api("look for the store's volumes", error)),
    };
    let family = attempts_prefix(&target.namespace);
    let left: Vec<String> = volumes
        .items
        .into_iter()
        .filter(|volume| is_left_of(volume, family))
        .filter_map(|volume| volume.metadata.name)
        .collect();
    Ok((!left.is_empty()).then(|| format!("the storage has yet to remove {}", left.join(", "))))
}

/// `store-shop-x7k2mq-` of `store-shop-x7k2mq-3`: what the namespaces of all attempts begin with.
fn attempts_prefix(namespace: &str) -> &str {
    namespace.rfind('-').map_or(namespace, |dash| &namespace[..=dash])
}

/// Whether it held data of a namespace that begins so, and its class says that it goes with its claim.
fn is_left_of(volume: &PersistentVolume, family: &str) -> bool {
    let Some(spec) = &volume.spec else { return false };
    let namespace = spec.claim_ref.as_ref().and_then(|claim| claim.namespace.as_deref()).unwrap_or_default();
    let attempt = namespace.strip_prefix(family).unwrap_or_default();
    let is_family = !attempt.is_empty() && attempt.bytes().all(|byte| byte.is_ascii_digit());
    is_family && spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_api::{FakeApi, Scenario, target};

    #[tokio::test]
    async fn every_attempt_of_the_store_goes_and_nothing_of_anybody_else() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, first) = (api.provisioner(), target());
        let mut second = first.clone();
        second.namespace = first.namespace.replace("-1", "-2");
        let mut other = first.clone();
        other.namespace = "store-other-aaaaaa-1".to_owned();
        other.store = crate::fake_api::store_id(9);
        for target in [&first, &second, &other] {
            steps::namespace::run(&k8s, target).await.unwrap();
        }
        assert_eq!(run(&k8s, &second).await.unwrap(), Outcome::Done);
        assert!(api.namespace(&first.namespace).is_none() && api.namespace(&second.namespace).is_none());
        assert!(api.namespace(&other.namespace).is_some());
        assert_eq!(run(&k8s, &second).await.unwrap(), Outcome::Unchanged);
    }

    #[tokio::test]
    async fn a_volume_that_is_still_there_keeps_the_purge_pending_after_the_namespace_has_gone() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        api.put("persistentvolumes", "", "pvc-1", serde_json::json!({"spec": {
            "persistentVolumeReclaimPolicy": "Delete", "claimRef": {"namespace": target.namespace, "name": "data"},
        }}));
        let outcome = run(&k8s, &target).await.unwrap();
        assert!(
            matches!(&outcome, Outcome::Pending { reason, .. } if reason.contains("pvc-1")),
            "{outcome:?}"
        );
        api.remove("persistentvolumes", "", "pvc-1");
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Unchanged);
    }

    #[tokio::test]
    async fn volumes_that_souk_may_not_see_do_not_hold_it_up() {
        let api = FakeApi::new(Scenario::VolumesAreHidden);
        assert_eq!(run(&api.provisioner(), &target()).await.unwrap(), Outcome::Unchanged);
    }

    #[test]
    fn only_volumes_of_the_stores_own_attempts_that_go_with_their_claim_count() {
        let volume = |namespace: &str, policy: &str| -> PersistentVolume {
            serde_json::from_value(serde_json::json!({"metadata": {"name": "v"}, "spec": {
                "persistentVolumeReclaimPolicy": policy, "claimRef": {"namespace": namespace},
            }}))
            .unwrap()
        };
        let family = attempts_prefix("store-shop-x7k2mq-12");
        assert_eq!(family, "store-shop-x7k2mq-");
        assert!(is_left_of(&volume("store-shop-x7k2mq-3", "Delete"), family));
        assert!(!is_left_of(&volume("store-shop-x7k2mq-3", "Retain"), family));
        assert!(!is_left_of(&volume("store-shop-x7k2mq-3-b", "Delete"), family));
        assert!(!is_left_of(&volume("store-other-x7k2mq-3", "Delete"), family));
    }
}
