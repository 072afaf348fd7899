//! One process of a Souk under test, which a test may kill, stop, freeze and look into.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use souk_test_support::until;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::processes::Process;

/// From its start to its first work, on two busy cores.
const START_LIMIT: Duration = Duration::from_mins(1);
/// Longer than Souk's own limit for it.
const STOP_LIMIT: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The first line of a worker that is at work.
pub(crate) const WORKER_STARTED: &str = "worker started";

#[derive(Debug)]
pub struct Replica {
    child: Child,
    pub process: Process,
    log: PathBuf,
}

/// How a process ended that was asked to.
#[derive(Debug)]
pub struct Stopped {
    pub status: ExitStatus,
    pub took: Duration,
}

impl Replica {
    /// Starts it with its output going to the log; it dies with the test.
    pub(crate) fn start(command: &mut Command, log: PathBuf) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(&log);
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let errors = file.try_clone().unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let child = command
            .stdout(file)
            .stderr(errors)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("starting souk: {error}"));
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        let process =
            pid.and_then(Process::of).unwrap_or_else(|| panic!("it ended at once: {}", log.display()));
        Self { child, process, log }
    }

    /// Waits until its log says so.
    ///
    /// # Panics
    /// When it does not, in time.
    pub async fn wait_said(&self, text: &str) {
        let said = async || self.said(text).then_some(());
        let found = until(START_LIMIT, LOOK_EVERY, said).await;
        assert!(found.is_some(), "{} never said {text:?}", self.log.display());
    }

    #[must_use]
    pub fn said(&self, text: &str) -> bool {
        std::fs::read_to_string(&self.log).is_ok_and(|log| log.contains(text))
    }

    /// What a worker calls itself in its log, and in the leases that it takes.
    ///
    /// # Panics
    /// When it has not said that it started.
    #[must_use]
    pub fn worker_name(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let started = log.lines().find(|line| line.contains(WORKER_STARTED)).unwrap_or_default();
        let mut words = started.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let name = words.find(|word| word.starts_with("worker-"));
        name.unwrap_or_else(|| panic!("{} does not name its worker", self.log.display())).to_owned()
    }

    /// Ends it with SIGKILL; gives what had been its children.
    ///
    /// # Panics
    /// When it does not die.
    pub async fn kill(mut self) -> Vec<Process> {
        let children = self.process.descendants();
        let killed = timeout(STOP_LIMIT, self.child.kill()).await;
        assert!(matches!(killed, Ok(Ok(()))), "it cannot be killed: {killed:?}");
        children
    }

    /// Stops it as an operator would: with SIGTERM.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn terminate(mut self) -> Stopped {
        let asked = Instant::now();
        self.process.signal(Signal::SIGTERM);
        match timeout(STOP_LIMIT, self.child.wait()).await {
            Ok(Ok(status)) => Stopped { status, took: asked.elapsed() },
            other => panic!("souk does not stop: {other:?}; see {}", self.log.display()),
        }
    }

    /// As a machine whose clock stands still: it does nothing, and knows nothing of it.
    pub fn freeze(&self) {
        self.process.signal(Signal::SIGSTOP);
    }

    pub fn thaw(&self) {
        self.process.signal(Signal::SIGCONT);
    }
}
