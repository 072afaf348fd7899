//! Runs a command in a store's pod.
//!
//! A command in a pod outlives the connection that started it. So each one runs under a time limit of
//! its own inside the pod, and behind a lock: a second run waits for the first, and both end. Its
//! arguments never meet a shell, and secrets reach it through stdin or its pod's own environment.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::Api;
use kube::api::AttachParams;
use souk_provisioner::StepError;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tracing::Instrument;

use crate::{KubernetesProvisioner, error};

/// The file in the pod that lets one command run at a time.
const LOCK: &str = "/tmp/souk.lock";
/// Between SIGTERM and SIGKILL, for `timeout -k` in the pod.
const KILL_AFTER_S: &str = "5";
/// What is kept of each of stdout and stderr; the rest is read and forgotten.
const OUTPUT_LIMIT_BYTES: usize = 64 * 1024;
/// What the connection may take beyond the command's own limit.
const CONNECTION_SLACK: Duration = Duration::from_secs(10);
/// `timeout` ends with this when the time was up, and with 137 when it had to kill.
const TIMED_OUT: [i32; 2] = [124, 137];

/// A command for a container of a pod.
#[derive(Debug, Clone)]
pub struct PodCommand<'a> {
    pub namespace: &'a str,
    pub pod: &'a str,
    pub container: &'a str,
    pub argv: &'a [&'a str],
    pub stdin: Vec<u8>,
    pub limit: Duration,
}

#[derive(Debug, PartialEq, Eq)]
pub struct PodOutput {
    pub exit_code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl PodOutput {
    pub fn timed_out(&self) -> bool {
        TIMED_OUT.contains(&self.exit_code)
    }
}

impl PodCommand<'_> {
    /// The whole argument list, with its time limit and its lock.
    pub(crate) fn guarded(&self) -> Vec<String> {
        let limit = self.limit.as_secs().max(1).to_string();
        // Without `--no-fork` it is flock that `timeout` watches: it ends at the first signal, and a command
        // that does not would go on behind it, for ever and with the lock.
        let guard = ["timeout", "-k", KILL_AFTER_S, &limit, "flock", "--no-fork", LOCK];
        guard.iter().chain(self.argv).map(|&word| word.to_owned()).collect()
    }

    /// Runs it to its end. An exit code other than 0 is an outcome here; the caller judges it.
    pub async fn run(&self, k8s: &KubernetesProvisioner) -> Result<PodOutput, StepError> {
        // The program alone: what it is given may be a merchant's.
        let program = self.argv.first().copied().unwrap_or_default();
        let span = tracing::info_span!("exec", pod = self.pod, container = self.container, program);
        match timeout(self.limit + CONNECTION_SLACK, self.attach(k8s)).instrument(span).await {
            Ok(result) => result,
            Err(elapsed) => {
                Err(StepError::transient("the connection to the store's pod went silent").caused_by(elapsed))
            }
        }
    }

    async fn attach(&self, k8s: &KubernetesProvisioner) -> Result<PodOutput, StepError> {
        let api: Api<Pod> = k8s.cluster.namespaced(self.namespace);
        let params = AttachParams::default().container(self.container).stdin(true).stdout(true).stderr(true);
        let opened = api.exec(self.pod, self.guarded(), &params).await;
        let mut process = opened.map_err(|error| error::api("start a command in the store's pod", error))?;
        let lost = || StepError::transient("the connection to the store's pod was lost");
        let (Some(status), Some(mut stdin)) = (process.take_status(), process.stdin()) else {
            return Err(lost());
        };
        let (stdout, stderr) = (process.stdout(), process.stderr());
        let input = self.stdin.clone();
        let write = async move {
            // A command need not read its input; its exit code says whether that was right.
            let _ = stdin.write_all(&input).await;
            let _ = stdin.shutdown().await;
        };
        let ((), stdout, stderr, status) = tokio::join!(write, bounded(stdout), bounded(stderr), status);
        let exit_code = status.as_ref().and_then(exit_code).ok_or_else(|| {
            let said = status.and_then(|status| status.message).unwrap_or_default();
            lost().caused_by(said)
        })?;
        Ok(PodOutput { exit_code, stdout, stderr })
    }
}

async fn bounded(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut kept = Vec::new();
    let mut chunk = vec![0; 4096];
    // A broken stream ends here like a closed one: the status tells them apart.
    while let Ok(read) = stream.read(&mut chunk).await
        && read > 0
    {
        let room = OUTPUT_LIMIT_BYTES.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(&chunk[..room]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The exit code in the status that the kubelet sends at the end; `None` where the command never ran.
fn exit_code(status: &Status) -> Option<i32> {
    if status.status.as_deref() == Some("Success") {
        return Some(0);
    }
    let causes = status.details.as_ref()?.causes.as_ref()?;
    let cause = causes.iter().find(|cause| cause.reason.as_deref() == Some("ExitCode"))?;
    cause.message.as_deref()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_runs_under_a_limit_and_behind_the_lock_and_without_a_shell() {
        let argv = ["node", "setup.js", "a b; rm -rf /"];
        let command = PodCommand {
            namespace: "n",
            pod: "p",
            container: "c",
            argv: &argv,
            stdin: Vec::new(),
            limit: Duration::from_mins(1),
        };
        let expected = "timeout -k 5 60 flock --no-fork /tmp/souk.lock node setup.js a b; rm -rf /";
        assert_eq!(command.guarded().join(" "), expected);
        assert_eq!(command.guarded().last().map(String::as_str), Some("a b; rm -rf /"), "it is one argument");
    }

    #[tokio::test]
    async fn a_command_that_heeds_no_signal_ends_all_the_same_and_lets_go_of_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, ran) = (folder.path().join("lock"), folder.path().join("ran"));
        let script = format!("trap '' TERM; touch {}; while :; do sleep 0.1; done", ran.display());
        let argv = ["sh", "-c", &script];
        let command = PodCommand {
            namespace: "n",
            pod: "p",
            container: "c",
            argv: &argv,
            stdin: Vec::new(),
            limit: Duration::from_secs(1),
        };
        // The very words that run in a pod, but for the place of the lock and a shorter patience.
        let words = command.guarded().into_iter().map(|word| match word.as_str() {
            LOCK => lock.display().to_string(),
            KILL_AFTER_S => "1".to_owned(),
            _ => word,
        });
        let words: Vec<String> = words.collect();
        let status = tokio::process::Command::new(&words[0]).args(&words[1..]).status().await.unwrap();
        assert!(!status.success());
        assert!(ran.exists(), "the control: it ran");
        // The lock goes with the last process that has it open.
        let free =
            tokio::process::Command::new("flock").args(["--timeout", "5"]).arg(&lock).arg("true").status();
        assert!(free.await.unwrap().success(), "it still runs, and holds the lock");
    }

    #[test]
    fn the_exit_code_is_read_from_the_status_of_the_kubelet() {
        let status = |value: serde_json::Value| serde_json::from_value::<Status>(value).unwrap();
        assert_eq!(exit_code(&status(serde_json::json!({"status": "Success"}))), Some(0));
        let failed = serde_json::json!({"status": "Failure", "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": "124"}]}});
        assert_eq!(exit_code(&status(failed)), Some(124));
        let never_ran = serde_json::json!({"status": "Failure", "reason": "InternalError", "message": "no such container"});
        assert_eq!(exit_code(&status(never_ran)), None);
    }

    #[tokio::test]
    async fn what_a_command_says_beyond_the_limit_is_dropped() {
        let long = vec![b'x'; OUTPUT_LIMIT_BYTES * 2];
        assert_eq!(bounded(Some(long.as_slice())).await.len(), OUTPUT_LIMIT_BYTES);
    }
}
