//! A whole store in the API server of the tests: what the chart's own golden renders hold, all ready.

use serde_json::{Value, json};
use souk_domain::engine::Engine;

use crate::fake_api::{FakeApi, Scenario, golden, target};
use crate::{labels, manifest};

/// When the store became ready; its objects were made half a minute before.
pub const READY_AT: &str = "2026-11-21T10:00:00Z";
const MADE_AT: &str = "2026-11-21T09:59:30Z";
pub const RECORD: &str = "sh.helm.release.v1.store.v1";

/// The chart's case of a local store of this engine.
pub fn local(engine: Engine) -> &'static str {
    match engine {
        Engine::Medusa => "local",
        Engine::Woocommerce => "woocommerce-local",
    }
}

pub fn whole(case: &str) -> FakeApi {
    whole_in(case, Scenario::Healthy)
}

pub fn whole_in(case: &str, scenario: Scenario) -> FakeApi {
    let (api, target) = (FakeApi::new(scenario), target());
    let namespace = json!({"metadata": {"uid": "uid-0", "labels": labels::of_namespace(&target)}});
    api.put("namespaces", "", &target.namespace, namespace);
    api.put("secrets", &target.namespace, RECORD, manifest::record(1, "deployed", &golden(case)));
    for (kind, name, object) in objects(case) {
        api.put(resource(&kind), &target.namespace, &name, object);
    }
    api
}

/// Kind, name and object of everything in a golden render.
pub fn objects(case: &str) -> Vec<(String, String, Value)> {
    // The API server reads YAML 1.1, whose octal numbers begin so.
    let text = golden(case).replace("defaultMode: 0440", "defaultMode: 288");
    let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    let ready = json!({
        "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1,
        "phase": "Bound",
    });
    let made = |mut object: Value| {
        object["metadata"]["generation"] = 1.into();
        object["metadata"]["creationTimestamp"] = MADE_AT.into();
        object["status"] = match object["kind"].as_str() {
            Some("Deployment" | "StatefulSet" | "PersistentVolumeClaim") => ready.clone(),
            _ => Value::Null,
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&object["kind"]), text(&object["metadata"]["name"]), object)
    };
    // A test of the chart's runs when it is asked to; the release does not hold it.
    let is_hook = |object: &Value| object["metadata"]["annotations"]["helm.sh/hook"].is_string();
    objects.into_iter().filter(|object| !is_hook(object)).map(made).collect()
}

pub fn resource(kind: &str) -> &'static str {
    match kind {
        "Deployment" => "deployments",
        "StatefulSet" => "statefulsets",
        "CronJob" => "cronjobs",
        "Service" => "services",
        "Ingress" => "ingresses",
        "NetworkPolicy" => "networkpolicies",
        "ResourceQuota" => "resourcequotas",
        "LimitRange" => "limitranges",
        "PersistentVolumeClaim" => "persistentvolumeclaims",
        other => panic!("the chart makes a {other}, which nobody looks for"),
    }
}
