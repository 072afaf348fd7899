//! The cluster under test.

use std::{any::Any, env, panic::AssertUnwindSafe, sync::Mutex, time::Duration};

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::{Namespace, Node, PersistentVolume, Pod, Secret};
use kube::{
    Api, Client,
    api::{AttachParams, DeleteParams, ListParams},
};
use tokio::time::timeout;

use crate::space::{Answer, Space, exec};

/// How long a namespace with a few pods may take to go.
const GONE_LIMIT: Duration = Duration::from_mins(1);
/// What a command that is only tried may take.
const TRY_LIMIT: Duration = Duration::from_secs(5);

/// A connection, and the namespaces that one test made.
pub struct Cluster {
    pub(crate) client: Client,
    pub(crate) toolbox: String,
    made: Mutex<Vec<String>>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("made", &self.made).finish_non_exhaustive()
    }
}

impl Cluster {
    /// Runs a test, and removes what it made whether it passed or not.
    ///
    /// # Panics
    /// When there is no cluster, when the test panics, or when a namespace does not go.
    pub async fn run(test: impl AsyncFnOnce(&Self)) {
        let client = Client::try_default().await.unwrap_or_else(|error| panic!("no cluster: {error}"));
        let toolbox = env::var("SOUK_E2E_TOOLBOX_IMAGE").unwrap_or_else(|_| {
            panic!("SOUK_E2E_TOOLBOX_IMAGE is not set: run `cargo xtask test --only e2e`")
        });
        let cluster = Self { client, toolbox, made: Mutex::default() };
        let outcome = AssertUnwindSafe(test(&cluster)).catch_unwind().await;
        cluster.remove_spaces(outcome).await;
    }

    /// A namespace of the test's own, in which pods run as they do in a store's.
    pub async fn space(&self, purpose: &str) -> Space<'_> {
        let space = Space::make(self, purpose).await;
        self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(space.name.clone());
        space
    }

    /// The address of a node, as pods would reach it.
    ///
    /// # Panics
    /// When the cluster has no node with an address.
    pub async fn node_address(&self) -> String {
        let nodes: Api<Node> = Api::all(self.client.clone());
        let nodes =
            nodes.list(&ListParams::default()).await.unwrap_or_else(|error| panic!("listing nodes: {error}"));
        nodes
            .into_iter()
            .filter_map(|node| node.status?.addresses)
            .flatten()
            .find(|address| address.type_ == "InternalIP")
            .unwrap_or_else(|| panic!("no node has an address"))
            .address
    }

    async fn remove_spaces(self, outcome: Result<(), Box<dyn Any + Send>>) {
        let made = self.made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let namespaces: Api<Namespace> = Api::all(self.client);
        let now = DeleteParams { grace_period_seconds: Some(0), ..DeleteParams::background() };
        for name in &made {
            if let Err(error) = namespaces.delete(name, &now).await {
                eprintln!("removing the namespace {name}: {error}");
            }
        }
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic); // what the test found counts more than what it leaves
        }
        for name in &made {
            let gone = kube::runtime::wait::await_condition(
                namespaces.clone(),
                name,
                |namespace: Option<&Namespace>| namespace.is_none(),
            );
            timeout(GONE_LIMIT, gone)
                .await
                .unwrap_or_else(|_| {
                    panic!("the namespace {name} is still there after {} s", GONE_LIMIT.as_secs())
                })
                .unwrap_or_else(|error| panic!("watching the namespace {name}: {error}"));
        }
    }
}

/// A client with the rights of the cluster's admin.
///
/// # Panics
/// When there is no cluster.
pub async fn admin() -> Client {
    Client::try_default().await.unwrap_or_else(|error| panic!("no cluster: {error}"))
}

/// # Panics
/// When the API server does not answer.
pub async fn has_namespace(name: &str) -> bool {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    namespaces.get_opt(name).await.unwrap_or_else(|error| panic!("looking for {name}: {error}")).is_some()
}

/// Asks for a namespace's end, as somebody would who knows nothing of Souk.
///
/// # Panics
/// When the API server refuses.
pub async fn ask_to_remove(name: &str) {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    let asked = namespaces.delete(name, &DeleteParams::background()).await;
    asked.unwrap_or_else(|error| panic!("removing {name}: {error}"));
}

/// Removes a namespace and waits until it is gone.
///
/// # Panics
/// When it does not go.
pub async fn remove_namespace(name: &str) {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    match namespaces.delete(name, &DeleteParams::background()).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.code == 404 => return,
        Err(error) => panic!("removing {name}: {error}"),
    }
    let gone =
        kube::runtime::wait::await_condition(namespaces, name, |found: Option<&Namespace>| found.is_none());
    let waited = timeout(GONE_LIMIT, gone).await;
    assert!(matches!(waited, Ok(Ok(_))), "the namespace {name} does not go");
}

/// Removes every namespace that carries the label of an installation; returns their names.
///
/// # Panics
/// When the API server does not answer, or one does not go.
pub async fn remove_namespaces_of(installation: &str) -> Vec<String> {
    let namespaces: Api<Namespace> = Api::all(admin().await);
    let label = format!("souk.dev/installation={installation}");
    let found = namespaces.list(&ListParams::default().labels(&label)).await;
    let found = found.unwrap_or_else(|error| panic!("listing namespaces: {error}"));
    let names: Vec<String> = found.into_iter().filter_map(|namespace| namespace.metadata.name).collect();
    for name in &names {
        crate::finalizer::lift_all(name).await; // of a test that did not come so far
        remove_namespace(name).await;
    }
    names
}

/// The names of the volumes that belong to claims of a namespace.
///
/// # Panics
/// When the API server does not answer.
pub async fn volumes_of(namespace: &str) -> Vec<String> {
    let volumes: Api<PersistentVolume> = Api::all(admin().await);
    let volumes = volumes.list(&ListParams::default()).await;
    let volumes = volumes.unwrap_or_else(|error| panic!("listing volumes: {error}"));
    let of_namespace = |volume: &PersistentVolume| {
        let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
        claim.and_then(|claim| claim.namespace.as_deref()) == Some(namespace)
    };
    volumes.into_iter().filter(of_namespace).filter_map(|volume| volume.metadata.name).collect()
}

/// All values in the Secrets of a namespace that Souk wrote, but for what its owner chose.
///
/// # Panics
/// When there is none.
pub async fn secret_values(namespace: &str) -> Vec<String> {
    const CHOSEN: &[&str] =
        &["admin-email", "store-title", "store-catalogue", "store-country", "store-currency", "store-theme"];
    let secrets: Api<Secret> = Api::namespaced(admin().await, namespace);
    let all = secrets.list(&ListParams::default()).await.unwrap_or_else(|error| panic!("secrets: {error}"));
    let of_souk = all.into_iter().filter(|secret| secret.type_.as_deref() == Some("Opaque"));
    let values: Vec<String> = of_souk
        .flat_map(|secret| secret.data.unwrap_or_default())
        .filter(|(key, _)| !CHOSEN.contains(&key.as_str()))
        .map(|(_, value)| String::from_utf8_lossy(&value.0).into_owned())
        .collect();
    // A WooCommerce store has the fewest: its owner's password, its database's, its salt, and a key.
    assert!(values.len() >= 4, "too few secrets in {namespace} to show anything: {}", values.len());
    values
}

/// A pod as others would reach it.
#[derive(Debug)]
pub struct Place {
    pub name: String,
    pub address: String,
}

/// The pod of a store's component.
///
/// # Panics
/// When there is none.
pub async fn pod_of(namespace: &str, component: &str) -> Place {
    let pods: Api<Pod> = Api::namespaced(admin().await, namespace);
    let label = format!("app.kubernetes.io/component={component}");
    let pods = pods.list(&ListParams::default().labels(&label)).await;
    let pods = pods.unwrap_or_else(|error| panic!("pods of {namespace}: {error}"));
    let place = |pod: Pod| Some(Place { name: pod.metadata.name?, address: pod.status?.pod_ip? });
    pods.into_iter().find_map(place).unwrap_or_else(|| panic!("no pod of {component} in {namespace}"))
}

/// Runs a command in a store's pod of that component.
///
/// # Panics
/// When there is no such pod, or the command does not end in time.
pub async fn run_in(namespace: &str, component: &str, words: &[&str]) -> Answer {
    let pod = pod_of(namespace, component).await;
    exec(&Api::namespaced(admin().await, namespace), &pod.name, words).await
}

/// As [`run_in`], for a pod that may not run yet; says whether the command did, and well.
pub async fn try_in(namespace: &str, component: &str, words: &[&str]) -> bool {
    let pods: Api<Pod> = Api::namespaced(admin().await, namespace);
    let Some(pod) = crate::shop::running(&pods, component).await else { return false };
    let settings = AttachParams::default().stderr(false);
    let Ok(mut process) = pods.exec(&pod, words.iter().copied(), &settings).await else { return false };
    let Some(status) = process.take_status() else { return false };
    let ended = timeout(TRY_LIMIT, status).await;
    matches!(ended, Ok(Some(status)) if status.status.as_deref() == Some("Success"))
}

/// Where the API server really listens, past its Service.
///
/// # Panics
/// When the cluster does not say.
pub async fn api_server_address() -> (String, u16) {
    let config = kube::Config::infer().await.unwrap_or_else(|error| panic!("no cluster: {error}"));
    let host = config.cluster_url.host().unwrap_or_default().to_owned();
    (host, config.cluster_url.port_u16().unwrap_or(443))
}

/// Runs the chart's own test of a store's release.
///
/// # Panics
/// When helm says that it failed.
pub async fn helm_test(namespace: &str) {
    let test = tokio::process::Command::new(crate::helm::program())
        .args(["test", "store", "--namespace", namespace, "--timeout", "2m"])
        .output()
        .await
        .unwrap_or_else(|error| panic!("starting helm: {error}"));
    let said = [test.stdout, test.stderr].concat();
    assert!(test.status.success(), "helm test: {}", String::from_utf8_lossy(&said));
}
