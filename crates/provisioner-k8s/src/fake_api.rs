//! An API server in memory, with an enum of scenarios: what a step asks for is what a test sees.
//!
//! It keeps objects by resource, namespace and name, counts writes, and answers in the API's own
//! words. What it does not know is a 404 with its path, so a step that asks for more fails its test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use futures::FutureExt;
use http::{Method, Request, Response};
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Either};
use kube::client::Body;
use serde_json::{Value, json};
use souk_domain::clock::SystemClock;
use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;
use souk_domain::entropy::Entropy;
use souk_domain::id::{AccountId, InstallationId, OperationId, StoreId};
use souk_domain::options::StoreOptions;
use souk_domain::plan::Plan;
use souk_provisioner::Target;

use crate::mail::{MailHost, MailLogin, MailServer, MailTls};
use crate::settings::{Access, HelmSettings, KubernetesSettings};
use crate::{Cluster, KubernetesProvisioner};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    Healthy,
    /// A new binding is in force only at the third question.
    RightsComeLate,
    /// Deleted namespaces stay, with a condition that names a finalizer.
    HeldByFinalizer,
    NamespaceOfAnotherStore,
    NamespaceOfAnotherInstallation,
    NamespaceWithoutLabels,
    VolumesAreHidden,
    /// Somebody removed Souk's binding: it sees namespaces and nothing in them.
    RightsAreGone,
    /// No request gets an answer.
    Away,
}

type Key = (String, String, String);
/// An answer, or the events of a watch as they come.
type Answer = Either<Body, Channel<Bytes, std::io::Error>>;

/// One watch that somebody holds open.
#[derive(Debug)]
struct Watch {
    resource: String,
    namespace: String,
    query: BTreeMap<String, String>,
    events: Sender<Bytes, std::io::Error>,
}

#[derive(Debug, Default)]
struct State {
    watches: Vec<Watch>,
    requests: Vec<String>,
    objects: BTreeMap<Key, Value>,
    writes: usize,
    reviews: usize,
    last_delete: Option<Value>,
    uids: usize,
}

#[derive(Debug, Clone)]
pub struct FakeApi {
    scenario: Scenario,
    state: Arc<Mutex<State>>,
}

/// Events that a watch holds for a test that is slow to read.
const MAX_EVENTS: usize = 100;

pub fn store_id(seed: u64) -> StoreId {
    StoreId::generate(DateTime::UNIX_EPOCH, &Entropy::seeded(seed))
}

pub fn target() -> Target {
    let entropy = Entropy::seeded(1);
    let email = "owner@example.com".parse().unwrap();
    Target {
        installation: InstallationId::generate(DateTime::UNIX_EPOCH, &entropy),
        account: AccountId::generate(DateTime::UNIX_EPOCH, &entropy),
        store: store_id(2),
        operation: OperationId::generate(DateTime::UNIX_EPOCH, &entropy),
        engine: Engine::Medusa,
        plan: Plan::Free,
        title: "Anna's \"Shoes\": {{ hats }}".parse().unwrap(),
        options: StoreOptions::defaults(Engine::Medusa),
        host: "shop-x7k2mq.localhost".to_owned(),
        url: "http://shop-x7k2mq.localhost:8080".to_owned(),
        namespace: "store-shop-x7k2mq-1".to_owned(),
        secrets: Some(StoreSecrets::generate(Engine::Medusa, email, &entropy)),
    }
}

/// One that is known by its address and asks for a login.
pub fn mail_server() -> MailServer {
    let host: MailHost = "10.1.2.3".parse().unwrap();
    MailServer {
        ranges: host.range().into_iter().collect(),
        host,
        port: 587,
        tls: MailTls::Tls,
        from: Some("shops@example.com".parse().unwrap()),
        login: Some(MailLogin { user: "relay-user".to_owned(), password: "relay-password".to_owned() }),
    }
}

pub fn settings() -> KubernetesSettings {
    let helm = HelmSettings {
        binary: "helm".into(),
        chart: "/charts/store".into(),
        values_files: Vec::new(),
        home: "/var/lib/souk/helm".into(),
    };
    let mut settings = KubernetesSettings::new(target().installation, Access::InCluster, helm);
    settings.limits.namespace_gone = Duration::from_millis(100);
    settings.limits.binding = Duration::from_secs(5);
    settings
}

impl FakeApi {
    pub fn new(scenario: Scenario) -> Self {
        let api = Self { scenario, state: Arc::default() };
        let target = target();
        let labels = match scenario {
            Scenario::NamespaceOfAnotherStore => {
                json!({"souk.dev/installation": target.installation, "souk.dev/store": store_id(7)})
            }
            Scenario::NamespaceOfAnotherInstallation => {
                let other = InstallationId::generate(DateTime::UNIX_EPOCH, &Entropy::seeded(8));
                json!({"souk.dev/installation": other, "souk.dev/store": target.store})
            }
            Scenario::NamespaceWithoutLabels => json!({}),
            _ => return api,
        };
        api.put("namespaces", "", &target.namespace, json!({"metadata": {"labels": labels, "uid": "other"}}));
        api
    }

    pub fn provisioner(&self) -> KubernetesProvisioner {
        self.provisioner_with(settings())
    }

    pub fn provisioner_with(&self, settings: KubernetesSettings) -> KubernetesProvisioner {
        KubernetesProvisioner::new(settings, self.cluster(), Arc::new(SystemClock))
    }

    fn cluster(&self) -> Cluster {
        let api = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let api = api.clone();
            async move { api.answer(request).await }
        });
        Cluster::new(kube::Client::new(service, "default"), Duration::from_secs(5))
    }

    pub fn object(&self, resource: &str, namespace: &str, name: &str) -> Option<Value> {
        self.state(|state| state.objects.get(&key(resource, namespace, name)).cloned())
    }

    pub fn namespace(&self, name: &str) -> Option<Value> {
        self.object("namespaces", "", name)
    }

    pub fn put(&self, resource: &str, namespace: &str, name: &str, mut object: Value) {
        object["metadata"]["name"] = name.into();
        object["metadata"]["resourceVersion"] = "1".into();
        let key = key(resource, namespace, name);
        self.state(|state| {
            let before = state.objects.insert(key.clone(), object.clone());
            state.tell(&key, if before.is_some() { "MODIFIED" } else { "ADDED" }, &object);
        });
    }

    pub fn remove(&self, resource: &str, namespace: &str, name: &str) {
        let key = key(resource, namespace, name);
        self.state(|state| {
            if let Some(object) = state.objects.remove(&key) {
                state.tell(&key, "DELETED", &object);
            }
        });
    }

    /// Ends every watch, as when the API server restarts: what was seen so far is too old to go on from.
    pub fn break_watches(&self) {
        let (_, gone) = status(410, "Expired", "too old resource version");
        self.state(|state| {
            for mut watch in state.watches.drain(..) {
                watch.send("ERROR", &gone);
            }
        });
    }

    /// Method (`WATCH` is one) and path of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.state(|state| state.requests.clone())
    }

    /// How many requests changed something.
    pub fn writes(&self) -> usize {
        self.state(|state| state.writes)
    }

    /// How often somebody asked for its rights.
    pub fn reviews(&self) -> usize {
        self.state(|state| state.reviews)
    }

    pub fn last_delete(&self) -> Option<Value> {
        self.state(|state| state.last_delete.clone())
    }

    fn state<T>(&self, read: impl FnOnce(&mut State) -> T) -> T {
        read(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn answer(&self, request: Request<Body>) -> Result<Response<Answer>, std::io::Error> {
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
        let method = if is_watch { "WATCH" } else { request.method().as_str() };
        let line = format!("{method} {}", request.uri().path());
        self.state(|state| state.requests.push(line));
        if self.scenario == Scenario::Away {
            return Err(std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "connection refused"));
        }
        let (parts, body) = request.into_parts();
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        if is_watch {
            let events = self.watch(parts.uri.path(), query);
            return Ok(Response::new(Either::Right(events)));
        }
        let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let (code, answer) = self.route(&parts.method, parts.uri.path(), &query, body);
        let answer = Body::from(answer.to_string().into_bytes());
        Response::builder().status(code).body(Either::Left(answer)).map_err(std::io::Error::other)
    }

    fn watch(&self, path: &str, query: BTreeMap<String, String>) -> Channel<Bytes, std::io::Error> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (namespace, resource) = match parts.as_slice() {
            [.., "namespaces", namespace, resource] => (*namespace, *resource),
            [.., resource] => ("", *resource),
            [] => ("", ""),
        };
        let (events, body) = Channel::new(MAX_EVENTS);
        let (resource, namespace) = (resource.to_owned(), namespace.to_owned());
        self.state(|state| state.watches.push(Watch { resource, namespace, query, events }));
        body
    }

    fn route(
        &self,
        method: &Method,
        path: &str,
        query: &BTreeMap<String, String>,
        body: Value,
    ) -> (u16, Value) {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (["api", _, rest @ ..] | ["apis", _, _, rest @ ..]) = parts.as_slice() else {
            return not_found(path);
        };
        match (method, rest) {
            (_, ["namespaces", _, resource, ..]) if self.scenario == Scenario::RightsAreGone => {
                let message = format!("{resource} is forbidden: User \"souk\" cannot list resource");
                status(403, "Forbidden", &message)
            }
            (&Method::POST, ["selfsubjectaccessreviews"]) => self.review(body),
            (&Method::GET, ["persistentvolumes"]) if self.scenario == Scenario::VolumesAreHidden => {
                status(403, "Forbidden", "persistentvolumes is forbidden: User \"souk\" cannot list resource")
            }
            (&Method::GET, [resource]) => self.list(resource, "", query),
            (&Method::POST, [resource]) => self.create(resource, "", body),
            (&Method::GET, [resource, name]) => self.get(resource, "", name, path),
            (&Method::DELETE, ["namespaces", name]) => self.delete_namespace(name, body),
            (&Method::GET, ["namespaces", namespace, resource]) => self.list(resource, namespace, query),
            (&Method::POST, ["namespaces", namespace, resource]) => self.create(resource, namespace, body),
            (&Method::GET, ["namespaces", namespace, resource, name]) => {
                self.get(resource, namespace, name, path)
            }
            (&Method::PUT, ["namespaces", namespace, resource, name]) => {
                self.put(resource, namespace, name, body.clone());
                self.state(|state| state.writes += 1);
                (200, body)
            }
            _ => not_found(path),
        }
    }

    fn review(&self, mut review: Value) -> (u16, Value) {
        let asked = self.state(|state| {
            state.reviews += 1;
            state.reviews
        });
        review["status"] = json!({"allowed": self.scenario != Scenario::RightsComeLate || asked >= 3});
        (201, review)
    }

    fn get(&self, resource: &str, namespace: &str, name: &str, path: &str) -> (u16, Value) {
        self.object(resource, namespace, name).map_or_else(|| not_found(path), |object| (200, object))
    }

    fn list(&self, resource: &str, namespace: &str, query: &BTreeMap<String, String>) -> (u16, Value) {
        let items: Vec<Value> = self.state(|state| {
            let asked =
                |(key, object): &(&Key, &Value)| is_asked_for(key, object, resource, namespace, query);
            state.objects.iter().filter(asked).map(|(_, object)| object.clone()).collect()
        });
        (200, json!({"metadata": {"resourceVersion": "1"}, "items": items}))
    }

    fn create(&self, resource: &str, namespace: &str, mut object: Value) -> (u16, Value) {
        let Some(name) = object["metadata"]["name"].as_str().map(str::to_owned) else {
            return status(422, "Invalid", "an object needs a name");
        };
        if self.object(resource, namespace, &name).is_some() {
            return status(409, "AlreadyExists", &format!("{resource} \"{name}\" already exists"));
        }
        let uid = self.state(|state| {
            state.writes += 1;
            state.uids += 1;
            format!("uid-{}", state.uids)
        });
        object["metadata"]["uid"] = uid.into();
        self.put(resource, namespace, &name, object.clone());
        (201, object)
    }

    fn delete_namespace(&self, name: &str, options: Value) -> (u16, Value) {
        let Some(mut namespace) = self.namespace(name) else { return not_found(name) };
        if options["preconditions"]["uid"] != namespace["metadata"]["uid"] {
            return status(409, "Conflict", "the UID in the precondition does not match");
        }
        self.state(|state| {
            state.writes += 1;
            state.last_delete = Some(options);
        });
        if self.scenario == Scenario::HeldByFinalizer {
            namespace["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z".into();
            namespace["status"] = json!({"phase": "Terminating", "conditions": [{
                "type": "NamespaceFinalizersRemaining", "status": "True", "reason": "SomeFinalizersRemain",
                "message": "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
                "lastTransitionTime": "2026-11-21T10:00:00Z",
            }]});
            self.put("namespaces", "", name, namespace.clone());
        } else {
            self.state(|state| state.objects.retain(|key, _| key.1 != name));
            self.remove("namespaces", "", name);
        }
        (200, namespace)
    }
}

impl State {
    /// Tells everybody who watches it of a change of one object.
    fn tell(&mut self, key: &Key, kind: &str, object: &Value) {
        for watch in &mut self.watches {
            if is_asked_for(key, object, &watch.resource, &watch.namespace, &watch.query) {
                watch.send(kind, object);
            }
        }
    }
}

impl Watch {
    fn send(&mut self, kind: &str, object: &Value) {
        let line = format!("{}\n", json!({"type": kind, "object": object}));
        // There is room for all events of a test; whoever has stopped watching hears nothing.
        let _ = self.events.send_data(line.into()).now_or_never();
    }
}

fn is_asked_for(
    key: &Key,
    object: &Value,
    resource: &str,
    namespace: &str,
    query: &BTreeMap<String, String>,
) -> bool {
    let name = query.get("fieldSelector").and_then(|field| field.strip_prefix("metadata.name="));
    let labels = query.get("labelSelector").map_or("", String::as_str).split(',');
    key.0 == resource
        && key.1 == namespace
        && name.is_none_or(|name| name == key.2)
        && labels
            .filter_map(|label| label.split_once('='))
            .all(|(key, value)| object["metadata"]["labels"][key] == value)
}

/// A render of the stores' chart that is committed beside it.
pub fn golden(case: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../helm/ecommerce-store/tests/golden");
    std::fs::read_to_string(format!("{folder}/{case}.yaml")).unwrap()
}

fn key(resource: &str, namespace: &str, name: &str) -> Key {
    (resource.to_owned(), namespace.to_owned(), name.to_owned())
}

fn status(code: u16, reason: &str, message: &str) -> (u16, Value) {
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message}),
    )
}

fn not_found(what: &str) -> (u16, Value) {
    status(404, "NotFound", &format!("{what} not found"))
}
