//! `cargo xtask bench idle`: what a Souk takes that has nothing to do.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use clap::Args;

use super::{
    Common,
    figures::Samples,
    http::Client,
    instance::{Instance, Process},
    machine::{Machine, now},
    report::{Aim, Detail, Headline, Report},
    stand::{Needs, Programs, Stand},
};
use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    process, progress,
};

pub const NAME: &str = "idle";
const MEMORY_MB: f64 = 40.0;
const ANSWER_MS: f64 = 300.0;
/// Fine enough for a figure of some hundred milliseconds.
const LOOK_EVERY: Duration = Duration::from_millis(1);
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const KIBIBYTE_MB: f64 = 1024.0 / 1e6;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Starts of `souk serve`; one more before them warms up.
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// How long it is left alone before its memory is looked at.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Processes whose memory is looked at, one after the other.
    #[arg(long, default_value_t = 2)]
    rests: usize,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: true })?;
    let measured = Programs::build(paths).and_then(|programs| {
        let instance = Instance::make(&stand, &programs)?;
        let measured = measure(&instance, options);
        instance.end().and(measured)
    });
    let kind = if stand.cluster.is_some() { "with a cluster" } else { "simulated" };
    stand.end()?;
    report(machine, options, kind, &measured?)
}

#[derive(Debug, Default)]
struct Measured {
    milliseconds: Samples,
    megabytes: Samples,
}

fn measure(instance: &Instance<'_>, options: &Options) -> Result<Measured> {
    let mut measured = Measured::default();
    let started = Instant::now();
    for run in 0..=options.runs {
        let (process, live, ready) = start(instance)?;
        process.stop()?;
        if run > 0 {
            measured.milliseconds.add("start to first answer (/health/live)", live);
            measured.milliseconds.add("start to ready (/health/ready)", ready);
        }
    }
    progress::say(format!("{:.0} s: {} starts", started.elapsed().as_secs_f64(), options.runs));
    for rest in 1..=options.rests {
        let (process, _, _) = start(instance)?;
        let asleep = Instant::now();
        let rest_time = Duration::from_secs(options.seconds);
        process::wait_for("the rest is over", rest_time * 2, || Ok(asleep.elapsed() >= rest_time))?;
        for (field, kibibytes) in memory(process.id())? {
            measured.megabytes.add(field, kibibytes * KIBIBYTE_MB);
        }
        process.stop()?;
        progress::say(format!("{:.0} s: rest {rest} of {}", started.elapsed().as_secs_f64(), options.rests));
    }
    Ok(measured)
}

/// Milliseconds from before the process was made until it answers.
fn start(instance: &Instance<'_>) -> Result<(Process, f64, f64)> {
    let begun = Instant::now();
    let process = instance.start("serve")?;
    let client = Client::new(&process.address);
    let answers = |path: &str| {
        process::wait_closely(path, ANSWER_LIMIT, LOOK_EVERY, || {
            Ok(client.get(path).is_ok_and(|answer| answer.status == 200))
        })?;
        Ok::<f64, Error>(begun.elapsed().as_secs_f64() * 1000.0)
    };
    let live = answers("/api/v1/health/live")?;
    let ready = answers("/api/v1/health/ready")?;
    Ok((process, live, ready))
}

/// Kibibytes of memory, by the kernel's account of it.
fn memory(pid: u32) -> Result<Vec<(&'static str, f64)>> {
    let file = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&file).doing(format!("reading {file}"))?;
    parse_memory(&status).ok_or_else(|| Error::Refused(format!("{file} says nothing of memory")))
}

fn parse_memory(status: &str) -> Option<Vec<(&'static str, f64)>> {
    let field = |name: &str| {
        let line = status.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    Some(vec![
        ("resident", field("VmRSS")?),
        ("of that, its own (anonymous)", field("RssAnon")?),
        ("of that, its program (file pages)", field("RssFile")?),
        ("peak", field("VmHWM")?),
    ])
}

fn report(machine: Machine, options: &Options, kind: &str, measured: &Measured) -> Result<Report> {
    let missing = || Error::Refused("nothing was measured: --runs and --rests must be at least 1".into());
    let live = measured.milliseconds.stats("start to first answer (/health/live)").ok_or_else(missing)?;
    let ready = measured.milliseconds.stats("start to ready (/health/ready)").ok_or_else(missing)?;
    let resident = measured.megabytes.stats("resident").ok_or_else(missing)?;
    let aims = vec![
        Aim::at_most(
            &format!("resident memory after {} s of rest, p50", options.seconds),
            "MB",
            resident.p50,
            MEMORY_MB,
        ),
        Aim::at_most("start to first answer, p50", "ms", live.p50, ANSWER_MS),
        Aim::at_most("start to ready, p50", "ms", ready.p50, ANSWER_MS),
    ];
    let mut details = Detail::all("souk", "MB", &measured.megabytes);
    details.extend(Detail::all("souk", "ms", &measured.milliseconds));
    let headline = Headline { what: "resident memory".into(), unit: "MB".into(), stats: resident };
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.runs,
        with: Vec::new(),
        sides: BTreeMap::from([("souk".to_owned(), headline)]),
        ratio: None,
        target: None,
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: vec![
            format!("another set-up: one process with both roles, {kind}, an empty database, nobody asking"),
            "memory under load, or after it".into(),
            "a first start: program and libraries are in the page cache, the database is migrated".into(),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_by_whole_names() {
        let status =
            "VmRSSX:\t 9 kB\nVmHWM:\t 300 kB\nVmRSS:\t 200 kB\nRssAnon:\t 50 kB\nRssFile:\t 150 kB\n";
        let values: Vec<f64> = parse_memory(status).unwrap().into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [200.0, 50.0, 150.0, 300.0]);
        assert!(parse_memory("Name: souk").is_none());
    }
}
