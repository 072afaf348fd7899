//! `cargo xtask bench queue`: each side is a process that measures on command, so that they can take turns.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use clap::Args;

use super::{
    Common,
    figures::Samples,
    machine::{Machine, now},
    npm,
    report::{Aim, Detail, Headline, Report},
    stand::{Needs, Programs, Stand},
};
use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    postgres, process, progress,
};

pub const NAME: &str = "queue";
const SIDES: [&str; 3] = ["souk", "apalis", "graphile-worker"];
/// What is measured, in this order: a worker that runs would take the jobs that are only to be claimed.
const COMMANDS: [&str; 2] = ["claim", "start"];
const START_P99_MS: f64 = 5.0;
const CLAIM_RATIO: f64 = 1.2;
const PEER_NAME: &str = "bench-graphile-worker";
const PEER: &str = "benches/peers/graphile-worker";

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Rounds in which the sides take turns; one more before them warms up.
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Samples of each side in each round.
    #[arg(long, default_value_t = 50)]
    samples: usize,
    /// Finished jobs in the tables that have a past.
    #[arg(long, default_value_t = 200_000)]
    done: u64,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: false })?;
    let measured = measure(&stand, options);
    stand.end()?;
    report(machine, options, &measured?)
}

/// A side, by its name, with or without a past.
type Measured = Vec<(&'static str, u64, Samples)>;

fn measure(stand: &Stand<'_>, options: &Options) -> Result<Measured> {
    let programs = Programs::build(stand.paths)?;
    let peer = npm::ensure(stand.paths, PEER_NAME, PEER)?;
    let started = Instant::now();
    let mut sides = Vec::new();
    for done in [0, options.done] {
        for name in SIDES {
            let side = match name {
                "graphile-worker" => {
                    Command::new("node").arg("side.cjs").current_dir(&peer).side(name, done, stand)
                }
                _ => Command::new(programs.get("queue")?).side(name, done, stand),
            }?;
            sides.push((name, done, side, Samples::default()));
        }
    }
    progress::say(format!("{:.0} s: every side has its tables", started.elapsed().as_secs_f64()));
    for command in COMMANDS {
        for round in 0..=options.rounds {
            // Each round begins with another side, so that none always follows the same one.
            let count = sides.len();
            for turn in 0..count {
                let (_, done, side, samples) = &mut sides[(round + turn) % count];
                let timed = side.ask(command, options.samples)?;
                if round > 0 {
                    for (what, microseconds) in timed {
                        let what = named(&what, *done);
                        samples.extend(&what, microseconds.into_iter().map(|time| time / 1000.0));
                    }
                }
            }
            progress::say(format!(
                "{:.0} s: {command}, round {round} of {}{}",
                started.elapsed().as_secs_f64(),
                options.rounds,
                if round == 0 { " (warm-up)" } else { "" }
            ));
        }
    }
    for (_, _, side, _) in &mut sides {
        side.end()?;
    }
    Ok(sides.into_iter().map(|(name, done, _, samples)| (name, done, samples)).collect())
}

fn named(what: &str, done: u64) -> String {
    if done == 0 { format!("{what}, empty") } else { format!("{what}, {done} finished") }
}

/// A side at work.
#[derive(Debug)]
struct Side {
    name: &'static str,
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

trait Start {
    fn side(&mut self, name: &'static str, done: u64, stand: &Stand<'_>) -> Result<Side>;
}

impl Start for Command {
    fn side(&mut self, name: &'static str, done: u64, stand: &Stand<'_>) -> Result<Side> {
        self.args([name, &done.to_string()]).env(postgres::GIVEN, &stand.database);
        let mut child = process::mortal(self)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .doing(format!("starting {name}'s side"))?;
        let to = child.stdin.take();
        let from = child.stdout.take().map(BufReader::new);
        let from = from.ok_or_else(|| Error::Refused("a side without an output".into()))?;
        let mut side = Side { name, child, to, from };
        match side.line()?.as_str() {
            "ready" => Ok(side),
            other => Err(Error::Refused(format!("{name}'s side said {other:?} instead of ready"))),
        }
    }
}

impl Side {
    /// Microseconds by what was timed.
    fn ask(&mut self, command: &str, samples: usize) -> Result<BTreeMap<String, Vec<f64>>> {
        if let Some(to) = &mut self.to {
            writeln!(to, "{command} {samples}").doing(format!("asking {}'s side", self.name))?;
        }
        let line = self.line()?;
        serde_json::from_str(&line).doing(format!("reading what {}'s side measured", self.name))
    }

    /// It bounds each of its samples itself, and ends when one does not come.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line).doing(format!("reading from {}'s side", self.name))?;
        if line.is_empty() {
            return Err(Error::Refused(format!("{}'s side ended; it says why above", self.name)));
        }
        Ok(line.trim_end().to_owned())
    }

    /// It drops its database when its input ends.
    fn end(&mut self) -> Result<()> {
        self.to = None;
        let status = self.child.wait().doing(format!("waiting for {}'s side", self.name))?;
        if status.success() { Ok(()) } else { Err(Error::Refused(format!("{}'s side: {status}", self.name))) }
    }
}

impl Drop for Side {
    /// After an error: the others still hear the end of their input, and drop their databases.
    fn drop(&mut self) {
        self.to = None;
        let _ = process::wait_for("a side has ended", Duration::from_secs(10), || {
            Ok(self.child.try_wait().is_ok_and(|status| status.is_some()))
        });
        let _ = self.child.kill();
    }
}

fn report(machine: Machine, options: &Options, measured: &Measured) -> Result<Report> {
    let of = |name: &str, what: &str, done: u64| {
        let side = measured.iter().find(|(side, of, _)| *side == name && *of == done);
        side.and_then(|(_, _, samples)| samples.stats(&named(what, done)))
            .ok_or_else(|| Error::Refused(format!("{name} measured no {what}")))
    };
    let claim = |done| of("souk", "claim and permit", done).map(|stats| stats.p50);
    let growth = claim(options.done)? / claim(0)?;
    let aims = vec![
        Aim::at_most("enqueue to start, p99", "ms", of("souk", "start", 0)?.p99, START_P99_MS),
        Aim::at_most(
            &format!("enqueue to start with {} finished jobs, p99", options.done),
            "ms",
            of("souk", "start", options.done)?.p99,
            START_P99_MS,
        ),
        Aim::at_most(
            &format!("claim with {} finished jobs / claim in empty tables, p50", options.done),
            "",
            growth,
            CLAIM_RATIO,
        ),
    ];
    let sides = SIDES
        .iter()
        .map(|name| {
            let stats = of(name, "start", 0)?;
            let headline =
                Headline { what: "enqueue to start, empty tables".into(), unit: "ms".into(), stats };
            Ok(((*name).to_owned(), headline))
        })
        .collect::<Result<BTreeMap<_, _>>>()?;
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.rounds,
        with: Vec::new(),
        ratio: Some(super::figures::round(sides["souk"].stats.p50 / sides["apalis"].stats.p50)),
        target: None,
        met: aims.iter().all(|aim| aim.met),
        sides,
        aims,
        details: measured.iter().flat_map(|(name, _, samples)| Detail::all(name, "ms", samples)).collect(),
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

const SHOWS_NOT: [&str; 4] = [
    "throughput, or many jobs at once: one job at a time meets a queue at rest, 10 ms after the one before",
    "a network: the database server is on the same machine",
    "like for like in what is done: Souk's start is a whole claim (permit, lease, fairness, under a lock over all \
     replicas), seen through a notification; the peers' is the first line of the job's code in the same process",
    "finished jobs of graphile-worker: it deletes them, so in their place stand jobs that failed for good; and \
     `empty` tables hold the jobs of the bench itself, at most a few thousand",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_tables_and_those_with_a_past_are_told_apart() {
        assert_eq!(named("claim", 0), "claim, empty");
        assert_eq!(named("claim", 200_000), "claim, 200000 finished");
    }
}
