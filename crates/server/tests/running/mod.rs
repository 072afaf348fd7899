//! `souk` as a process, as an operator meets it: started, asked, told to stop.
#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use souk_test_support::{TestDatabase, role_passwords, wait_for};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

pub const SOUK: &str = env!("CARGO_BIN_EXE_souk");
/// Bounds a broken test.
const LIMIT: Duration = Duration::from_secs(30);
/// What the whole stop may take.
pub const STOP_LIMIT: Duration = Duration::from_secs(15);

/// The binary with settings that are right, and nothing of this process's environment.
pub fn souk(database: &TestDatabase) -> Command {
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
        .env("SOUK_ADDRESS_RATE_PER_MINUTE", "0")
        .env("SOUK_LOG_FORMAT", "json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// A running `souk serve` or `souk api`.
pub struct Running {
    child: Child,
    base: String,
    client: Client,
    log: JoinHandle<Vec<Value>>,
}

impl Running {
    pub async fn start(command: Command) -> Self {
        Self::start_as("serve", command).await
    }

    pub async fn start_as(subcommand: &str, mut command: Command) -> Self {
        let mut child = command.arg(subcommand).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let (line, mut lines) =
            tokio::time::timeout(LIMIT, until_said(&mut log, "the API answers")).await.unwrap();
        let base = format!("http://{}/api/v1", line["address"].as_str().unwrap());
        // A full pipe would hold the process.
        let log = tokio::spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                lines.push(parsed(&line));
            }
            lines
        });
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(LIMIT).no_proxy().build().unwrap();
        Self { child, base, client, log }
    }

    /// `path` follows `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = self.request(method, path).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    pub async fn register(&self) -> String {
        let body = json!({ "email": "leyla@example.com", "password": "correct horse battery" });
        let (status, session) = self.ask(Method::POST, "/auth/register", "", Some(body)).await;
        assert_eq!(status, 201, "{session}");
        session["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn create(&self, token: &str) -> String {
        let body = json!({ "name": "lamps", "engine": "medusa" });
        let (status, accepted) = self.ask(Method::POST, "/stores", token, Some(body)).await;
        assert_eq!(status, 202, "{accepted}");
        accepted["store"]["id"].as_str().unwrap().to_owned()
    }

    pub async fn state(&self, token: &str, store: &str) -> String {
        let (_, shown) = self.ask(Method::GET, &format!("/stores/{store}"), token, None).await;
        shown["state"].as_str().unwrap_or_default().to_owned()
    }

    pub async fn ready(&self, token: &str, store: &str) {
        wait_for("the store to be ready", async || (self.state(token, store).await == "ready").then_some(()))
            .await;
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    pub fn terminate(&self) {
        let pid = self.pid().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    pub async fn ended(mut self) -> ExitStatus {
        tokio::time::timeout(STOP_LIMIT, self.child.wait()).await.expect("an end in time").unwrap()
    }

    /// Without a word: SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Stops it in order; returns all that it has logged.
    pub async fn stop_and_read(mut self) -> Vec<Value> {
        self.terminate();
        let status =
            tokio::time::timeout(STOP_LIMIT, self.child.wait()).await.expect("an end in time").unwrap();
        assert!(status.success(), "{status}");
        self.log.await.unwrap()
    }
}

/// A line that is not JSON becomes one with that text.
fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| json!({ "not_json": line }))
}

/// Reads until it says this; returns that line, and all until there.
async fn until_said(log: &mut Lines<BufReader<ChildStderr>>, message: &str) -> (Value, Vec<Value>) {
    let mut seen = Vec::new();
    while let Some(line) = log.next_line().await.unwrap() {
        let line = parsed(&line);
        seen.push(line.clone());
        if line["message"] == message {
            return (line, seen);
        }
    }
    panic!("souk ended before it said {message:?}:\n{seen:#?}");
}
