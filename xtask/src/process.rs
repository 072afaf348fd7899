//! Running other programs: to their end with a log and a limit, or in the background with an identity.
//!
//! Invariant: a process is signalled only after its pid *and* its start time were compared with what was
//! recorded when it was started, so that a recycled pid is never hit.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Seek, SeekFrom},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};

use crate::error::{Doing, Error, Result};

const POLL: Duration = Duration::from_millis(20);
const TAIL_BYTES: u64 = 3_000;
const TAIL_LINES: usize = 20;
/// How the variables begin that `cargo run` sets for the program that it runs.
const OF_THIS_PROGRAM: [&str; 5] =
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"];

/// One program run to its end.
#[derive(Debug)]
pub struct Part<'a> {
    pub name: &'a str,
    pub log: PathBuf,
    pub limit: Duration,
    /// What to do when it fails.
    pub advice: &'a str,
}

impl Part<'_> {
    /// Runs the command with its output going to the log; it dies with this process, were that killed.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let log = append(&self.log)?;
        let errors = log.try_clone().doing("opening a log twice")?;
        let mut child = mortal(command)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .doing(format!("starting {} for {}", command.get_program().display(), self.name))?;
        let deadline = Instant::now() + self.limit;
        loop {
            if let Some(status) = child.try_wait().doing(format!("waiting for {}", self.name))? {
                if status.success() {
                    return Ok(());
                }
                return Err(Error::Failed {
                    part: self.name.into(),
                    status,
                    tail: tail(&self.log),
                    log: self.log.clone(),
                    advice: self.advice.into(),
                });
            }
            if Instant::now() >= deadline {
                child.kill().doing(format!("stopping {}", self.name))?;
                child.wait().doing(format!("waiting for {}", self.name))?;
                return Err(Error::TooLong {
                    part: self.name.into(),
                    limit: self.limit,
                    tail: tail(&self.log),
                    log: self.log.clone(),
                    advice: self.advice.into(),
                });
            }
            pause(POLL);
        }
    }
}

/// The same command, which the kernel kills when the thread that starts it ends.
pub fn mortal(command: &Command) -> Command {
    if on_path("setpriv").is_none() {
        return clone(command, Command::new(command.get_program()));
    }
    let mut wrapped = Command::new("setpriv");
    wrapped.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program());
    clone(command, wrapped)
}

/// Arguments, variables and folder of one command, after the program of another.
fn clone(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args());
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    to
}

/// Cargo, without what the one that runs this program has told it about itself: some build scripts (ring's)
/// ask to run again when that changes, and with them all that is built on them.
pub fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in env::vars_os() {
        let of_this_program =
            name.to_str().is_some_and(|name| OF_THIS_PROGRAM.iter().any(|start| name.starts_with(start)));
        if of_this_program {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// What a short command prints, or why it failed.
pub fn capture(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().doing(format!("running {program}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Refused(format!(
        "{program} failed ({}): {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}

/// Whether a short command succeeds; one that cannot be started does not.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether Node and its packages can be had.
pub fn demand_npm() -> Result<()> {
    for program in ["node", "npm"] {
        if on_path(program).is_none() {
            return Err(Error::Refused(format!("{program} is missing: `apt-get install nodejs npm`")));
        }
    }
    Ok(())
}

/// The program's place on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Asks until it is so, or the limit is over; the wait's name is for the error.
pub fn wait_for(what: &str, limit: Duration, so: impl FnMut() -> Result<bool>) -> Result<()> {
    wait_closely(what, limit, POLL, so)
}

/// As [`wait_for`], looking as often as the figure that is taken needs it.
pub fn wait_closely(
    what: &str,
    limit: Duration,
    every: Duration,
    mut so: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let deadline = Instant::now() + limit;
    while !so()? {
        if Instant::now() >= deadline {
            return Err(Error::Refused(format!("{what}: still not so after {} s", limit.as_secs())));
        }
        pause(every);
    }
    Ok(())
}

/// Returns at that moment, as near to it as the kernel lets a thread wake.
pub fn wait_until(moment: Instant) {
    pause(moment.saturating_duration_since(Instant::now()));
}

#[expect(
    clippy::disallowed_methods,
    reason = "programs of the system announce nothing; all waiting is here, with limits"
)]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// A background process as it was when it was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub pid: i32,
    /// Clock ticks after boot, as in field 22 of /proc/PID/stat.
    pub start_ticks: u64,
}

impl Identity {
    /// The living process that has this pid now.
    pub fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in brackets, may itself hold brackets and spaces.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace();
        let state = fields.next()?;
        if state == "Z" || state == "X" {
            return None;
        }
        let start_ticks = fields.nth(18)?.parse().ok()?;
        Some(Self { pid, start_ticks })
    }

    pub fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    pub fn save(self, file: &Path) -> Result<()> {
        let text = serde_json::to_string(&self).doing("writing a process identity")?;
        write_whole(file, &text)
    }

    /// The recorded process, when there is a record and it still runs.
    pub fn load_alive(file: &Path) -> Option<Self> {
        let identity: Self = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        identity.is_alive().then_some(identity)
    }

    pub fn signal(self, signal: Signal) {
        if self.is_alive() {
            // It may have ended between the look and the signal, which is what was wanted.
            let _ = kill(Pid::from_raw(self.pid), signal);
        }
    }

    /// Asks the process to end, and makes it end when it has not after `patience`.
    pub fn stop(self, ask: Signal, patience: Duration) -> Result<()> {
        self.signal(ask);
        if wait_for("the process has ended", patience, || Ok(!self.is_alive())).is_ok() {
            return Ok(());
        }
        self.signal(Signal::SIGKILL);
        wait_for("the killed process has ended", Duration::from_secs(10), || Ok(!self.is_alive()))
    }
}

/// Starts a program that outlives `xtask`, in a session of its own so that no terminal's Ctrl-C reaches it.
pub fn background(command: &[&std::ffi::OsStr], log: &Path, identity_file: &Path) -> Result<Identity> {
    let output = append(log)?;
    let errors = output.try_clone().doing("opening a log twice")?;
    let child = Command::new("setsid")
        .args(command)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .doing(format!("starting {}", command[0].display()))?;
    let pid = i32::try_from(child.id()).map_err(|_| Error::Refused("a pid out of range".into()))?;
    // One that has ended at once has no identity to record: a dead one does as well.
    let identity = Identity::of(pid).unwrap_or(Identity { pid, start_ticks: 0 });
    identity.save(identity_file)?;
    Ok(identity)
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// Writes a file whole or not at all.
pub fn write_whole(file: &Path, text: &str) -> Result<()> {
    let doing = || format!("writing {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).doing(doing())?;
    }
    let half = file.with_extension("half");
    fs::write(&half, text).doing(doing())?;
    fs::rename(&half, file).doing(doing())
}

/// As [`write_whole`], for what only the owner may read.
pub fn write_secret(file: &Path, text: &str) -> Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let doing = || format!("writing {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).doing(doing())?;
    }
    let half = file.with_extension("half");
    match fs::remove_file(&half) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).doing(doing()),
        _ => {}
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half).doing(doing())?;
    out.write_all(text.as_bytes()).doing(doing())?;
    fs::rename(&half, file).doing(doing())
}

/// Removes a folder and what is in it; one that is not there is no error.
pub fn remove_tree(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).doing(format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn append(log: &Path) -> Result<File> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).doing("making a log folder")?;
    }
    OpenOptions::new().create(true).append(true).open(log).doing(format!("opening the log {}", log.display()))
}

/// `bytes` random bytes from the kernel, as hex.
pub fn random_hex(bytes: usize) -> Result<String> {
    Ok(hex(&random_bytes(bytes)?))
}

pub fn random_bytes(bytes: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut buffer))
        .doing("reading /dev/urandom")?;
    Ok(buffer)
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recycled_pid_is_not_taken_for_the_recorded_process() {
        let me = Identity::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(me.is_alive());
        let recycled = Identity { start_ticks: me.start_ticks + 1, ..me };
        assert!(!recycled.is_alive());
    }

    #[test]
    fn a_failed_part_shows_the_end_of_its_log() {
        let log = std::env::temp_dir().join(format!("souk-xtask-{}.log", std::process::id()));
        let part =
            Part { name: "a part", log: log.clone(), limit: Duration::from_secs(5), advice: "try again" };
        let error =
            part.run(Command::new("sh").args(["-c", "echo the reason; exit 3"])).unwrap_err().to_string();
        fs::remove_file(log).unwrap();
        assert!(
            error.contains("a part failed") && error.contains("the reason") && error.contains("try again"),
            "{error}"
        );
    }

    #[test]
    fn a_part_that_goes_on_too_long_is_stopped() {
        let log = std::env::temp_dir().join(format!("souk-xtask-long-{}.log", std::process::id()));
        let part = Part { name: "a part", log: log.clone(), limit: Duration::from_millis(50), advice: "" };
        let error = part.run(Command::new("sleep").arg("60")).unwrap_err();
        fs::remove_file(log).unwrap();
        assert!(matches!(error, Error::TooLong { .. }));
    }
}
