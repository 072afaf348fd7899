//! The API server of the local development cluster, which a test may put to sleep.
//!
//! Invariant: it wakes up again, however the test ends: at the end of [`Asleep`], and after a minute by a
//! process that outlives the test's own.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use crate::processes::Process;

/// Longer than any test leaves it asleep.
const WAKE_AFTER_S: u32 = 60;
/// The program's second word, in the one binary of all parts of Kubernetes.
const NAME: &str = "kube-apiserver";

#[derive(Debug)]
pub struct ApiServer(Process);

impl ApiServer {
    /// Finds it among the processes of the very cluster that `KUBECONFIG` names, or says why there is none.
    ///
    /// # Errors
    /// Why this cluster's API server is none that a test may stop.
    pub fn of_local_cluster() -> Result<Self, String> {
        let kubeconfig = env::var_os("KUBECONFIG").map(PathBuf::from).ok_or("KUBECONFIG is not set")?;
        // `cargo xtask cluster` keeps the identity of the cluster's first process beside its kubeconfigs.
        let file = kubeconfig.with_file_name("cluster.json");
        let other = |error: &dyn std::fmt::Display| {
            format!("{}: {error}: not the local cluster, whose processes are this machine's", file.display())
        };
        let text = std::fs::read_to_string(&file).map_err(|error| other(&error))?;
        let identity: Value = serde_json::from_str(&text).map_err(|error| other(&error))?;
        let init = identity["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok()).and_then(Process::of);
        let init = init.ok_or_else(|| other(&"its process has ended"))?;
        let servers: Vec<Process> = init
            .descendants()
            .into_iter()
            .filter(|process| process.words().get(1).is_some_and(|word| word == NAME))
            .collect();
        match servers[..] {
            [server] => Ok(Self(server)),
            ref found => Err(format!("{} processes of the cluster are an API server", found.len())),
        }
    }

    /// It keeps its connections and answers nobody, as behind a broken network.
    ///
    /// # Panics
    /// When nobody can be set to wake it.
    #[must_use]
    pub fn put_to_sleep(&self) -> Asleep {
        let waker = Command::new("sh")
            .args(["-c", &format!("sleep {WAKE_AFTER_S}; kill -CONT {}", self.0.pid)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("starting what wakes the API server: {error}"));
        self.0.signal(Signal::SIGSTOP);
        Asleep { server: self.0, waker }
    }
}

/// Until this is dropped, the API server sleeps.
#[derive(Debug)]
pub struct Asleep {
    server: Process,
    waker: Child,
}

impl Drop for Asleep {
    fn drop(&mut self) {
        self.server.signal(Signal::SIGCONT);
        if let Ok(group) = i32::try_from(self.waker.id()) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let _ = self.waker.wait();
    }
}
