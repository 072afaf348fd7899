//! The cluster under test.

use std::{any::Any, env, panic::AssertUnwindSafe, sync::Mutex, time::Duration};

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::{Namespace, Node};
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams},
};
use tokio::time::timeout;

use crate::space::Space;

/// How long a namespace with a few pods may take to go.
const GONE_LIMIT: Duration = Duration::from_secs(60);

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
