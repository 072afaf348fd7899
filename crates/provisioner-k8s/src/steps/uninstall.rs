//! Removes the Helm release of every attempt at a store.

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::ListParams;
use souk_provisioner::{Outcome, StepError, Target};

use crate::{KubernetesProvisioner, labels, steps};

/// Attempts whose namespaces may be there at once; each failed one is removed before the next, so
/// more than a few means that something is wrong, and a delete goes on page by page anyway.
const MAX_NAMESPACES: u32 = 100;

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let mut outcome = Outcome::Unchanged;
    for namespace in namespaces(k8s, target).await? {
        if steps::release::remove(k8s, &namespace).await? == Outcome::Done {
            outcome = Outcome::Done;
        }
    }
    Ok(outcome)
}

/// A delete has nothing to go back to.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}

/// Every namespace of the store, whichever attempt made it, by this installation's labels alone.
pub async fn namespaces(k8s: &KubernetesProvisioner, target: &Target) -> Result<Vec<Namespace>, StepError> {
    let api: Api<Namespace> = k8s.cluster.all();
    let params = ListParams::default()
        .labels(&labels::selector(target.installation, target.store))
        .limit(MAX_NAMESPACES);
    let page = k8s.cluster.ask("list the store's namespaces", api.list(&params)).await?;
    // A selector is a request to the server; the answer is checked all the same before anything is removed.
    Ok(page.items.into_iter().filter(|namespace| labels::belongs_to(namespace, target)).collect())
}
