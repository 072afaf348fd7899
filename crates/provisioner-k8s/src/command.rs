//! Runs a program as a child that can neither outlive its work nor flood its parent.
//!
//! Invariant: however this future ends (result, time limit, dropped, the whole of Souk killed), no
//! process that it started is left. The child leads its own process group, which is killed with it;
//! `setpriv --pdeathsig` has the kernel kill it when Souk dies without a word. Arguments never pass
//! a shell, the environment is empty but for what the caller names, and secrets go through stdin.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tracing::Instrument;

/// How long a child has between SIGTERM and SIGKILL.
pub const TERMINATE_GRACE: Duration = Duration::from_secs(5);
/// What is kept of each of stdout and stderr; the rest is read and forgotten.
pub const OUTPUT_LIMIT_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{program} could not be started")]
    Start { program: String, source: io::Error },
    #[error("{program} could not be talked to")]
    Pipe { program: String, source: io::Error },
    #[error("{program} took longer than {limit:?} and was stopped")]
    TimedOut { program: String, limit: Duration },
}

/// A program, its arguments and all it may see.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub env: BTreeMap<OsString, OsString>,
    pub stdin: Vec<u8>,
    pub limit: Duration,
    pub output_limit_bytes: usize,
}

impl Invocation {
    pub fn new(program: impl Into<OsString>, limit: Duration) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            limit,
            output_limit_bytes: OUTPUT_LIMIT_BYTES,
        }
    }

    #[must_use]
    pub fn args<I: IntoIterator<Item = A>, A: Into<OsString>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(key.into(), value.into());
        self
    }

    #[must_use]
    pub fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = bytes;
        self
    }

    /// Runs it to its end. A status other than 0 is an outcome here; the caller judges it.
    ///
    /// The kernel ties the child to the *thread* that starts it. Tokio's worker threads live as long
    /// as their runtime; do not call this from a thread that ends sooner (`spawn_blocking`).
    pub async fn run(self) -> Result<Output, CommandError> {
        // The program alone: what it is given may be a merchant's.
        let span = tracing::info_span!("process", program = %Path::new(&self.program).display());
        self.run_to_end().instrument(span).await
    }

    async fn run_to_end(self) -> Result<Output, CommandError> {
        let program = self.program.to_string_lossy().into_owned();
        let mut group = Group::start(&self, &program)?;
        let work = group.communicate(self.stdin, self.output_limit_bytes);
        match timeout(self.limit, work).await {
            Ok(Ok(output)) => {
                group.ended = true;
                Ok(output)
            }
            Ok(Err(source)) => Err(CommandError::Pipe { program, source }),
            Err(_) => {
                group.terminate().await;
                Err(CommandError::TimedOut { program, limit: self.limit })
            }
        }
    }
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
    /// Something was longer than the limit, and cut.
    pub cut: bool,
}

impl Output {
    #[must_use]
    pub fn success(&self) -> bool {
        self.status.success()
    }
}

/// A child and the process group that it leads; dropping it kills the group.
#[derive(Debug)]
struct Group {
    child: Child,
    id: Option<Pid>,
    ended: bool,
}

impl Group {
    fn start(invocation: &Invocation, program: &str) -> Result<Self, CommandError> {
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&invocation.program)
            .args(&invocation.args)
            .env_clear()
            .envs(&invocation.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| CommandError::Start { program: program.to_owned(), source })?;
        let id = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        Ok(Self { child, id, ended: false })
    }

    /// Writes, reads and waits side by side, so that no pipe can fill up and block the others.
    async fn communicate(&mut self, input: Vec<u8>, limit: usize) -> io::Result<Output> {
        let stdin = self.child.stdin.take();
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let write = async move {
            let Some(mut stdin) = stdin else { return Ok(()) };
            match stdin.write_all(&input).await {
                // A program need not read all it is given; its status says whether that was right.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            }
        };
        let (status, (), (stdout, cut_out), (stderr, cut_err)) =
            tokio::try_join!(self.child.wait(), write, bounded(stdout, limit), bounded(stderr, limit))?;
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        Ok(Output { status, stdout, stderr, cut: cut_out || cut_err })
    }

    /// Asks the group to stop, so that helm can mark its release as failed; then makes it.
    async fn terminate(&mut self) {
        self.signal(Signal::SIGTERM);
        if timeout(TERMINATE_GRACE, self.child.wait()).await.is_err() {
            self.signal(Signal::SIGKILL);
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // ESRCH: it has ended by itself, which is what was wanted.
            let _ = killpg(id, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended {
            self.signal(Signal::SIGKILL);
        }
    }
}

/// Reads to the end and keeps the first `limit` bytes.
async fn bounded(pipe: Option<impl AsyncRead + Unpin>, limit: usize) -> io::Result<(Vec<u8>, bool)> {
    let Some(mut pipe) = pipe else { return Ok((Vec::new(), false)) };
    let mut kept = Vec::new();
    let mut cut = false;
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let read = pipe.read(&mut chunk).await?;
        if read == 0 {
            return Ok((kept, cut));
        }
        let room = limit.saturating_sub(kept.len()).min(read);
        cut |= room < read;
        kept.extend_from_slice(&chunk[..room]);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str, limit: Duration) -> Invocation {
        Invocation::new("/bin/sh", limit).args(["-c", script]).env("PATH", "/usr/bin:/bin")
    }

    const LONG: Duration = Duration::from_secs(20);

    async fn pid_in(path: &Path) -> i32 {
        loop {
            if let Some(pid) = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()) {
                return pid;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Dead, or a zombie that only waits to be collected.
    async fn is_gone(pid: i32) -> bool {
        let alive = || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
        };
        let deadline = Instant::now() + Duration::from_secs(5);
        while alive() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        !alive()
    }

    #[tokio::test]
    async fn a_program_gets_its_stdin_and_its_output_and_status_come_back() {
        let output = shell("cat; echo oops >&2; exit 3", LONG).stdin(b"hello".to_vec()).run().await.unwrap();
        assert_eq!((output.stdout.as_slice(), output.stderr.as_str()), (&b"hello"[..], "oops\n"));
        assert_eq!(output.status.code(), Some(3));
        assert!(!output.cut);
    }

    #[tokio::test]
    async fn the_environment_is_empty_but_for_what_is_named() {
        let output = Invocation::new("/usr/bin/env", LONG).env("ONLY", "this").run().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ONLY=this\n");
    }

    #[tokio::test]
    async fn output_beyond_the_limit_is_dropped_and_does_not_block_the_program() {
        let mut invocation = shell("head -c 3000000 /dev/zero; echo done >&2", LONG);
        invocation.output_limit_bytes = 1000;
        let output = invocation.run().await.unwrap();
        assert_eq!((output.stdout.len(), output.stderr.as_str()), (1000, "done\n"));
        assert!(output.cut && output.success());
    }

    #[tokio::test]
    async fn a_program_that_reads_nothing_of_a_long_stdin_still_ends_well() {
        let output = shell("exit 0", LONG).stdin(vec![b'x'; 1_000_000]).run().await.unwrap();
        assert!(output.success());
    }

    #[tokio::test]
    async fn a_program_and_its_children_are_stopped_at_the_time_limit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", file.display());
        let started = Instant::now();
        let error = shell(&script, Duration::from_millis(500)).run().await.unwrap_err();
        assert!(matches!(error, CommandError::TimedOut { .. }), "{error}");
        assert!(started.elapsed() < TERMINATE_GRACE, "SIGTERM was enough");
        assert!(is_gone(pid_in(&file).await).await);
    }

    #[tokio::test]
    async fn a_dropped_run_kills_the_program_and_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let (own, child) = (folder.path().join("own"), folder.path().join("child"));
        let script = format!(
            "trap '' TERM; sleep 600 & echo $! > {}; echo $$ > {}; wait",
            child.display(),
            own.display()
        );
        let run = tokio::spawn(shell(&script, LONG).run());
        let pids = [pid_in(&own).await, pid_in(&child).await];
        run.abort();
        for pid in pids {
            assert!(is_gone(pid).await, "{pid}");
        }
    }

    #[tokio::test]
    async fn the_kernel_is_told_to_kill_the_program_when_its_parent_dies() {
        // A shell stands in for Souk: it starts `setpriv ... sleep` as `start` does, and is killed.
        let folder = tempfile::tempdir().unwrap();
        let (own, child) = (folder.path().join("own"), folder.path().join("child"));
        let script = format!(
            "setpriv --pdeathsig KILL -- sleep 600 & echo $! > {}; echo $$ > {}; wait",
            child.display(),
            own.display()
        );
        let mut parent = Command::new("/bin/sh").args(["-c", &script]).spawn().unwrap();
        let (own, child) = (pid_in(&own).await, pid_in(&child).await);
        // The shell's child becomes `sleep` only after setpriv has set its signal.
        while !std::fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default().starts_with("sleep")
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        nix::sys::signal::kill(Pid::from_raw(own), Signal::SIGKILL).unwrap();
        parent.wait().await.unwrap();
        assert!(is_gone(child).await);
    }

    #[tokio::test]
    async fn a_program_that_does_not_exist_says_so_in_its_status() {
        let output = Invocation::new("/nowhere/helm", LONG).run().await.unwrap();
        assert_eq!(output.status.code(), Some(127));
        assert!(output.stderr.contains("/nowhere/helm"), "{}", output.stderr);
    }
}
