//! The binary as an operator meets it: started, asked, told to stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use souk_test_support::{TestDatabase, role_passwords, wait_for};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

const SOUK: &str = env!("CARGO_BIN_EXE_souk");
/// Bounds a broken test.
const LIMIT: Duration = Duration::from_secs(30);
/// What the whole stop may take.
const STOP_LIMIT: Duration = Duration::from_secs(15);

fn souk(database: &TestDatabase) -> Command {
    let url = |user: &str| {
        let options = database.options_for(user);
        let (host, port, name) = (options.get_host(), options.get_port(), options.get_database().unwrap());
        let passwords = role_passwords();
        format!("postgres://{user}:{}@{host}:{port}/{name}", passwords.api.expose_secret())
    };
    let mut command = Command::new(SOUK);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("SOUK_PROFILE", "test")
        .env("SOUK_DATABASE_URL", url("souk_api"))
        .env("SOUK_DATABASE_WORKER_URL", url("souk_worker"))
        .env("SOUK_JWT_SECRET", "for tests only")
        .env("SOUK_ENCRYPTION_KEY", "q83vEjRWeJq83v7cuph2VDIQ/ty6mHZUMhDeyrYfnlI=")
        .env("SOUK_PROVISIONER", "simulated")
        .env("SOUK_SIMULATED_STEP_MS", "0")
        .env("SOUK_BIND", "127.0.0.1:0")
        .env("SOUK_METRICS_BIND", "off")
        .env("SOUK_DRAIN_GRACE_MS", "0")
        .env("SOUK_LOG_FORMAT", "json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// A running `souk serve`.
struct Running {
    child: Child,
    base: String,
    client: Client,
}

impl Running {
    async fn start(mut command: Command) -> Self {
        let mut child = command.arg("serve").spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = tokio::time::timeout(LIMIT, log_line(&mut log, "the API answers")).await.unwrap();
        let base = format!("http://{}/api/v1", line["address"].as_str().unwrap());
        // A full pipe would hold the process.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(LIMIT).no_proxy().build().unwrap();
        Self { child, base, client }
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn register(&self) -> String {
        let body = json!({ "email": "leyla@example.com", "password": "correct horse battery" });
        let (status, session) = self.ask(Method::POST, "/auth/register", "", Some(body)).await;
        assert_eq!(status, 201, "{session}");
        session["access_token"].as_str().unwrap().to_owned()
    }

    async fn create(&self, token: &str) -> String {
        let body = json!({ "name": "lamps", "engine": "medusa" });
        let (status, accepted) = self.ask(Method::POST, "/stores", token, Some(body)).await;
        assert_eq!(status, 202, "{accepted}");
        accepted["store"]["id"].as_str().unwrap().to_owned()
    }

    async fn state(&self, token: &str, store: &str) -> String {
        let (_, shown) = self.ask(Method::GET, &format!("/stores/{store}"), token, None).await;
        shown["state"].as_str().unwrap_or_default().to_owned()
    }

    async fn ready(&self, token: &str, store: &str) {
        wait_for("the store to be ready", async || (self.state(token, store).await == "ready").then_some(()))
            .await;
    }

    fn terminate(&self) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    async fn ended(mut self) -> ExitStatus {
        tokio::time::timeout(STOP_LIMIT, self.child.wait()).await.expect("an end in time").unwrap()
    }
}

async fn log_line(log: &mut Lines<BufReader<ChildStderr>>, message: &str) -> Value {
    let mut seen = String::new();
    while let Some(line) = log.next_line().await.unwrap() {
        let parsed: Value = serde_json::from_str(&line).unwrap_or_default();
        if parsed["message"] == message {
            return parsed;
        }
        seen.push_str(&line);
        seen.push('\n');
    }
    panic!("souk ended before it said {message:?}:\n{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_makes_stores_and_ends_well_when_it_is_told_to() {
    let database = TestDatabase::create().await;
    let souk = Running::start(souk(&database)).await;
    let token = souk.register().await;
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    souk.terminate();
    assert!(souk.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopping_souk_was_working_on_another_one_finishes() {
    let database = TestDatabase::create().await;
    let mut slow = souk(&database);
    slow.env("SOUK_SIMULATED_STEP_MS", "60000");
    let first = Running::start(slow).await;
    let token = first.register().await;
    let store = first.create(&token).await;
    wait_for("the work to begin", async || {
        (first.state(&token, &store).await == "provisioning").then_some(())
    })
    .await;
    let second = Running::start(souk(&database)).await;
    let start = Instant::now();
    first.terminate();
    assert!(first.ended().await.success());
    second.ready(&token, &store).await;
    assert!(start.elapsed() < STOP_LIMIT, "handed back, not waited for until the lease ended");
    let lost = database.number("SELECT sum(lost_leases)::bigint FROM operations").await;
    assert_eq!(lost, 0);
    second.terminate();
    assert!(second.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_drains_new_requests_get_an_answer() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env("SOUK_DRAIN_GRACE_MS", "3000");
    let souk = Running::start(command).await;
    let (status, _) = souk.ask(Method::GET, "/health/ready", "", None).await;
    assert_eq!(status, 200);
    souk.terminate();
    let refused = wait_for("the drain to begin", async || {
        let (status, body) = souk.ask(Method::GET, "/stores", "", None).await;
        (status != 401).then_some((status, body))
    })
    .await;
    assert_eq!((refused.0.as_u16(), refused.1["code"].as_str()), (503, Some("service.stopping")));
    assert!(souk.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_twice_does_not_wait() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env("SOUK_DRAIN_GRACE_MS", "14000");
    let souk = Running::start(command).await;
    let start = Instant::now();
    souk.terminate();
    wait_for("the drain to begin", async || {
        let (status, _) = souk.ask(Method::GET, "/stores", "", None).await;
        (status == 503).then_some(())
    })
    .await;
    souk.terminate();
    assert_eq!(souk.ended().await.code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(10), "it waited for the grace period");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_all_named_and_nothing_is_started() {
    let mut command = Command::new(SOUK);
    command.env_clear().env("SOUK_PROFILE", "production").env("SOUK_BIND", "nonsense").arg("serve");
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in [
        "SOUK_BIND",
        "SOUK_DATABASE_URL",
        "SOUK_DATABASE_WORKER_URL",
        "SOUK_JWT_SECRET",
        "SOUK_ENCRYPTION_KEY",
        "SOUK_KUBECONFIG",
    ] {
        assert!(said.contains(name), "{name} is not in:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_nothing_missing_where_nothing_is_and_says_what_is_where_it_is() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    let well = command.arg("doctor").output().await.unwrap();
    let said = String::from_utf8(well.stdout).unwrap();
    assert!(well.status.success(), "{said}");
    let mut command = souk(&database);
    command.env("SOUK_PROVISIONER", "kubernetes").env("SOUK_KUBECONFIG", "/nowhere/kubeconfig");
    command.env("SOUK_HELM_CHART_PATH", "/nowhere/chart").env("SOUK_DATA_DIR", std::env::temp_dir());
    let ill = command.arg("doctor").output().await.unwrap();
    let said = String::from_utf8(ill.stdout).unwrap();
    assert_eq!(ill.status.code(), Some(1), "{said}");
    assert!(said.contains("no chart in /nowhere/chart") && said.contains("souk connect-cluster"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_needs_the_databases_urls_and_no_other_secret() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env_remove("SOUK_JWT_SECRET").env_remove("SOUK_ENCRYPTION_KEY").arg("migrate");
    let refused = command.output().await.unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("SOUK_DATABASE_ADMIN_URL"));
    let server = std::env::var(souk_test_support::URL_VARIABLE).unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let name = database.options_for("souk_api").get_database().unwrap().to_owned();
    command.env("SOUK_DATABASE_ADMIN_URL", format!("{server}/{name}"));
    let done = command.output().await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
