//! Inside a store: what runs in its pods, and a lock on its database that holds its setup up.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{AttachParams, AttachedProcess};
use kube::{Api, api::ListParams};
use souk_test_support::until;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use crate::cluster::admin;
use crate::space::exec;

/// From the request to a database with the shop's tables in it: seconds, or minutes on a machine that builds meanwhile.
const TABLES_LIMIT: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What psql may take to begin or to end.
const PSQL_LIMIT: Duration = Duration::from_secs(5);
/// From the step's start to its process in the pod.
const SETUP_LIMIT: Duration = Duration::from_secs(30);
const PSQL: [&str; 10] = [
    "/usr/lib/postgresql/15/bin/psql",
    "-XqAt",
    "-h",
    "/run/postgresql",
    "-U",
    "medusa",
    "-v",
    "ON_ERROR_STOP=1",
    "-f",
    "-",
];
/// The row that the setup locks, too, for as long as it works.
const HOLD: &[u8] = b"BEGIN;\nSELECT 'held' FROM souk.store FOR UPDATE;\n";
const LIFT: &[u8] = b"ROLLBACK;\nSELECT 'lifted';\n";
/// The setup's own command line; `timeout` and `flock` around it have more words.
const SETUP: &str = "node /app/souk/setup.mjs";
/// Prints the command line of everything in the pod; its image has no `ps`.
const LIST: &str = "for line in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $line 2> /dev/null; echo; done";

/// The setup's real transaction waits for as long as this is held.
pub struct SetupHold {
    /// Its end is psql's, and with that the transaction's.
    _process: AttachedProcess,
    stdin: Box<dyn AsyncWrite + Send + Unpin>,
    stdout: BufReader<Box<dyn AsyncRead + Send + Unpin>>,
}

impl std::fmt::Debug for SetupHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetupHold").finish_non_exhaustive()
    }
}

impl SetupHold {
    /// Takes the lock as soon as there is something to lock, which is before the shop is ready for its setup.
    ///
    /// # Panics
    /// When there never is.
    pub async fn take(namespace: &str) -> Self {
        let held = until(TABLES_LIMIT, LOOK_EVERY, async || Self::attempt(namespace).await).await;
        held.unwrap_or_else(|| panic!("no database to lock in {namespace}"))
    }

    async fn attempt(namespace: &str) -> Option<Self> {
        let pods: Api<Pod> = Api::namespaced(admin().await, namespace);
        let pod = running(&pods, "postgres").await?;
        let settings = AttachParams::default().stdin(true).stdout(true).stderr(false);
        let mut process = pods.exec(&pod, PSQL, &settings).await.ok()?;
        let stdin = Box::new(process.stdin()?);
        let stdout: Box<dyn AsyncRead + Send + Unpin> = Box::new(process.stdout()?);
        let mut hold = Self { stdin, stdout: BufReader::new(stdout), _process: process };
        // Without the table, or without a server yet, psql ends and nothing is said.
        hold.tell(HOLD).await.filter(|answer| answer == "held").map(|_| hold)
    }

    /// The setup goes on.
    ///
    /// # Panics
    /// When psql does not let go.
    pub async fn lift(mut self) {
        let answer = self.tell(LIFT).await;
        assert_eq!(answer.as_deref(), Some("lifted"), "psql does not let go");
    }

    /// What psql says to it.
    async fn tell(&mut self, statements: &[u8]) -> Option<String> {
        let mut line = String::new();
        let conversation = async {
            self.stdin.write_all(statements).await?;
            self.stdin.flush().await?;
            self.stdout.read_line(&mut line).await
        };
        let said = timeout(PSQL_LIMIT, conversation).await;
        matches!(said, Ok(Ok(_))).then(|| line.trim().to_owned())
    }
}

pub(crate) async fn running(pods: &Api<Pod>, component: &str) -> Option<String> {
    let label = format!("app.kubernetes.io/component={component}");
    let found = pods.list(&ListParams::default().labels(&label)).await.ok()?;
    let is_running =
        |pod: &Pod| pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Running");
    found.into_iter().find(is_running)?.metadata.name
}

/// How many setups are at work in the shop's pod, and how many wait for their turn behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setups {
    pub at_work: usize,
    pub waiting: usize,
}

/// # Panics
/// When the shop has no pod.
pub async fn setups(namespace: &str) -> Setups {
    let pods: Api<Pod> = Api::namespaced(admin().await, namespace);
    let pod = running(&pods, "medusa").await.unwrap_or_else(|| panic!("no shop in {namespace}"));
    let lines = exec(&pods, &pod, &["sh", "-c", LIST]).await;
    let count = |start: &str| {
        lines.text.lines().filter(|line| line.starts_with(start) && line.contains(SETUP)).count()
    };
    // Each one is a `timeout` that watches a `flock`, which becomes the setup when its turn has come.
    Setups { at_work: count(SETUP), waiting: count("flock") }
}

/// Waits until the setup is in the middle of its work.
///
/// # Panics
/// When it does not come so far.
pub async fn wait_setup_at_work(namespace: &str) {
    let at_work =
        until(SETUP_LIMIT, LOOK_EVERY, async || (setups(namespace).await.at_work == 1).then_some(()));
    assert!(at_work.await.is_some(), "no setup is at work after {} s", SETUP_LIMIT.as_secs());
}
