//! A Souk under test: the real binary, with a database and a cluster account of its own.
//!
//! Invariant: it never touches a Souk that somebody runs in the same cluster, and everything it made
//! goes with it: the process, the account, the database.

use std::env;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::{Value, json};
use souk_shopper::{ShopError, StoreClient};
use souk_test_support::{TestDatabase, until};
use tokio::process::Command;
use uuid::Uuid;

use crate::browser::free_port;
use crate::replica::{Replica, WORKER_STARTED};
use crate::{cluster, helm};

const START_LIMIT: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const PASSWORD: &str = "a sentence for tests only";

/// Which images the stores of a Souk are made of.
#[derive(Debug, Clone)]
pub struct Images(Value);

impl Images {
    /// Those that `cargo xtask images` built last.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn built() -> Self {
        let file = env::var_os("SOUK_E2E_IMAGES")
            .map_or_else(|| repository().join("target/dev/images.json"), PathBuf::from);
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask images`", file.display()));
        Self(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
    }

    /// The same, but for one that nobody ever built.
    #[must_use]
    pub fn with_missing(mut self, name: &str) -> Self {
        self.0[name] = json!("localhost/souk/was-never-built:1");
        self
    }
}

/// What a Souk under test is started with.
#[derive(Debug)]
pub struct Setup {
    images: Images,
    /// In place of the machine's.
    helm: Option<PathBuf>,
    /// The superuser's URL of the database server, in place of the tests' common one.
    server: Option<String>,
    /// More settings, by their names.
    more: Vec<(&'static str, String)>,
    /// A values file that comes after the environment's.
    values: Option<PathBuf>,
}

impl Setup {
    #[must_use]
    pub fn of(images: &Images) -> Self {
        Self { images: images.clone(), helm: None, server: None, more: Vec::new(), values: None }
    }

    #[must_use]
    pub fn with_helm(mut self, program: &Path) -> Self {
        self.helm = Some(program.to_owned());
        self
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.push((name, value.into()));
        self
    }

    /// What an operator says to the stores' chart in a values file.
    ///
    /// # Panics
    /// When the file cannot be written.
    #[must_use]
    pub fn with_values(mut self, values: &Value) -> Self {
        let file = folder().join(format!("values-{}.json", Uuid::new_v4().simple()));
        std::fs::write(&file, values.to_string())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.values = Some(file);
        self
    }

    #[must_use]
    pub fn with_server(mut self, url: String) -> Self {
        self.server = Some(url);
        self
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        if let Some(file) = self.values.take() {
            let _ = std::fs::remove_file(file);
        }
    }
}

#[derive(Debug)]
pub struct Souk {
    pub url: String,
    pub database: TestDatabase,
    setup: Setup,
    account: String,
    kubeconfig: PathBuf,
    /// What answers at `url`: `souk serve`, or `souk api`.
    answering: Option<Replica>,
    started: usize,
}

impl Souk {
    /// Runs a test with a Souk of its own, and removes whatever both made, whether the test passed or not.
    ///
    /// # Panics
    /// When the test panics, or when a test that passed left something in the cluster.
    pub async fn run(images: &Images, test: impl AsyncFnOnce(&mut Self)) {
        Self::run_as(Setup::of(images), test).await;
    }

    /// As [`Self::run`], with more than images that is the test's own.
    ///
    /// # Panics
    /// As `run` does.
    pub async fn run_as(setup: Setup, test: impl AsyncFnOnce(&mut Self)) {
        Self::run_with(setup, async |souk: &mut Self| {
            souk.answer("serve").await;
            test(souk).await;
        })
        .await;
    }

    /// As [`Self::run`], with the API alone in its process: the test starts workers, and may lose them.
    ///
    /// # Panics
    /// As `run` does.
    pub async fn run_apart(setup: Setup, test: impl AsyncFnOnce(&mut Self)) {
        Self::run_with(setup, async |souk: &mut Self| {
            souk.answer("api").await;
            test(souk).await;
        })
        .await;
    }

    async fn run_with(setup: Setup, test: impl AsyncFnOnce(&mut Self)) {
        let mut souk = Self::prepare(setup).await;
        let outcome = AssertUnwindSafe(test(&mut souk)).catch_unwind().await;
        if outcome.is_err() {
            eprintln!("what Souk logged: {}", souk.kubeconfig.with_extension("*.log").display());
        }
        let installation = souk.installation().await;
        souk.end().await;
        let left = cluster::remove_namespaces_of(&installation).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic); // what the test found counts more than what it leaves
        }
        assert!(left.is_empty(), "left in the cluster: {left:?}");
    }

    /// Makes database and account.
    async fn prepare(setup: Setup) -> Self {
        let random = Uuid::new_v4().simple().to_string();
        let account = format!("souk-e2e-{}", &random[..6]);
        let database = match &setup.server {
            Some(url) => TestDatabase::create_on(url).await,
            None => TestDatabase::create().await,
        };
        let souk = Self {
            url: format!("http://127.0.0.1:{}", free_port()),
            database,
            setup,
            kubeconfig: folder().join(format!("{account}.kubeconfig")),
            account,
            answering: None,
            started: 0,
        };
        let admin = env::var_os("KUBECONFIG")
            .unwrap_or_else(|| panic!("KUBECONFIG is not set: run `cargo xtask test --only e2e`"));
        let mut connect = souk.command();
        connect
            .arg("connect-cluster")
            .arg("--admin-kubeconfig")
            .arg(admin)
            .arg("--out")
            .arg(&souk.kubeconfig);
        run(connect, "souk connect-cluster").await;
        souk
    }

    /// Starts `souk serve`, with other images if it has run before.
    ///
    /// # Panics
    /// When it is not ready in time.
    pub async fn serve(&mut self, images: &Images) {
        self.setup.images = images.clone();
        self.answer("serve").await;
    }

    async fn answer(&mut self, role: &str) {
        self.answering = Some(self.start(role));
        let souk = StoreClient::new(&self.url, None).unwrap_or_else(|error| panic!("{error}"));
        let ready =
            until(START_LIMIT, LOOK_EVERY, async || souk.get("/api/v1/health/ready").await.ok()).await;
        assert!(ready.is_some(), "souk is not ready; see {}", self.log(role).display());
    }

    /// Starts one more `souk worker`, and waits until it is at work.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn worker(&mut self) -> Replica {
        let worker = self.start("worker");
        worker.wait_said(WORKER_STARTED).await;
        worker
    }

    fn start(&mut self, role: &str) -> Replica {
        self.started += 1;
        Replica::start(self.command().arg(role), self.log(role))
    }

    /// Stops the process as an operator would: with SIGTERM.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn terminate(&mut self) {
        if let Some(answering) = self.answering.take() {
            answering.terminate().await;
        }
    }

    /// Whether this worker has an operation now.
    pub async fn is_held_by(&self, worker: &Replica) -> bool {
        let name = worker.worker_name();
        let held = format!(
            "SELECT count(*) FROM operations WHERE lease_owner = '{name}' AND lease_expires_at > now()"
        );
        self.database.number(&held).await > 0
    }

    /// How often operations of this kind have been claimed: each claim is one worker's, and the last one counts.
    pub async fn claims(&self, kind: &str) -> i64 {
        self.database
            .number(&format!(
                "SELECT COALESCE(sum(lease_epoch), 0)::bigint FROM operations WHERE kind = '{kind}'"
            ))
            .await
    }

    /// Permits that are taken now.
    pub async fn permits(&self) -> i64 {
        self.database
            .number("SELECT count(*) FROM operations WHERE has_permit AND lease_expires_at > now()")
            .await
    }

    /// What `GET /health` says.
    ///
    /// # Errors
    /// When it has no answer, or a bad one.
    pub async fn health(&self) -> Result<Value, ShopError> {
        StoreClient::new(&self.url, None)?.get("/api/v1/health").await
    }

    /// A new user of this Souk, signed in.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn user(&self, name: &str) -> StoreClient {
        let souk = StoreClient::new(&self.url, None).unwrap_or_else(|error| panic!("{error}"));
        let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        let registered = souk.post("/api/v1/auth/register", body.clone()).await;
        registered.unwrap_or_else(|error| panic!("registering: {error}"));
        let session = souk.post("/api/v1/auth/login", body).await.unwrap_or_else(|error| panic!("{error}"));
        let token = session["access_token"].as_str().unwrap_or_default();
        souk.with_header("authorization", format!("Bearer {token}"))
    }

    /// The id that labels everything it makes.
    async fn installation(&self) -> String {
        let pool = &self.database.worker;
        let mut tx = pool.begin().await.unwrap_or_else(|error| panic!("{error}"));
        let id = souk_db::installation::id(&mut tx).await.unwrap_or_else(|error| panic!("{error}"));
        id.to_string()
    }

    /// What the first process of it has logged so far goes there.
    #[must_use]
    pub fn first_log(&self) -> PathBuf {
        self.kubeconfig.with_extension("1-serve.log")
    }

    /// Each process has its own.
    fn log(&self, role: &str) -> PathBuf {
        self.kubeconfig.with_extension(format!("{}-{role}.log", self.started))
    }

    /// Stops it and removes its account from the cluster.
    async fn end(mut self) {
        self.terminate().await;
        let mut uninstall = Command::new(helm::program());
        uninstall.args(["uninstall", "souk-account", "--namespace", &self.account, "--wait"]);
        run(uninstall, "helm uninstall").await;
        cluster::remove_namespace(&self.account).await;
        let _ = std::fs::remove_file(&self.kubeconfig);
    }

    /// The binary with all its settings, and none of this process's own.
    pub(crate) fn command(&self) -> Command {
        let binary =
            env::var_os("SOUK_BIN").map_or_else(|| repository().join("target/debug/souk"), PathBuf::from);
        let metrics = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(binary);
        command.current_dir(repository()).env_clear();
        for name in ["PATH", "SOUK_INGRESS_CONNECT"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("SOUK_HELM_BIN", self.setup.helm.clone().unwrap_or_else(helm::program));
        let chart = repository().join("helm/ecommerce-store");
        let mut values = chart.join("values-local.yaml").into_os_string();
        if let Some(more) = &self.setup.values {
            values.push(",");
            values.push(more);
        }
        command
            .env("SOUK_BIND", self.url.trim_start_matches("http://"))
            .env("SOUK_PUBLIC_URL", &self.url)
            .env("SOUK_METRICS_BIND", metrics)
            .env("SOUK_DATABASE_URL", self.database.url("souk_api"))
            .env("SOUK_DATABASE_WORKER_URL", self.database.url("souk_worker"))
            .env("SOUK_JWT_SECRET", "a secret of the end-to-end tests and of nothing else")
            .env("SOUK_ENCRYPTION_KEY", "ZW5kLXRvLWVuZC10ZXN0cy1vbmx5LTMyLWJ5dGVzISE=")
            .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
            .env("SOUK_REGISTRATIONS_PER_ADDRESS", "0")
            // A test looks at its health more often than a stranger may.
            .env("SOUK_ADDRESS_RATE_PER_MINUTE", "0")
            .env("SOUK_KUBECONFIG", &self.kubeconfig)
            .env("SOUK_ACCOUNT_NAME", &self.account)
            .env("SOUK_ACCOUNT_NAMESPACE", &self.account)
            .env("SOUK_ACCOUNT_STORE_ROLE", format!("{}-store", self.account))
            .env("SOUK_HELM_VALUES_FILE", values)
            .env("SOUK_HELM_CHART_PATH", chart)
            .env("SOUK_DATA_DIR", repository().join("target/e2e").join(&self.account))
            .env("SOUK_LOG_LEVEL", "info");
        for name in ["medusa", "postgres", "redis", "woocommerce", "mariadb"] {
            let image =
                self.setup.images.0[name].as_str().unwrap_or_else(|| panic!("no image {name} was built"));
            command.env(format!("SOUK_{}_IMAGE", name.to_uppercase()), image);
        }
        command.envs(self.setup.more.iter().map(|(name, value)| (name, value)));
        command
    }
}

async fn run(mut command: impl std::borrow::BorrowMut<Command>, what: &str) {
    let output = command.borrow_mut().output().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{errors}", output.status);
}

/// Where tests keep what they make on this machine.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn folder() -> PathBuf {
    let folder = repository().join("target/e2e");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

/// The root of the sources.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
