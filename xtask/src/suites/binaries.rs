//! The workspace's test programs: built once together, run one by one, their results counted.
//!
//! Built together, because cargo chooses features for the crates it is asked for: suite by suite it would
//! build many dependencies twice.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    dashboard,
    error::{Doing, Error, Result},
    paths::Paths,
    process::{capture, cargo},
    report::Count,
};

#[derive(Debug, Clone)]
pub struct Binary {
    pub package: String,
    /// `lib`'s name, or that of the file in `tests/`.
    pub target: String,
    program: PathBuf,
    folder: PathBuf,
}

/// How to run a test program.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub variables: Vec<(String, String)>,
    pub ignored_too: bool,
    /// Tests whose names contain one of these are left out.
    pub skip: Vec<String>,
    /// When there is one, the tests of exactly these names are all that runs.
    pub only: Vec<String>,
    /// Runs nothing, and counts what would have run.
    pub all_skipped: bool,
    pub limit: Duration,
}

/// Builds every program of the workspace, and before them the dashboard, which one takes in and its tests look at.
pub fn build_programs(paths: &Paths) -> Result<()> {
    dashboard::build(paths)?;
    let mut programs = cargo();
    programs.args(["build", "--workspace"]).current_dir(&paths.repo).stdin(Stdio::null());
    if programs.status().doing("starting cargo")?.success() {
        return Ok(());
    }
    Err(Error::Refused("the workspace does not build; cargo says why above".into()))
}

/// Builds every program of the workspace, which some tests start, and every test.
pub fn build(paths: &Paths) -> Result<Vec<Binary>> {
    build_programs(paths)?;
    let mut child = cargo()
        .args(["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"])
        .current_dir(&paths.repo)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .doing("starting cargo")?;
    let mut binaries = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.doing("reading what cargo says")?;
            let message: Value = serde_json::from_str(&line).doing("reading what cargo says")?;
            binaries.extend(test_program(&message));
        }
    }
    let status = child.wait().doing("waiting for cargo")?;
    if !status.success() {
        return Err(Error::Refused("the tests do not build; cargo says why above".into()));
    }
    binaries.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(binaries)
}

fn test_program(message: &Value) -> Option<Binary> {
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let manifest = PathBuf::from(message["manifest_path"].as_str()?);
    let folder = manifest.parent()?.to_path_buf();
    // path+file:///.../crates/db#souk-db@0.1.0, or ...#0.1.0 where folder and package have the same name
    let id = message["package_id"].as_str()?.rsplit_once('#')?.1;
    let package = match id.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => folder.file_name()?.to_str()?.to_owned(),
    };
    Some(Binary {
        package,
        target: message["target"]["name"].as_str()?.to_owned(),
        program: message["executable"].as_str()?.into(),
        folder,
    })
}

impl Binary {
    /// Runs it, its output passed on, and counts.
    pub fn run(&self, run: &Run) -> Result<Count> {
        let mut command = self.command(run);
        if run.all_skipped {
            let tests = self.tests(run)?.len();
            return Ok(Count { skipped: u32::try_from(tests).unwrap_or(u32::MAX), ..Count::default() });
        }
        println!("-- {} {}", self.package, self.target);
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .doing(format!("starting {}", self.program.display()))?;
        let output =
            child.stdout.take().ok_or_else(|| Error::Refused("a test program has no output".into()))?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut result = None;
        loop {
            match lines.recv_timeout(run.limit.saturating_sub(started.elapsed())) {
                Ok(line) => {
                    result = counted(&line).or(result);
                    let _ = writeln!(std::io::stdout(), "{line}");
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    println!(
                        "{} {}: not finished after {} s; stopped",
                        self.package,
                        self.target,
                        run.limit.as_secs()
                    );
                    child.kill().doing("stopping a test program")?;
                    break;
                }
            }
        }
        let status = child.wait().doing("waiting for a test program")?;
        let mut count = result.unwrap_or_default();
        if !status.success() && count.failed == 0 {
            count.failed = 1; // it died before it could say how many
        }
        Ok(count)
    }

    /// The names of the tests that such a run would run.
    pub fn tests(&self, run: &Run) -> Result<Vec<String>> {
        let list = capture(self.command(run).args(["--list", "--format=terse"]))?;
        Ok(list.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    fn command(&self, run: &Run) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("INSTA_UPDATE", "no") // the gate changes no file
            .envs(run.variables.iter().map(|(name, value)| (name, value)));
        if run.ignored_too {
            command.arg("--include-ignored");
        }
        for part in &run.skip {
            command.args(["--skip", part]);
        }
        if !run.only.is_empty() {
            command.arg("--exact").args(&run.only);
        }
        command
    }
}

/// `test result: ok. 5 passed; 0 failed; 2 ignored; ...`
fn counted(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split([';', '.']).map(str::trim).find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Count { passed: number("passed")?, failed: number("failed")?, skipped: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_test_harness_is_read() {
        let line = "test result: FAILED. 5 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s";
        let count = counted(line).unwrap();
        assert_eq!((count.passed, count.failed), (5, 2));
        assert!(counted("running 3 tests").is_none());
    }
}
