//! `cargo xtask bench limits`: what many who only listen cost, and what those who read feel of a flood of sign-ins.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;

use super::{
    Common,
    api::programs,
    figures::Samples,
    ground::{self, MERCHANT, other},
    instance::{Instance, Process, credentials},
    load::{Measured, Wrk},
    machine::{Machine, now},
    reads::{self, Kept},
    report::{Aim, Detail, Headline, Report},
    sides::LIST,
    stand::{Needs, Stand},
    streams::{Follower, Stream},
    taken,
};
use crate::{
    error::{Error, Result},
    paths::Paths,
    process, progress,
};

pub const NAME: &str = "limits";
/// Streams that one user may have open.
const STREAMS_OF_A_USER: usize = 10;
const STREAMS_MB: f64 = 100.0;
const READS_PER_SECOND: u32 = 50;
const FLOOD: usize = 100;
const FLOOD_RATIO: f64 = 3.0;
/// The flood begins before the reads do, and ends after them.
const FLOOD_MARGIN: Duration = Duration::from_secs(1);
const GROWTH: &str = "memory that the streams take";
const CALM: &str = "reads, calm";
const FLOODED: &str = "reads, during the flood";

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Rounds of reads, each calm and during a flood; one more before them warms up.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long the reads of each last.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Users who each have 10 streams open.
    #[arg(long, default_value_t = 100)]
    users: usize,
    /// Processes whose streams are counted, one after the other.
    #[arg(long, default_value_t = 3)]
    streams_runs: usize,
    /// How long the streams are left alone before the memory is looked at: longer than the 15 s between two comments.
    #[arg(long, default_value_t = 20)]
    settle: u64,
    /// A souk that was built before, in place of building one: for trying the bench out.
    #[arg(long, value_name = "PATH")]
    souk: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Figures {
    milliseconds: Samples,
    megabytes: Samples,
    per_second: Samples,
    cores: Samples,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let wrk = Wrk::ensure(paths)?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: false })?;
    let measured = programs(paths, options.souk.as_deref()).and_then(|programs| {
        let instance = Instance::with(&stand, &programs, ground::settings())?;
        let measured = measure(&instance, &wrk, options);
        instance.end().and(measured)
    });
    stand.end()?;
    report(machine, options, &measured?)
}

fn measure(instance: &Instance<'_>, wrk: &Wrk, options: &Options) -> Result<Figures> {
    ground::prepare(instance, options.users, 1)?;
    let mut figures = Figures::default();
    for run in 1..=options.streams_runs {
        let name = format!("streams, run {run} of {}", options.streams_runs);
        progress::part(&name, || streams(instance, options, &mut figures))?;
    }
    let process = instance.start("api")?;
    process.wait_ready()?;
    let reads = Reads { process: &process, wrk, seconds: options.seconds };
    for round in 0..=options.rounds {
        progress::part(&format!("reads, round {round} of {}", options.rounds), || {
            // A token is good for 15 minutes.
            let token = process.sign_in(MERCHANT)?;
            let mut unseen = Figures::default();
            let noted = if round == 0 { &mut unseen } else { &mut figures };
            if round % 2 == 0 {
                reads.calm(&token, noted)?;
                reads.flooded(&token, noted)
            } else {
                reads.flooded(&token, noted)?;
                reads.calm(&token, noted)
            }
        })?;
    }
    taken::wait_idle(process.id())?;
    figures.megabytes.add("resident after the floods, at rest", taken::by(process.id())?.resident_mb);
    process.stop_and_forget()?;
    Ok(figures)
}

/// The memory of a process before anybody follows, and when all do.
fn streams(instance: &Instance<'_>, options: &Options, figures: &mut Figures) -> Result<()> {
    // Hashing passwords takes memory, which the process may keep: it is done by another one.
    let process = instance.start("api")?;
    process.wait_ready()?;
    let followers = (0..options.users)
        .map(|number| Follower::of(&process.address, process.sign_in(&other(number))?))
        .collect::<Result<Vec<_>>>()?;
    process.stop_and_forget()?;

    let process = instance.start("api")?;
    process.wait_ready()?;
    // Whatever the first requests take, streams or not: connections to the database, metrics, limits of each user.
    for follower in &followers {
        Follower::of(&process.address, follower.token.clone())?;
    }
    let before = taken::by(process.id())?;
    let mut open = Vec::new();
    let begun = Instant::now();
    for follower in &followers {
        for _ in 0..STREAMS_OF_A_USER {
            open.push(Stream::open(&process.address, follower)?);
        }
    }
    figures.milliseconds.add("opening one stream", begun.elapsed().as_secs_f64() * 1e3 / count(open.len()));
    let opened = taken::by(process.id())?;
    let (settling, rest) = (Instant::now(), Duration::from_secs(options.settle));
    process::wait_for("the streams are at rest", rest * 2, || Ok(settling.elapsed() >= rest))?;
    let after = taken::by(process.id())?;
    let cpu = (after.cpu_s - opened.cpu_s) / settling.elapsed().as_secs_f64();
    for stream in &mut open {
        if !stream.is_open()? {
            return Err(Error::Refused("a stream ended before it was counted".into()));
        }
    }
    figures.megabytes.add("resident without streams", before.resident_mb);
    figures.megabytes.add(&format!("resident with {} streams", open.len()), after.resident_mb);
    figures.megabytes.add(GROWTH, after.resident_mb - before.resident_mb);
    figures.cores.add("CPU while nothing happens in the streams", cpu);
    drop(open);
    process.stop_and_forget()
}

struct Reads<'a> {
    process: &'a Process,
    wrk: &'a Wrk,
    seconds: u64,
}

impl Reads<'_> {
    fn calm(&self, token: &str, figures: &mut Figures) -> Result<()> {
        taken::wait_idle(self.process.id())?;
        figures.note(CALM, self.kept(token)?);
        Ok(())
    }

    fn flooded(&self, token: &str, figures: &mut Figures) -> Result<()> {
        let url = format!("http://{}/api/v1/auth/login", self.process.address);
        let login = ["login".to_owned(), credentials(MERCHANT).to_string()];
        let seconds = self.seconds + 3 * FLOOD_MARGIN.as_secs();
        let flood = self.wrk.start(&url, FLOOD, seconds, &login)?;
        process::wait_until(Instant::now() + FLOOD_MARGIN);
        let kept = self.kept(token)?;
        let Measured { per_second, p50_ms, .. } = flood.finish()?;
        figures.note(FLOODED, kept);
        figures.per_second.add("sign-ins of the flood", per_second);
        figures.milliseconds.add("a sign-in of the flood, p50 of a run", p50_ms);
        Ok(())
    }

    fn kept(&self, token: &str) -> Result<Kept> {
        reads::keep_rate(&self.process.address, LIST, token, READS_PER_SECOND, self.seconds)
    }
}

impl Figures {
    fn note(&mut self, what: &str, kept: Kept) {
        self.milliseconds.extend(what, kept.took_ms);
        self.milliseconds.extend(&format!("{what}: sent late by"), kept.late_ms);
        self.cores.add(&format!("{what}: CPU of the client"), kept.cpu_share);
    }
}

#[expect(clippy::cast_precision_loss, reason = "some thousand streams")]
fn count(streams: usize) -> f64 {
    streams as f64
}

fn report(machine: Machine, options: &Options, figures: &Figures) -> Result<Report> {
    let missing =
        || Error::Refused("nothing was measured: --rounds and --streams-runs must be at least 1".into());
    let growth = figures.megabytes.stats(GROWTH).ok_or_else(missing)?;
    let calm = figures.milliseconds.stats(CALM).ok_or_else(missing)?;
    let flooded = figures.milliseconds.stats(FLOODED).ok_or_else(missing)?;
    let streams = options.users * STREAMS_OF_A_USER;
    let aims = vec![
        Aim::at_most(
            &format!("resident memory that {streams} idle streams take, most"),
            "MB",
            growth.max,
            STREAMS_MB,
        ),
        Aim::at_most(
            &format!("p99 of {READS_PER_SECOND} reads a second: during a flood of {FLOOD} sign-ins / calm"),
            "",
            flooded.p99 / calm.p99,
            FLOOD_RATIO,
        ),
    ];
    let mut details = Detail::all("souk", "MB", &figures.megabytes);
    details.extend(Detail::all("souk", "ms", &figures.milliseconds));
    details.extend(Detail::all("souk", "1/s", &figures.per_second));
    details.extend(Detail::all("souk", "cores", &figures.cores));
    let headline = Headline { what: FLOODED.into(), unit: "ms".into(), stats: flooded };
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.rounds,
        with: Vec::new(),
        sides: BTreeMap::from([("souk".to_owned(), headline)]),
        ratio: None,
        target: None,
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

const SHOWS_NOT: [&str; 5] = [
    "streams in which something happens, or followers who read slowly",
    "the memory of the kernel for a connection, or that of PostgreSQL",
    "the limits of sign-ins by network and address, which stop such a flood long before: they are set so high here \
     that each attempt is let through, and every password is right",
    "a client on a machine of its own: it runs on these cores before all others (nice -10, where root starts the \
     bench); `sent late by` is how long it waited for a core or a free connection, and is part of the reads' times",
    "more than one address or more than one process of Souk",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flood_is_held_against_the_calm_and_the_largest_growth_counts() {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            options: Options,
        }
        let machine =
            Machine { cpu: "one".into(), cores: 2, memory_gib: 8.0, kernel: "6".into(), load_before: 0.1 };
        let mut figures = Figures::default();
        figures.megabytes.extend(GROWTH, [20.0, 101.0]);
        figures.note(CALM, Kept { took_ms: vec![1.0, 2.0], late_ms: vec![0.1], cpu_share: 0.01 });
        figures.note(FLOODED, Kept { took_ms: vec![3.0, 6.0], late_ms: vec![0.1], cpu_share: 0.01 });
        let report = report(machine, &Line::parse_from(["limits"]).options, &figures).unwrap();
        let values: Vec<(f64, bool)> = report.aims.iter().map(|aim| (aim.value, aim.met)).collect();
        assert_eq!(values, [(101.0, false), (3.0, true)]);
    }
}
