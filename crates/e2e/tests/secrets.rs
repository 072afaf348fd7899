//! A store's secrets stand in its Secret, and nowhere else: not in what helm keeps, not in what the cluster shows or
//! logs, not in what the API answers, and on no command line, be it helm's or one in a pod. On a real cluster, for each
//! engine.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Event, Pod, Secret};
use kube::Api;
use kube::api::{ListParams, LogParams};
use serde_json::json;
use souk_e2e::cluster::{admin, secret_values};
use souk_e2e::processes;
use souk_e2e::souk::{Images, Souk};
use souk_e2e::stores::Store;
use souk_test_support::leaks::Secrets;
use tokio::sync::Mutex as TurnMutex;

static ONE_AT_A_TIME: TurnMutex<()> = TurnMutex::const_new(());
/// A command in a pod lives for seconds, helm for a few tenths of one.
const SAMPLE_EVERY: Duration = Duration::from_millis(50);

type Lines = Arc<Mutex<BTreeSet<String>>>;

/// Command lines of this machine, pods' among them: the local cluster's containers are processes of it.
fn sample() -> (Lines, tokio::task::JoinHandle<()>) {
    let lines = Lines::default();
    let into = Arc::clone(&lines);
    let sampler = tokio::spawn(async move {
        loop {
            let seen = tokio::task::spawn_blocking(processes::command_lines).await.unwrap();
            into.lock().unwrap().extend(seen);
            tokio::time::sleep(SAMPLE_EVERY).await;
        }
    });
    (lines, sampler)
}

/// What helm has written down of its releases, as text.
async fn releases(namespace: &str) -> Vec<String> {
    let secrets: Api<Secret> = Api::namespaced(admin().await, namespace);
    let records = secrets.list(&ListParams::default().labels("owner=helm")).await.unwrap();
    let decode = |secret: Secret| {
        let packed = STANDARD.decode(&secret.data.unwrap()["release"].0).unwrap();
        let mut text = String::new();
        GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        text
    };
    records.items.into_iter().map(decode).collect()
}

/// Everything else that the namespace shows, by what it is.
async fn shown(namespace: &str) -> Vec<(String, String)> {
    let client = admin().await;
    let mut texts = Vec::new();
    macro_rules! list {
        ($($kind:ty),+) => { $(
            let api: Api<$kind> = Api::namespaced(client.clone(), namespace);
            let all = api.list(&ListParams::default()).await.unwrap();
            texts.push((stringify!($kind).to_owned(), json!(all.items).to_string()));
        )+ };
    }
    list!(Pod, Deployment, StatefulSet, Job, ConfigMap, Event);
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    for pod in pods.list(&ListParams::default()).await.unwrap() {
        let name = pod.metadata.name.unwrap();
        for container in pod.spec.unwrap().containers {
            let asked = LogParams { container: Some(container.name.clone()), ..LogParams::default() };
            // A pod that waits has none yet.
            if let Ok(log) = pods.logs(&name, &asked).await {
                texts.push((format!("the log of {name}/{}", container.name), log));
            }
        }
    }
    texts
}

/// What stands where it should not, of a store that is made, looked at and removed.
async fn leaks(souk: &Souk, engine: &str) -> BTreeSet<String> {
    let (lines, sampler) = sample();
    let owner = souk.user("anna").await;
    let store = Store::create_with(&owner, "lamps", json!({ "engine": engine })).await;
    store.wait_ready().await;
    let namespace = store.namespace().await;
    let mut secrets = Secrets::default();
    for value in secret_values(&namespace).await {
        // Sent by every shopper's browser: no secret.
        if !value.starts_with("pk_") {
            secrets.add("a secret of the store", value);
        }
    }
    assert!(secrets.len() >= 3, "too few to show anything: {}", secrets.len());

    let logs = owner.get(&format!("/api/v1/stores/{}/logs", store.id)).await.unwrap();
    let mut texts = Box::pin(shown(&namespace)).await;
    assert!(texts.iter().any(|(what, text)| what.starts_with("the log of") && !text.is_empty()));
    for answer in [store.state().await, store.operation().await, logs] {
        texts.push(("an answer of the API".to_owned(), answer.to_string()));
    }
    let records = releases(&namespace).await;
    assert!(records.iter().any(|record| record.contains("existingSecret")), "no release was read");
    texts.extend(records.into_iter().map(|record| ("helm's record of the release".to_owned(), record)));
    store.delete().await;
    sampler.abort();
    let lines = lines.lock().unwrap().clone();
    for told in ["upgrade", "flock"] {
        assert!(lines.iter().any(|line| line.contains(told)), "no command with {told:?} was seen");
    }
    texts.extend(lines.into_iter().map(|line| ("a command line".to_owned(), line)));
    let log = fs::read_to_string(souk.first_log()).unwrap();
    assert!(log.contains("step done"), "Souk's log was not read");
    texts.push(("Souk's log".to_owned(), log));

    texts.iter().flat_map(|(what, text)| secrets.in_text(what, text)).collect()
}

async fn nothing_leaks(engine: &str) {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let leaks = Box::pin(leaks(souk, engine)).await;
        assert!(leaks.is_empty(), "{}", leaks.into_iter().collect::<Vec<_>>().join("\n"));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn nothing_but_its_secret_holds_a_medusa_stores_secrets() {
    nothing_leaks("medusa").await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn nothing_but_its_secret_holds_a_woocommerce_stores_secrets() {
    nothing_leaks("woocommerce").await;
}
