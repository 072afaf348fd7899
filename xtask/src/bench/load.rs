//! wrk, which asks over some connections as fast as it is answered, and tells how long that took.
//!
//! Invariant: a run in which anything was answered otherwise than well measures nothing, and is an error.

use std::{
    io::Read as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde::Deserialize;

use crate::{
    apt,
    error::{Doing, Error, Result},
    lock::Lock,
    paths::Paths,
    process,
};

const SCRIPT: &str = "benches/peers/api/load/load.lua";
/// Longer than any answer that is still one.
const TIMEOUT: &str = "30s";

#[derive(Debug)]
pub struct Wrk {
    script: PathBuf,
}

/// A run under way.
#[derive(Debug)]
pub struct Run {
    child: Child,
    what: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub requests: f64,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// What the script says at its end.
#[derive(Debug, Deserialize)]
struct Said {
    requests: f64,
    duration_us: f64,
    p50_us: f64,
    p99_us: f64,
    max_us: f64,
    failed_status: f64,
    failed_connect: f64,
    failed_read: f64,
    failed_write: f64,
    timeouts: f64,
}

impl Wrk {
    /// Installs it when it is not there.
    pub fn ensure(paths: &Paths) -> Result<Self> {
        let _lock = Lock::hold(paths)?;
        apt::ensure(paths, &[apt::LOAD])?;
        Ok(Self { script: paths.repo.join(SCRIPT) })
    }

    /// One thread of it; `arguments` are the script's.
    pub fn start(&self, url: &str, connections: usize, seconds: u64, arguments: &[String]) -> Result<Run> {
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads", "1", "--timeout", TIMEOUT])
            .arg("--connections")
            .arg(connections.to_string())
            .arg("--duration")
            .arg(format!("{seconds}s"))
            .arg("--script")
            .arg(&self.script)
            .arg(url)
            .arg("--")
            .args(arguments);
        let child = process::mortal(&wrk)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .doing("starting wrk")?;
        let kind = arguments.first().map(String::as_str).unwrap_or_default();
        Ok(Run { child, what: format!("{kind} at {url}") })
    }

    /// As [`Self::start`], to its end.
    pub fn run(&self, url: &str, connections: usize, seconds: u64, arguments: &[String]) -> Result<Measured> {
        self.start(url, connections, seconds, arguments)?.finish()
    }
}

impl Run {
    pub fn finish(mut self) -> Result<Measured> {
        let mut output = String::new();
        if let Some(mut from) = self.child.stdout.take() {
            from.read_to_string(&mut output).doing("reading what wrk says")?;
        }
        let status = self.child.wait().doing("waiting for wrk")?;
        if !status.success() {
            return Err(Error::Refused(format!("wrk, {}: {status}\n{output}", self.what)));
        }
        parse(&output).map_err(|error| Error::Refused(format!("wrk, {}: {error}", self.what)))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parse(output: &str) -> Result<Measured> {
    let line = output.lines().find(|line| line.starts_with('{'));
    let line = line.ok_or_else(|| Error::Refused(format!("it said no figures:\n{output}")))?;
    let said: Said = serde_json::from_str(line).doing(format!("reading wrk's figures: {line}"))?;
    let failed =
        said.failed_status + said.failed_connect + said.failed_read + said.failed_write + said.timeouts;
    if failed > 0.0 || said.duration_us < 1.0 {
        return Err(Error::Refused(format!("not everything was answered well: {line}")));
    }
    Ok(Measured {
        requests: said.requests,
        per_second: said.requests / said.duration_us * 1e6,
        p50_ms: said.p50_us / 1e3,
        p99_ms: said.p99_us / 1e3,
        max_ms: said.max_us / 1e3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(failed_status: u32) -> String {
        format!(
            "Running 2s test @ http://127.0.0.1:1/\n  1 threads and 64 connections\nRequests/sec: 1\n\
             {{\"requests\":3000,\"duration_us\":2000000,\"p50_us\":4100,\"p90_us\":6000,\"p99_us\":9500,\
             \"max_us\":20000,\"failed_status\":{failed_status},\"failed_connect\":0,\"failed_read\":0,\
             \"failed_write\":0,\"timeouts\":0}}\n"
        )
    }

    #[test]
    fn figures_are_those_of_the_scripts_line() {
        let measured = parse(&output(0)).unwrap();
        let expected =
            Measured { requests: 3000.0, per_second: 1500.0, p50_ms: 4.1, p99_ms: 9.5, max_ms: 20.0 };
        assert_eq!(measured, expected);
    }

    #[test]
    fn a_run_with_one_refusal_measures_nothing() {
        assert!(parse(&output(1)).unwrap_err().to_string().contains("answered well"));
        assert!(parse("unable to connect\n").unwrap_err().to_string().contains("no figures"));
    }
}
