//! What a release made, from helm's own record of it.
//!
//! Which objects a store has depends on its engine, its plan and the operator's values files (one
//! Medusa process or two, a volume for Redis or none), and only helm has put these together. Its record
//! says what came out, costs one request, and cannot drift from the chart as a list kept here would.
//!
//! Invariant: no text of a record reaches a log or an error. The values hold no secret; nothing here
//! relies on that.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::ListParams;
use serde::Deserialize;
use souk_provisioner::StepError;

use crate::helm::RELEASE;
use crate::{KubernetesProvisioner, error, inspect};

/// Records of one release that are `deployed`: one, but for the moment of an upgrade.
const MAX_RECORDS: u32 = 10;
/// A record unpacked: the chart, its values and the manifest. Ours are some 100 KiB.
const MAX_RECORD_BYTES: u64 = 16 * 1024 * 1024;

/// One object of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub kind: String,
    pub name: String,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// What the namespace's release made; `None` where none is deployed.
pub async fn of_release(
    k8s: &KubernetesProvisioner,
    namespace: &str,
) -> Result<Option<BTreeSet<Part>>, StepError> {
    let api: Api<Secret> = k8s.cluster.namespaced(namespace);
    let params = ListParams::default()
        .labels(&format!("owner=helm,name={RELEASE},status=deployed"))
        .limit(MAX_RECORDS);
    let records = inspect::ask(k8s, namespace, "look for the store's release", api.list(&params)).await?;
    let Some(newest) = records.items.into_iter().max_by_key(revision) else { return Ok(None) };
    let unreadable = || {
        StepError::permanent("helm's record of the store's release cannot be read").advice(error::OPERATOR)
    };
    parts(&newest).ok_or_else(unreadable).map(Some)
}

fn revision(record: &Secret) -> u32 {
    let labels = record.metadata.labels.as_ref();
    labels.and_then(|labels| labels.get("version")?.parse().ok()).unwrap_or_default()
}

/// A record is JSON, packed by gzip, in base64, in a Secret.
fn parts(record: &Secret) -> Option<BTreeSet<Part>> {
    #[derive(Deserialize)]
    struct Record {
        manifest: String,
    }
    let packed = BASE64_STANDARD.decode(&record.data.as_ref()?.get("release")?.0).ok()?;
    let mut json = Vec::new();
    GzDecoder::new(packed.as_slice()).take(MAX_RECORD_BYTES).read_to_end(&mut json).ok()?;
    let record: Record = serde_json::from_slice(&json).ok()?;
    of_manifest(&record.manifest)
}

fn of_manifest(manifest: &str) -> Option<BTreeSet<Part>> {
    #[derive(Deserialize)]
    struct Object {
        kind: String,
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        name: String,
    }
    let objects: Vec<Object> = serde_saphyr::from_multiple(manifest).ok()?;
    Some(objects.into_iter().map(|Object { kind, metadata }| Part { kind, name: metadata.name }).collect())
}

/// A record as helm writes it, for tests.
#[cfg(test)]
pub fn record(revision: u32, status: &str, manifest: &str) -> serde_json::Value {
    use std::io::Write as _;
    let json = serde_json::json!({"name": RELEASE, "version": revision, "manifest": manifest, "config": {}});
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(json.to_string().as_bytes()).unwrap();
    let packed = BASE64_STANDARD.encode(BASE64_STANDARD.encode(gzip.finish().unwrap()));
    let labels = serde_json::json!({
        "owner": "helm", "name": RELEASE, "status": status, "version": revision.to_string(),
    });
    serde_json::json!({"metadata": {"labels": labels}, "type": "helm.sh/release.v1", "data": {"release": packed}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_api::{FakeApi, Scenario, golden, target};

    fn names(parts: &BTreeSet<Part>, kind: &str) -> Vec<String> {
        parts.iter().filter(|part| part.kind == kind).map(|part| part.name.clone()).collect()
    }

    #[test]
    fn one_process_and_two_are_each_read_as_the_chart_renders_them() {
        let one = of_manifest(&golden("local")).unwrap();
        assert_eq!(names(&one, "Deployment"), ["medusa"]);
        assert_eq!(names(&one, "StatefulSet"), ["postgres", "redis"]);
        assert_eq!(names(&one, "PersistentVolumeClaim"), ["postgres", "uploads"]);
        let two = of_manifest(&golden("two-processes")).unwrap();
        assert_eq!(names(&two, "Deployment"), ["medusa", "medusa-worker"]);
        assert_eq!(names(&two, "PersistentVolumeClaim"), ["postgres", "redis", "uploads"]);
    }

    #[tokio::test]
    async fn the_newest_deployed_record_counts_and_no_other() {
        let (api, target) = (FakeApi::new(Scenario::Healthy), target());
        let k8s = api.provisioner();
        let object = |name: &str| format!("---\n# Source: a\nkind: Service\nmetadata: {{name: {name}}}\n");
        assert_eq!(of_release(&k8s, &target.namespace).await.unwrap(), None);
        for (revision, status) in [(11, "failed"), (10, "deployed"), (9, "deployed"), (8, "superseded")] {
            let record = record(revision, status, &object(&format!("v{revision}")));
            api.put("secrets", &target.namespace, &format!("sh.helm.release.v1.store.v{revision}"), record);
        }
        let parts = of_release(&k8s, &target.namespace).await.unwrap().unwrap();
        assert_eq!(names(&parts, "Service"), ["v10"]);
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_read_is_an_error_that_repeats_nothing_of_it() {
        let (api, target) = (FakeApi::new(Scenario::Healthy), target());
        let mut broken = record(1, "deployed", "kind: Service\nmetadata: [very-secret]\n");
        for _ in 0..2 {
            api.put("secrets", &target.namespace, "sh.helm.release.v1.store.v1", broken.clone());
            let error = of_release(&api.provisioner(), &target.namespace).await.unwrap_err();
            assert!(!format!("{error:?}").contains("very-secret"), "{error:?}");
            assert!(error.reason.contains("cannot be read"), "{error}");
            broken["data"]["release"] = BASE64_STANDARD.encode("very-secret").into();
        }
    }
}
