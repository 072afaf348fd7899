//! A Souk under test: the real binary, with a database and a cluster account of its own.
//!
//! Invariant: it never touches a Souk that somebody runs in the same cluster, and everything it made
//! goes with it: the process, the account, the database.

use std::env;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::{Value, json};
use souk_shopper::StoreClient;
use souk_test_support::{TestDatabase, until};
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::browser::free_port;
use crate::cluster;

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

#[derive(Debug)]
pub struct Souk {
    pub url: String,
    pub database: TestDatabase,
    account: String,
    kubeconfig: PathBuf,
    process: Option<Child>,
}

impl Souk {
    /// Runs a test with a Souk of its own, and removes whatever both made, whether the test passed or not.
    ///
    /// # Panics
    /// When the test panics, or when a test that passed left something in the cluster.
    pub async fn run(images: &Images, test: impl AsyncFnOnce(&mut Self)) {
        let mut souk = Self::start(images).await;
        let outcome = AssertUnwindSafe(test(&mut souk)).catch_unwind().await;
        if outcome.is_err() {
            eprintln!("what Souk logged: {}", souk.log().display());
        }
        let installation = souk.installation().await;
        souk.end().await;
        let left = cluster::remove_namespaces_of(&installation).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic); // what the test found counts more than what it leaves
        }
        assert!(left.is_empty(), "left in the cluster: {left:?}");
    }

    /// Makes database and account, and starts the binary.
    async fn start(images: &Images) -> Self {
        let random = Uuid::new_v4().simple().to_string();
        let account = format!("souk-e2e-{}", &random[..6]);
        let folder = repository().join("target/e2e");
        std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut souk = Self {
            url: format!("http://127.0.0.1:{}", free_port()),
            database: TestDatabase::create().await,
            kubeconfig: folder.join(format!("{account}.kubeconfig")),
            account,
            process: None,
        };
        let admin = env::var_os("KUBECONFIG")
            .unwrap_or_else(|| panic!("KUBECONFIG is not set: run `cargo xtask test --only e2e`"));
        let mut connect = souk.command(images);
        connect
            .arg("connect-cluster")
            .arg("--admin-kubeconfig")
            .arg(admin)
            .arg("--out")
            .arg(&souk.kubeconfig);
        run(connect, "souk connect-cluster").await;
        souk.serve(images).await;
        souk
    }

    /// Starts `souk serve`, with other images if it has run before.
    ///
    /// # Panics
    /// When it is not ready in time.
    pub async fn serve(&mut self, images: &Images) {
        let mut serve = self.command(images);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log());
        let log = log.unwrap_or_else(|error| panic!("{}: {error}", self.log().display()));
        let errors = log.try_clone().unwrap_or_else(|error| panic!("{}: {error}", self.log().display()));
        let child = serve
            .arg("serve")
            .stdout(log)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("starting souk: {error}"));
        self.process = Some(child);
        let souk = StoreClient::new(&self.url, None).unwrap_or_else(|error| panic!("{error}"));
        let ready =
            until(START_LIMIT, LOOK_EVERY, async || souk.get("/api/v1/health/ready").await.ok()).await;
        assert!(ready.is_some(), "souk is not ready; see {}", self.log().display());
    }

    /// Stops the process as an operator would: with SIGTERM.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn terminate(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        if let Some(pid) = process.id() {
            run(Command::new("kill").arg("-TERM").arg(pid.to_string()), "kill").await;
        }
        let stopped = tokio::time::timeout(START_LIMIT, process.wait()).await;
        assert!(matches!(stopped, Ok(Ok(_))), "souk does not stop");
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

    fn log(&self) -> PathBuf {
        self.kubeconfig.with_extension("log")
    }

    /// Stops it and removes its account from the cluster.
    async fn end(mut self) {
        self.terminate().await;
        let helm = env::var("SOUK_HELM_BIN").unwrap_or_else(|_| "helm".into());
        let mut uninstall = Command::new(helm);
        uninstall.args(["uninstall", "souk-account", "--namespace", &self.account, "--wait"]);
        run(uninstall, "helm uninstall").await;
        cluster::remove_namespace(&self.account).await;
        let _ = std::fs::remove_file(&self.kubeconfig);
    }

    /// The binary with all its settings, and none of this process's own.
    pub(crate) fn command(&self, images: &Images) -> Command {
        let binary =
            env::var_os("SOUK_BIN").map_or_else(|| repository().join("target/debug/souk"), PathBuf::from);
        let metrics = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(binary);
        command.current_dir(repository()).stdin(Stdio::null()).env_clear();
        for name in ["PATH", "SOUK_HELM_BIN", "SOUK_INGRESS_CONNECT"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        let chart = repository().join("helm/ecommerce-store");
        command
            .env("SOUK_BIND", self.url.trim_start_matches("http://"))
            .env("SOUK_METRICS_BIND", metrics)
            .env("SOUK_DATABASE_URL", self.database.url("souk_api"))
            .env("SOUK_DATABASE_WORKER_URL", self.database.url("souk_worker"))
            .env("SOUK_JWT_SECRET", "a secret of the end-to-end tests and of nothing else")
            .env("SOUK_ENCRYPTION_KEY", "ZW5kLXRvLWVuZC10ZXN0cy1vbmx5LTMyLWJ5dGVzISE=")
            .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
            .env("SOUK_KUBECONFIG", &self.kubeconfig)
            .env("SOUK_ACCOUNT_NAME", &self.account)
            .env("SOUK_ACCOUNT_NAMESPACE", &self.account)
            .env("SOUK_ACCOUNT_STORE_ROLE", format!("{}-store", self.account))
            .env("SOUK_HELM_VALUES_FILE", chart.join("values-local.yaml"))
            .env("SOUK_HELM_CHART_PATH", chart)
            .env("SOUK_DATA_DIR", repository().join("target/e2e").join(&self.account))
            .env("SOUK_LOG_LEVEL", "info");
        for name in ["medusa", "postgres", "redis"] {
            let image = images.0[name].as_str().unwrap_or_else(|| panic!("no image {name} was built"));
            command.env(format!("SOUK_{}_IMAGE", name.to_uppercase()), image);
        }
        command
    }
}

async fn run(mut command: impl std::borrow::BorrowMut<Command>, what: &str) {
    let output = command.borrow_mut().output().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{errors}", output.status);
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
