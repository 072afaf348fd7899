//! A PostgreSQL server of one test, which the test may stop and start.
//!
//! Invariant: it is reachable on loopback only, and nothing of it is left when it is dropped.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Uid;
use souk_test_support::until;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use uuid::Uuid;

use crate::browser::free_port;
use crate::processes::Process;

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const SETTINGS: &str =
    "unix_socket_directories = ''\nlisten_addresses = '127.0.0.1'\nfsync = off\njit = off\n";

#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Postgres {
    /// Makes a server and starts it.
    ///
    /// # Panics
    /// When the machine has no PostgreSQL, or it does not start.
    pub async fn start() -> Self {
        let random = Uuid::new_v4().simple().to_string();
        // Not below the repository: the user `postgres` may not be let in there.
        let folder = std::env::temp_dir().join(format!("souk-e2e-postgres-{}", &random[..6]));
        let mut postgres = Self { folder, port: free_port(), server: None };
        let mut folder = Command::new("install");
        folder.args(["--directory", "--mode=700"]);
        if Uid::effective().is_root() {
            folder.args(["--owner=postgres", "--group=postgres"]);
        }
        run(folder.arg(&postgres.folder)).await;
        let mut initdb = as_postgres("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        run(initdb.arg("--pgdata").arg(&postgres.folder)).await;
        let settings = postgres.folder.join("postgresql.auto.conf");
        fs::write(&settings, SETTINGS).unwrap_or_else(|error| panic!("{}: {error}", settings.display()));
        postgres.begin().await;
        postgres
    }

    /// The superuser's.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// # Panics
    /// When it does not accept connections in time.
    pub async fn begin(&mut self) {
        let log = self.folder.with_extension("log");
        let log = fs::File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let server = as_postgres("postgres")
            .arg("-D")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string()])
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("starting postgres: {error}"));
        self.server = Some(server);
        let port = self.port.to_string();
        let accepts = until(START_LIMIT, LOOK_EVERY, async || {
            let asked = Command::new(programs().join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port])
                .status()
                .await;
            asked.is_ok_and(|status| status.success()).then_some(())
        });
        assert!(accepts.await.is_some(), "postgres does not accept connections");
    }

    /// PostgreSQL's fast shutdown: clients are sent away, everything is written.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        if let Some(process) = server.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Process::of) {
            process.signal(Signal::SIGINT);
        }
        let ended = timeout(STOP_LIMIT, server.wait()).await;
        assert!(matches!(ended, Ok(Ok(_))), "postgres does not stop");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.start_kill(); // its children see that, and end
        }
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(self.folder.with_extension("log"));
    }
}

/// As the user `postgres` when we are root, since PostgreSQL refuses to run as root; it dies with the test.
fn as_postgres(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if Uid::effective().is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(programs().join(program)).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The folder of the newest server programs in Debian's place; elsewhere they are on PATH.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .max();
    newest.map_or_else(PathBuf::new, |(_, folder)| folder)
}

async fn run(command: &mut Command) {
    let output = command.output().await.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
