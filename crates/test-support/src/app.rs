//! The whole product behind HTTP, on a free port, with a database of its own and a fake cluster.
//!
//! The queue runs only when a test says so (`run_jobs`), so nothing happens between two requests.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use souk_app::auth::password::PasswordSettings;
use souk_app::auth::token::{TokenKey, TokenSettings};
use souk_app::{App, AppSettings, Infrastructure, Limits};
use souk_domain::clock::SystemClock;
use souk_domain::entropy::Entropy;
use souk_domain::sign_in::SignInLimits;
use souk_domain::theme::Theme;
use souk_http::{Draining, HttpSettings, RunningServer, Server};
use souk_provisioner::fake::FakeCluster;
use souk_worker::{Mode, WorkerContext};

use crate::{TestDatabase, addresses, jobs, promised};

/// Signs the tokens of a [`TestApp`].
pub const TOKEN_SECRET: &str = "a secret for tests only, long enough to be one";
pub const TOKEN_KEY: &str = "test";
pub const SCRAPE_TOKEN: &str = "a token that only scrapes";
const PASSWORD: &str = "correct horse battery";
/// Bounds a broken test, nothing else.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// What a test may want to be different.
#[derive(Debug, Clone)]
pub struct Options {
    pub limits: Limits,
    pub tokens: TokenSettings,
    pub http: HttpSettings,
    pub brought_themes: Vec<Theme>,
    pub setup_token: Option<SecretString>,
}

impl Default for Options {
    /// No pause between creations, no rate limits, no grace at the end.
    fn default() -> Self {
        let tokens = TokenSettings::new(TokenKey { id: TOKEN_KEY.to_owned(), secret: TOKEN_SECRET.into() });
        let local = "127.0.0.1:0".parse().expect("an address");
        Self {
            limits: Limits {
                creation_cooldown: None,
                sign_in: SignInLimits { failures: None, registrations: None },
                ..Limits::default()
            },
            tokens,
            http: HttpSettings {
                workers: 1,
                metrics_bind: Some(local),
                scrape_token: Some(SCRAPE_TOKEN.into()),
                drain_grace: Duration::ZERO,
                stop_limit: Duration::from_secs(2),
                address_rate: None,
                sign_in_rate: None,
                user_rate: None,
                create_rate: None,
                ..HttpSettings::on(local)
            },
            brought_themes: Vec::new(),
            setup_token: None,
        }
    }
}

#[derive(Debug)]
pub struct TestApp {
    pub database: TestDatabase,
    pub cluster: Arc<FakeCluster>,
    pub worker: WorkerContext,
    pub server: RunningServer,
    client: Client,
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct TestUser {
    pub email: String,
    pub token: String,
    pub id: String,
    pub account_id: String,
    pub session_id: String,
}

/// An answer that has been read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    /// Null when it is not JSON.
    pub body: Value,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let database = TestDatabase::create().await;
        let cluster = Arc::new(FakeCluster::new());
        let worker = jobs::worker(&database, Arc::clone(&cluster) as _).await;
        let infrastructure = Infrastructure {
            pool: database.api.clone(),
            changes: database.api.changes().await.expect("listen for changes"),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(Entropy::from_system().expect("entropy")),
            keyring: jobs::keyring(),
            pod_logs: Arc::clone(&cluster) as _,
        };
        let settings = AppSettings {
            limits: options.limits,
            addresses: addresses::local(),
            tokens: options.tokens,
            passwords: PasswordSettings::default(),
            provisioner: "simulated",
            brought_themes: options.brought_themes,
            setup_token: options.setup_token,
            lent: Vec::new(),
        };
        let app = Arc::new(App::new(infrastructure, settings).expect("an app"));
        let server = Server::bind(options.http, app, Draining::new()).expect("a free port").start();
        // reqwest looks for the process's cryptography; whoever was first is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(REQUEST_LIMIT).no_proxy().build().expect("a client");
        Self { database, cluster, worker, server, client }
    }

    /// A request to the API, without a token. `path` follows `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}/api/v1{path}", self.server.address()))
    }

    /// A request to an address that is not the API's.
    pub fn raw(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.server.address()))
    }

    /// A request to any address of the server, or of its metrics.
    pub fn get_raw(&self, address: std::net::SocketAddr, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{address}{path}"))
    }

    pub async fn get(&self, user: &TestUser, path: &str) -> Answer {
        send(self.request(Method::GET, path).bearer_auth(&user.token)).await
    }

    pub async fn post(&self, user: &TestUser, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).bearer_auth(&user.token).json(&body)).await
    }

    pub async fn delete(&self, user: &TestUser, path: &str) -> Answer {
        send(self.request(Method::DELETE, path).bearer_auth(&user.token)).await
    }

    /// Registers `name@example.com`. The first one of all is an admin.
    pub async fn user(&self, name: &str) -> TestUser {
        let email = format!("{name}@example.com");
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = send(self.request(Method::POST, "/auth/register").json(&body)).await.expect(201);
        TestUser {
            token: answer.string("/access_token"),
            id: answer.string("/user_id"),
            account_id: answer.string("/account_id"),
            session_id: answer.string("/session_id"),
            email,
        }
    }

    /// A merchant, after the admin that every system begins with.
    pub async fn merchant(&self, name: &str) -> TestUser {
        if self.database.number("SELECT count(*) FROM users").await == 0 {
            self.user("operator").await;
        }
        self.user(name).await
    }

    /// Asks for a store and returns its id.
    pub async fn create(&self, user: &TestUser, name: &str) -> String {
        self.post(user, "/stores", json!({ "name": name, "engine": "medusa" }))
            .await
            .expect(202)
            .string("/store/id")
    }

    /// Runs what is queued until nothing is.
    pub async fn run_jobs(&self) {
        jobs::run_jobs_to_rest(&self.database, &self.worker).await;
    }

    /// One look of the reconciler at the cluster.
    pub async fn look(&self) {
        let report = self.worker.reconcile(Mode::Apply).await.expect("a look");
        assert_eq!(report.skipped, None);
    }

    /// A store that is ready.
    pub async fn ready_store(&self, user: &TestUser, name: &str) -> String {
        let id = self.create(user, name).await;
        self.run_jobs().await;
        assert_eq!(self.state(user, &id).await, "ready");
        id
    }

    pub async fn state(&self, user: &TestUser, store: &str) -> String {
        self.get(user, &format!("/stores/{store}")).await.expect(200).string("/state")
    }

    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }
}

/// Every answer is one that the OpenAPI document names.
pub async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let response = client.execute(request).await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.expect("the whole answer");
    let body = serde_json::from_str(&text).unwrap_or_default();
    promised::check(&method, &path, status, &body);
    Answer { status, headers, text, body }
}

#[allow(clippy::return_self_not_must_use, reason = "a check is made for its own sake")]
impl Answer {
    /// Checks the status.
    #[allow(clippy::must_use_candidate, reason = "a check is made for its own sake")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Checks that it is a whole problem with this status and code.
    #[allow(clippy::must_use_candidate, reason = "a check is made for its own sake")]
    pub fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:souk:problem:{code}"));
        assert_eq!(self.body["correlation_id"], self.header("x-correlation-id"));
        for field in ["title", "detail", "correlation_id"] {
            assert!(self.body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {}", self.text);
        }
        self
    }

    /// The string at a JSON pointer.
    #[must_use]
    pub fn string(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no string at {pointer}: {}", self.text)).to_owned()
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The fields that a problem names.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().filter_map(|error| error["field"].as_str().map(ToOwned::to_owned)).collect()
    }
}
