//! Proves that the store sells and is fenced in, before anybody is told that it is ready.

use k8s_openapi::api::core::v1::{LimitRange, ResourceQuota};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kube::Api;
use kube::api::ListParams;
use souk_provisioner::{Outcome, StepError, Target};
use tokio::time::{Duration, Instant, sleep};

use crate::ingress::Visitor;
use crate::{KubernetesProvisioner, engines, steps};

/// The ingress controller learns of a new store a moment after its pods are ready.
const ASK_AGAIN: Duration = Duration::from_millis(200);

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    fences(k8s, target).await?;
    let secrets = steps::secrets::of(target)?;
    let visitor = Visitor::new(target, k8s.settings.ingress_connect.as_deref()).await?;
    let deadline = Instant::now() + k8s.settings.limits.verify;
    loop {
        let error = match engines::flaw(target.engine, &visitor, secrets, &target.url).await {
            Ok(None) => return Ok(Outcome::Done),
            Ok(Some(flaw)) => StepError::transient(format!("the shop does not sell yet: {flaw}")),
            Err(error) => {
                StepError::transient("the shop does not answer through the ingress").caused_by(error)
            }
        };
        if Instant::now() >= deadline {
            return Err(error.advice("Try the store again; if it stays so, ask the operator"));
        }
        sleep(ASK_AGAIN).await;
    }
}

/// Nothing was made.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}

/// Quota, limit range and network policies are there: without them a store would sell, and reach
/// into others.
async fn fences(k8s: &KubernetesProvisioner, target: &Target) -> Result<(), StepError> {
    let quotas: Api<ResourceQuota> = k8s.cluster.namespaced(&target.namespace);
    let limits: Api<LimitRange> = k8s.cluster.namespaced(&target.namespace);
    let policies: Api<NetworkPolicy> = k8s.cluster.namespaced(&target.namespace);
    let (one, all) = (ListParams::default().limit(1), ListParams::default());
    let what = "look for the store's limits and policies";
    let (quotas, limits, policies) = futures::try_join!(
        k8s.cluster.ask(what, quotas.list(&one)),
        k8s.cluster.ask(what, limits.list(&one)),
        k8s.cluster.ask(what, policies.list(&all)),
    )?;
    let missing = [
        (quotas.items.is_empty(), "a resource quota"),
        (limits.items.is_empty(), "a limit range"),
        (!policies.items.iter().any(denies_all), "a network policy that denies everything by default"),
    ];
    match missing.iter().find(|(missing, _)| *missing) {
        Some((_, what)) => Err(StepError::permanent(format!("the store lacks {what}"))
            .advice("The operator should check the stores' chart and its values")),
        None => Ok(()),
    }
}

/// It selects every pod, both directions, and allows nothing.
fn denies_all(policy: &NetworkPolicy) -> bool {
    let Some(spec) = &policy.spec else { return false };
    let every_pod = spec
        .pod_selector
        .as_ref()
        .is_none_or(|pods| pods.match_labels.is_none() && pods.match_expressions.is_none());
    let both = ["Ingress", "Egress"]
        .iter()
        .all(|kind| spec.policy_types.iter().flatten().any(|found| found == kind));
    let nothing =
        spec.ingress.iter().flatten().next().is_none() && spec.egress.iter().flatten().next().is_none();
    every_pod && both && nothing
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fake_api::{FakeApi, Scenario, target};

    #[tokio::test]
    async fn a_store_without_one_of_its_fences_is_never_ready() {
        let deny = json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}});
        let fences = [
            ("resourcequotas", json!({}), "a resource quota"),
            ("limitranges", json!({}), "a limit range"),
            ("networkpolicies", deny, "a network policy"),
        ];
        let (api, target) = (FakeApi::new(Scenario::Healthy), target());
        let k8s = api.provisioner();
        for (resource, object, _) in &fences {
            api.put(resource, &target.namespace, "store", object.clone());
        }
        super::fences(&k8s, &target).await.unwrap();
        for (resource, object, name) in &fences {
            api.remove(resource, &target.namespace, "store");
            let error = super::fences(&k8s, &target).await.unwrap_err();
            assert!(error.reason.contains(name), "{error}");
            api.put(resource, &target.namespace, "store", object.clone());
        }
    }

    #[test]
    fn only_a_policy_for_every_pod_and_both_directions_that_allows_nothing_denies_all() {
        let policy = |spec| serde_json::from_value::<NetworkPolicy>(json!({"spec": spec})).unwrap();
        assert!(denies_all(&policy(json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}))));
        for weaker in [
            json!({"podSelector": {"matchLabels": {"a": "b"}}, "policyTypes": ["Ingress", "Egress"]}),
            json!({"podSelector": {}, "policyTypes": ["Ingress"]}),
            json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{}]}),
        ] {
            assert!(!denies_all(&policy(weaker.clone())), "{weaker}");
        }
    }
}
