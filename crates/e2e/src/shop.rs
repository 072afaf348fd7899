//! Inside a store, whatever its engine: what runs in its pods, what they reach, and a lock on its database that holds
//! its setup up.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{AttachParams, AttachedProcess, DeleteParams, ListParams, LogParams};
use souk_domain::engine::Engine;
use souk_test_support::until;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use crate::cluster::{self, Place, admin};
use crate::engines::{Inside, inside};
use crate::space::{Answer, is_ready};

/// From the request to a database with the shop's tables in it: seconds, or minutes on a machine that builds meanwhile.
const TABLES_LIMIT: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What the database's client may take to begin or to end.
const CLIENT_LIMIT: Duration = Duration::from_secs(5);
/// From the step's start to its process in the pod.
const SETUP_LIMIT: Duration = Duration::from_secs(30);
/// Where the shop has its data already.
const RESTART_LIMIT: Duration = Duration::from_mins(2);
/// Prints the command line of everything in the pod; its image has no `ps`.
const LIST: &str = "for line in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $line 2> /dev/null; echo; done";

/// The inside of one store's newest attempt.
#[derive(Debug, Clone)]
pub struct Shop {
    pub namespace: String,
    inside: &'static Inside,
}

/// How many setups are at work in the shop's pod, and how many wait for their turn behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setups {
    pub at_work: usize,
    pub waiting: usize,
}

impl Shop {
    #[must_use]
    pub fn of(engine: Engine, namespace: String) -> Self {
        Self { namespace, inside: inside(engine) }
    }

    /// Runs a command in the pod that serves the shop.
    ///
    /// # Panics
    /// When there is no such pod, or the command does not end in time.
    pub async fn run(&self, words: &[&str]) -> Answer {
        cluster::run_in(&self.namespace, self.inside.shop, words).await
    }

    /// The pod that serves the shop.
    ///
    /// # Panics
    /// When there is none.
    pub async fn pod(&self) -> Place {
        cluster::pod_of(&self.namespace, self.inside.shop).await
    }

    /// What its processes have said since their pod was started.
    ///
    /// # Panics
    /// When the API server does not tell.
    pub async fn log(&self) -> String {
        let pods: Api<Pod> = Api::namespaced(admin().await, &self.namespace);
        let log = pods.logs(&self.pod().await.name, &LogParams::default()).await;
        log.unwrap_or_else(|error| panic!("the log of {}: {error}", self.namespace))
    }

    /// Ends the shop's pod, as a new image would, and waits until another one is ready.
    ///
    /// # Panics
    /// When none is.
    pub async fn restart(&self) {
        let pods: Api<Pod> = Api::namespaced(admin().await, &self.namespace);
        let old = self.pod().await.name;
        let deleted = pods.delete(&old, &DeleteParams::default()).await;
        deleted.unwrap_or_else(|error| panic!("deleting the pod {old}: {error}"));
        let of_shop =
            ListParams::default().labels(&format!("app.kubernetes.io/component={}", self.inside.shop));
        let back = until(RESTART_LIMIT, LOOK_EVERY, async || {
            let found = pods.list(&of_shop).await.ok()?.items;
            let gone = found.iter().all(|pod| pod.metadata.name.as_deref() != Some(&old));
            (gone && found.iter().any(is_ready)).then_some(())
        });
        assert!(back.await.is_some(), "the shop of {} does not come back", self.namespace);
    }

    /// Where the shop's pod listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.inside.shop_port
    }

    /// The database's name and port, from inside the namespace or from another.
    #[must_use]
    pub fn database(&self, from_elsewhere: bool) -> (String, u16) {
        let name = self.inside.database;
        let name =
            if from_elsewhere { format!("{name}.{}.svc.cluster.local", self.namespace) } else { name.into() };
        (name, self.inside.database_port)
    }

    /// Tries a TCP connection from inside the shop's own pod.
    ///
    /// # Panics
    /// When there is no such pod.
    pub async fn reaches(&self, host: &str, port: u16) -> bool {
        let port = port.to_string();
        let words: Vec<&str> = self.inside.connect.iter().copied().chain([host, &port]).collect();
        self.run(&words).await.ok
    }

    /// # Panics
    /// When the shop has no pod.
    pub async fn setups(&self) -> Setups {
        let lines = self.run(&["sh", "-c", LIST]).await;
        let of_setup = |line: &&str| line.contains(self.inside.setup);
        let count =
            |start: &str| lines.text.lines().filter(of_setup).filter(|line| line.starts_with(start)).count();
        // Each one is a `timeout` that watches a `flock`, which becomes the setup when its turn has come.
        Setups { at_work: count(self.inside.program), waiting: count("flock") }
    }

    /// Waits until the setup is in the middle of its work.
    ///
    /// # Panics
    /// When it does not come so far.
    pub async fn wait_setup_at_work(&self) {
        let at_work =
            until(SETUP_LIMIT, LOOK_EVERY, async || (self.setups().await.at_work == 1).then_some(()));
        assert!(at_work.await.is_some(), "no setup is at work after {} s", SETUP_LIMIT.as_secs());
    }

    /// Locks what the setup will change as soon as there is something to lock, which is before the shop is ready for
    /// its setup.
    ///
    /// # Panics
    /// When there never is.
    pub async fn hold_setup(&self) -> SetupHold {
        let held = until(TABLES_LIMIT, LOOK_EVERY, async || SetupHold::attempt(self).await).await;
        held.unwrap_or_else(|| panic!("no database to lock in {}", self.namespace))
    }
}

/// The setup's real transaction waits for as long as this is held.
pub struct SetupHold {
    /// Its end is the client's, and with that the transaction's.
    _process: AttachedProcess,
    stdin: Box<dyn AsyncWrite + Send + Unpin>,
    stdout: BufReader<Box<dyn AsyncRead + Send + Unpin>>,
    lift: &'static str,
}

impl std::fmt::Debug for SetupHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetupHold").finish_non_exhaustive()
    }
}

impl SetupHold {
    async fn attempt(shop: &Shop) -> Option<Self> {
        let pods: Api<Pod> = Api::namespaced(admin().await, &shop.namespace);
        let pod = running(&pods, shop.inside.database).await?;
        let settings = AttachParams::default().stdin(true).stdout(true).stderr(false);
        let mut process = pods.exec(&pod, shop.inside.client.iter().copied(), &settings).await.ok()?;
        let stdin = Box::new(process.stdin()?);
        let stdout: Box<dyn AsyncRead + Send + Unpin> = Box::new(process.stdout()?);
        let lift = shop.inside.lift;
        let mut hold = Self { stdin, stdout: BufReader::new(stdout), _process: process, lift };
        // Without the table, or without a server yet, the client ends and nothing is said.
        hold.tell(shop.inside.hold).await.filter(|answer| answer == "held").map(|_| hold)
    }

    /// The setup goes on.
    ///
    /// # Panics
    /// When the database's client does not let go.
    pub async fn lift(mut self) {
        let answer = self.tell(self.lift).await;
        assert_eq!(answer.as_deref(), Some("lifted"), "the database's client does not let go");
    }

    /// What the client says to it.
    async fn tell(&mut self, statements: &str) -> Option<String> {
        let mut line = String::new();
        let conversation = async {
            self.stdin.write_all(statements.as_bytes()).await?;
            self.stdin.flush().await?;
            self.stdout.read_line(&mut line).await
        };
        let said = timeout(CLIENT_LIMIT, conversation).await;
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
