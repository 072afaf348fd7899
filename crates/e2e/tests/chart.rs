//! The stores' chart against a real API server: every golden render is accepted, field by field.
//!
//! A dry run changes nothing, and still passes through validation, admission and Pod Security.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use kube::api::{DynamicObject, Patch, PatchParams};
use kube::discovery::{ApiResource, Discovery, Scope};
use kube::{Api, Client};
use souk_e2e::Cluster;

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn the_api_server_accepts_every_object_of_every_golden_render() {
    Cluster::run(async |cluster| {
        let space = cluster.space("chart").await;
        let client = Client::try_default().await.unwrap();
        let discovery = Discovery::new(client.clone()).run().await.unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../helm/ecommerce-store/tests/golden");
        let mut objects = 0;
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            for object in read(&file) {
                objects += 1;
                let dry = dry_run(&client, &discovery, &space.name, &object).await;
                dry.unwrap_or_else(|error| panic!("{}: {}: {error}", file.display(), name(&object)));
            }
        }
        assert!(objects > 40, "only {objects} objects: are the goldens whole?");

        // The control: the API server does look.
        let mut broken = read(&folder.join("local.yaml")).remove(0);
        broken.data["spec"]["podSelector"] = serde_json::json!({ "matchLabels": { "a b": "!" } });
        assert!(dry_run(&client, &discovery, &space.name, &broken).await.is_err());
    })
    .await;
}

fn read(file: &Path) -> Vec<DynamicObject> {
    let text = std::fs::read_to_string(file).unwrap();
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

async fn dry_run(
    client: &Client,
    discovery: &Discovery,
    namespace: &str,
    object: &DynamicObject,
) -> Result<(), kube::Error> {
    let types = object.types.clone().unwrap();
    let kind = (&types).try_into().unwrap();
    let (resource, capabilities): (ApiResource, _) =
        discovery.resolve_gvk(&kind).unwrap_or_else(|| panic!("the cluster knows no {types:?}"));
    assert!(capabilities.scope == Scope::Namespaced, "{} reaches beyond its store", name(object));
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, &resource);
    let mut object = object.clone();
    object.metadata.namespace = None;
    let settings = PatchParams { dry_run: true, force: true, ..PatchParams::apply("souk-e2e") };
    api.patch(&name(&object), &settings, &Patch::Apply(&object)).await.map(drop)
}

fn name(object: &DynamicObject) -> String {
    object.metadata.name.clone().unwrap_or_default()
}
