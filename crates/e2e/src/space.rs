//! A namespace of one test, and the pods in it.

use std::time::{Duration, Instant};

use k8s_openapi::api::{
    core::v1::{Namespace, Pod, Service},
    networking::v1::{Ingress, NetworkPolicy},
};
use kube::{
    Api,
    api::{AttachParams, PostParams},
    runtime::wait::await_condition,
};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt as _, time::timeout};
use uuid::Uuid;

use crate::cluster::Cluster;

const READY_LIMIT: Duration = Duration::from_mins(1);
/// How long a changed policy may take to hold on the node.
pub const POLICY_LIMIT: Duration = Duration::from_secs(20);
/// What a pod waits for an answer; a dropped packet is not answered at all.
const REQUEST_LIMIT_SECS: u8 = 2;
/// A whole setup once more takes a quarter of a minute, where nobody else is at work.
const EXEC_LIMIT: Duration = Duration::from_mins(2);
pub const HELLO_PORT: u16 = 8000;

#[derive(Debug)]
pub struct Space<'a> {
    cluster: &'a Cluster,
    pub name: String,
}

/// What a command in a pod said, and whether it succeeded.
#[derive(Debug)]
pub struct Answer {
    pub ok: bool,
    pub text: String,
}

impl<'a> Space<'a> {
    pub(crate) async fn make(cluster: &'a Cluster, purpose: &str) -> Self {
        let random = Uuid::new_v4().simple().to_string();
        let name = format!("souk-e2e-{purpose}-{}", &random[..6]);
        let namespace = json!({
            "metadata": {
                "name": name,
                "labels": {"souk-e2e": "true", "pod-security.kubernetes.io/enforce": "restricted"},
            }
        });
        let namespaces: Api<Namespace> = Api::all(cluster.client.clone());
        namespaces
            .create(&PostParams::default(), &from(namespace))
            .await
            .unwrap_or_else(|error| panic!("making the namespace {name}: {error}"));
        Self { cluster, name }
    }

    /// A pod that answers on [`HELLO_PORT`] and can make requests; gives its address once it is ready.
    ///
    /// # Panics
    /// When it is not ready in time.
    pub async fn hello_pod(&self, name: &str) -> String {
        let pod = json!({
            "metadata": {"name": name, "labels": {"app": name}},
            "spec": {
                "automountServiceAccountToken": false,
                "terminationGracePeriodSeconds": 0,
                "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{
                    "name": "hello",
                    "image": self.cluster.toolbox,
                    "imagePullPolicy": "IfNotPresent",
                    "ports": [{"containerPort": HELLO_PORT}],
                    "readinessProbe": {"httpGet": {"port": HELLO_PORT}, "periodSeconds": 1},
                    "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
                    "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
                }],
            },
        });
        let pods: Api<Pod> = self.api();
        self.create::<Pod>(pod).await;
        let ready = await_condition(pods, name, |pod: Option<&Pod>| pod.is_some_and(is_ready));
        let pod = timeout(READY_LIMIT, ready)
            .await
            .unwrap_or_else(|_| panic!("the pod {name} is not ready after {} s", READY_LIMIT.as_secs()))
            .unwrap_or_else(|error| panic!("watching the pod {name}: {error}"));
        pod.and_then(|pod| pod.status?.pod_ip)
            .unwrap_or_else(|| panic!("the pod {name} is ready without an address"))
    }

    /// Puts the hello pod `name` behind the ingress, as `host`.
    pub async fn publish(&self, name: &str, host: &str) {
        self.create::<Service>(json!({
            "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": HELLO_PORT}]},
        }))
        .await;
        self.create::<Ingress>(json!({
            "metadata": {"name": name},
            "spec": {"rules": [{"host": host, "http": {"paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": name, "port": {"number": 80}}},
            }]}}]},
        }))
        .await;
    }

    pub async fn policy(&self, name: &str, spec: Value) {
        self.create::<NetworkPolicy>(json!({"metadata": {"name": name}, "spec": spec})).await;
    }

    /// Asks for a URL from inside a pod. Any answer at all is a success: what counts is whether it was reached.
    pub async fn request(&self, pod: &str, url: &str) -> Answer {
        let limit = REQUEST_LIMIT_SECS.to_string();
        self.exec(pod, &["curl", "--silent", "--show-error", "--insecure", "--max-time", &limit, url]).await
    }

    /// Runs a command in a pod to its end.
    ///
    /// # Panics
    /// When the API server does not let it, or it takes too long.
    pub async fn exec(&self, pod: &str, command: &[&str]) -> Answer {
        exec(&self.api(), pod, command).await
    }

    /// Waits until a request from `pod` is refused: a policy takes a moment to reach the node.
    ///
    /// # Panics
    /// When it still succeeds after [`POLICY_LIMIT`].
    pub async fn wait_refused(&self, pod: &str, url: &str) {
        let deadline = Instant::now() + POLICY_LIMIT;
        while self.request(pod, url).await.ok {
            assert!(
                Instant::now() < deadline,
                "{pod} still reaches {url}, {} s after the policy that forbids it",
                POLICY_LIMIT.as_secs()
            );
        }
    }

    async fn create<K>(&self, object: Value)
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + serde::Serialize
            + serde::de::DeserializeOwned,
    {
        self.api::<K>()
            .create(&PostParams::default(), &from(object))
            .await
            .unwrap_or_else(|error| panic!("making a {} in {}: {error}", K::kind(&()), self.name));
    }

    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.cluster.client.clone(), &self.name)
    }
}

/// Runs a command in a pod to its end.
///
/// # Panics
/// When the API server does not let it, or it takes too long.
pub(crate) async fn exec(pods: &Api<Pod>, pod: &str, command: &[&str]) -> Answer {
    let run = async {
        let settings = AttachParams::default().stdout(true).stderr(true);
        let mut process = pods
            .exec(pod, command.iter().copied(), &settings)
            .await
            .unwrap_or_else(|error| panic!("running {command:?} in {pod}: {error}"));
        let mut text = String::new();
        let mut errors = String::new();
        if let (Some(mut out), Some(mut err)) = (process.stdout(), process.stderr()) {
            let (out, err) = tokio::join!(out.read_to_string(&mut text), err.read_to_string(&mut errors));
            out.and(err).unwrap_or_else(|error| panic!("reading what {command:?} printed: {error}"));
        }
        let status = match process.take_status() {
            Some(status) => status.await,
            None => None,
        };
        let ok = status.is_some_and(|status| status.status.as_deref() == Some("Success"));
        Answer { ok, text: text + &errors }
    };
    timeout(EXEC_LIMIT, run)
        .await
        .unwrap_or_else(|_| panic!("{command:?} in {pod} has not ended after {} s", EXEC_LIMIT.as_secs()))
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    pod.status
        .as_ref()
        .and_then(|status| status.conditions.as_ref())
        .is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

fn from<T: serde::de::DeserializeOwned>(object: Value) -> T {
    serde_json::from_value(object).unwrap_or_else(|error| panic!("a test's object is malformed: {error}"))
}
