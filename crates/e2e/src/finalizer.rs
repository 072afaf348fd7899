//! Finalizers that nobody of Souk's put there, and that hold a namespace.

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;

use crate::cluster::admin;

/// On an object inside the namespace.
pub const INSIDE: &str = "souk-e2e.example.com/inside";
/// On the namespace itself.
pub const ITSELF: &str = "souk-e2e.example.com/itself";
const OBJECT: &str = "held";

/// Puts an object into the namespace that does not go before [`lift_inside`].
///
/// # Panics
/// When the API server refuses.
pub async fn hold_inside(namespace: &str) {
    let objects: Api<ConfigMap> = Api::namespaced(admin().await, namespace);
    let object = json!({ "metadata": { "name": OBJECT, "finalizers": [INSIDE] } });
    let object = serde_json::from_value(object).unwrap_or_else(|error| panic!("{error}"));
    let made = objects.create(&PostParams::default(), &object).await;
    made.unwrap_or_else(|error| panic!("holding {namespace}: {error}"));
}

/// # Panics
/// When the API server refuses.
pub async fn hold_itself(namespace: &str) {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": [ITSELF] } }));
    let held = namespaces.patch(namespace, &PatchParams::default(), &patch).await;
    held.unwrap_or_else(|error| panic!("holding {namespace}: {error}"));
}

/// # Panics
/// When the API server refuses.
pub async fn lift_inside(namespace: &str) {
    let objects: Api<ConfigMap> = Api::namespaced(admin().await, namespace);
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
    tolerate_absence(objects.patch(OBJECT, &PatchParams::default(), &patch).await, namespace);
}

/// # Panics
/// When the API server refuses.
pub async fn lift_itself(namespace: &str) {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
    tolerate_absence(namespaces.patch(namespace, &PatchParams::default(), &patch).await, namespace);
}

/// Whatever a test left there.
///
/// # Panics
/// When the API server refuses.
pub async fn lift_all(namespace: &str) {
    lift_inside(namespace).await;
    lift_itself(namespace).await;
}

fn tolerate_absence<T>(lifted: Result<T, kube::Error>, namespace: &str) {
    match lifted {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.code == 404 => {}
        Err(error) => panic!("lifting what holds {namespace}: {error}"),
    }
}
