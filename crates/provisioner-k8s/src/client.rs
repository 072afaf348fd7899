//! The connection to the API server: every request has a limit, every refusal a meaning.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use souk_provisioner::{StepError, Target};
use tokio::time::timeout;

use crate::error;
use crate::labels;
use crate::settings::Access;

/// How long the TCP and TLS handshakes with the API server may take together.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    #[error("this is not a pod with a service account")]
    InCluster(#[from] kube::config::InClusterError),
    #[error("the client for the API server could not be made")]
    Client(#[from] kube::Error),
}

/// The API server, as this crate asks it.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    request_limit: Duration,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").finish_non_exhaustive()
    }
}

impl Cluster {
    /// Reads the configuration; asks the API server nothing yet.
    pub async fn connect(access: &Access, request_limit: Duration) -> Result<Self, ConnectError> {
        match access {
            Access::Kubeconfig(path) => Self::connect_with(Kubeconfig::read_from(path)?, request_limit).await,
            Access::InCluster => Self::with(Config::incluster()?, request_limit),
        }
    }

    pub async fn connect_with(kubeconfig: Kubeconfig, request_limit: Duration) -> Result<Self, ConnectError> {
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
        Self::with(config, request_limit)
    }

    fn with(mut config: Config, request_limit: Duration) -> Result<Self, ConnectError> {
        config.connect_timeout = Some(CONNECT_LIMIT);
        // Souk has retries of its own, which are counted, durable and seen by the owner.
        config.default_retry = false;
        Ok(Self::new(Client::try_from(config)?, request_limit))
    }

    #[must_use]
    pub fn new(client: Client, request_limit: Duration) -> Self {
        Self { client, request_limit }
    }

    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    #[must_use]
    pub fn all<K>(&self) -> Api<K>
    where
        K: kube::Resource,
        K::DynamicType: Default,
    {
        Api::all(self.client())
    }

    #[must_use]
    pub fn namespaced<K>(&self, namespace: &str) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client(), namespace)
    }

    /// One request within its limit. `what` says in plain words what it is for.
    pub async fn ask<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<T, StepError> {
        self.attempt(request).await?.map_err(|error| error::api(what, error))
    }

    /// As `ask`, where a refusal is an answer that the caller reads itself.
    pub async fn attempt<T>(
        &self,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<Result<T, kube::Error>, StepError> {
        timeout(self.request_limit, request).await.map_err(|elapsed| {
            StepError::unavailable(format!(
                "the cluster did not answer within {} s",
                self.request_limit.as_secs()
            ))
            .caused_by(elapsed)
        })
    }

    /// The target's namespace, if it is there. One of that name that belongs to another store or
    /// installation is an error, and nobody touches it.
    pub async fn own_namespace(&self, target: &Target) -> Result<Option<Namespace>, StepError> {
        let api: Api<Namespace> = self.all();
        let found = self.ask("look for the store's namespace", api.get_opt(&target.namespace)).await?;
        match found {
            Some(namespace) if !labels::belongs_to(&namespace, target) => {
                let reason = format!("the namespace {} belongs to something else", target.namespace);
                Err(StepError::permanent(reason)
                    .advice("Retry the store: the next attempt takes another namespace"))
            }
            found => Ok(found),
        }
    }
}

/// Whether the API server says that the thing is not there.
pub fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_not_found())
}

/// Whether the API server says that the thing is there already.
pub fn is_already_there(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_already_exists())
}

/// Whether the API server says that Souk may not.
pub fn is_forbidden(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_forbidden())
}

/// Whether Souk's binding in this namespace is there: it may read the release's Secrets.
pub async fn may_use(k8s: &crate::KubernetesProvisioner, namespace: &str) -> Result<bool, StepError> {
    let api: Api<k8s_openapi::api::core::v1::Secret> = k8s.cluster.namespaced(namespace);
    match k8s.cluster.attempt(api.list_metadata(&kube::api::ListParams::default().limit(1))).await? {
        Ok(_) => Ok(true),
        Err(error) if is_forbidden(&error) => Ok(false),
        Err(error) => Err(error::api("look into the store's namespace", error)),
    }
}
