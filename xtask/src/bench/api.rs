//! `cargo xtask bench api`: requests as many as there is room for, of Souk and of Express, in turns.
//!
//! Invariant: each turn begins with the same database and with new processes, and all sides that are compared have
//! been seen to answer and to write the same.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Common, api_report,
    figures::Samples,
    ground,
    instance::Instance,
    load::{Measured, Wrk},
    machine::Machine,
    npm,
    report::Report,
    sides::{self, CREATORS, Kind, Side},
    stand::{Needs, Programs, Stand},
    taken,
};
use crate::{
    error::{Error, Result},
    paths::Paths,
    progress,
};

pub const NAME: &str = "api";
const PEER_NAME: &str = "bench-api-express";
const PEER: &str = "benches/peers/api/express";
/// The round that warms up is no longer than this.
const FIRST_ROUND_S: u64 = 2;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Rounds in which the sides take turns; a short one before them warms up.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// How long each measure lasts; one of `--warm-up` goes before it.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    #[arg(long, default_value_t = 3)]
    pub warm_up: u64,
    /// Connections that are kept open, each with one request under way.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// A souk that was built before, in place of building one: for trying the bench out.
    #[arg(long, value_name = "PATH")]
    pub souk: Option<PathBuf>,
}

/// What was measured on one side.
#[derive(Debug, Default)]
pub struct Figures {
    pub per_second: Samples,
    pub milliseconds: Samples,
    pub megabytes: Samples,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let wrk = Wrk::ensure(paths)?;
    let peer = npm::ensure(paths, PEER_NAME, PEER)?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: false })?;
    let measured = programs(paths, options.souk.as_deref()).and_then(|programs| {
        let instance = Instance::with(&stand, &programs, ground::settings())?;
        let measured = measure(&instance, &peer, &wrk, options);
        instance.end().and(measured)
    });
    stand.end()?;
    api_report::report(machine, options, &measured?)
}

/// The release build, or the `souk` that was given.
pub fn programs(paths: &Paths, given: Option<&Path>) -> Result<Programs> {
    match given {
        Some(souk) => Programs::given(souk),
        None => Programs::build(paths),
    }
}

fn measure(
    instance: &Instance<'_>,
    peer: &Path,
    wrk: &Wrk,
    options: &Options,
) -> Result<Vec<(Side, Figures)>> {
    ground::prepare(instance, CREATORS, 0)?;
    let mut sides: Vec<(Side, Figures)> = Side::ALL.map(|side| (side, Figures::default())).into();
    let mut deeds = None;
    for round in 0..=options.rounds {
        progress::part(&format!("round {round} of {}", options.rounds), || {
            // Each round begins with another side, so that none always follows the same one.
            let count = sides.len();
            for turn in 0..count {
                let (side, figures) = &mut sides[(round + turn) % count];
                let seconds = if round == 0 { options.seconds.min(FIRST_ROUND_S) } else { options.seconds };
                let this = Turn { instance, peer, wrk, options, seconds, side: *side };
                let of_round = this.take(if round == 0 { Some(&mut deeds) } else { None });
                let of_round =
                    of_round.map_err(|error| Error::Refused(format!("{}: {error}", this.side.name())))?;
                if round > 0 {
                    figures.extend(of_round);
                }
            }
            Ok(())
        })?;
    }
    Ok(sides)
}

/// One side, once.
struct Turn<'a> {
    instance: &'a Instance<'a>,
    peer: &'a Path,
    wrk: &'a Wrk,
    options: &'a Options,
    seconds: u64,
    side: Side,
}

/// What Souk was seen to do; the others are held against it.
type Deeds = Option<Vec<(Kind, String)>>;

impl Turn<'_> {
    fn take(&self, deeds: Option<&mut Deeds>) -> Result<Figures> {
        self.instance.restore()?;
        let process = self.side.start(self.instance, self.peer)?;
        if let Some(deeds) = deeds
            && self.side != Side::Bare
        {
            compare(deeds, sides::deeds(self.instance, &process)?)?;
        }
        let mut figures = Figures::default();
        for kind in self.side.kinds() {
            let connections = self.options.connections;
            let (url, arguments) = kind.load(self.side, &process, "lamp")?;
            self.wrk.run(&url, connections, self.options.warm_up, &arguments)?;
            let (url, arguments) = kind.load(self.side, &process, "vase")?;
            taken::wait_idle(process.id())?;
            let cpu_s = || Ok::<_, Error>((taken::by(process.id())?.cpu_s, self.postgres_cpu_s()?));
            let before = cpu_s()?;
            let measured = self.wrk.run(&url, connections, self.seconds, &arguments)?;
            let after = cpu_s()?;
            // A short warm-up may end before the first of many sign-ins is answered; a measure may not.
            if measured.requests < 1.0 {
                return Err(Error::Refused(format!("nothing was answered, asked to {}", kind.name())));
            }
            figures.note(*kind, &measured, (after.0 - before.0, after.1 - before.1));
            let memory = format!("{}, {}", kind.name(), api_report::MEMORY);
            figures.megabytes.add(&memory, taken::by(process.id())?.shared_once_mb);
        }
        let taken = taken::by(process.id())?;
        figures.megabytes.add(api_report::SHARED_ONCE, taken.shared_once_mb);
        figures.megabytes.add(api_report::RESIDENT, taken.resident_mb);
        process.stop_and_forget()?;
        Ok(figures)
    }

    /// Of the server and all its connections, where it is on this machine and may be looked at; else nothing.
    fn postgres_cpu_s(&self) -> Result<f64> {
        let first_line = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)";
        let pid = self.instance.ask_database(first_line)?.parse().unwrap_or_default();
        let is_postgres =
            fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name == "postgres\n");
        Ok(if is_postgres { taken::by(pid).unwrap_or_default().cpu_s } else { 0.0 })
    }
}

impl Figures {
    fn note(&mut self, kind: Kind, measured: &Measured, (cpu_s, postgres_cpu_s): (f64, f64)) {
        let what = |what: &str| format!("{}, {what}", kind.name());
        self.per_second.add(&what(api_report::REQUESTS), measured.per_second);
        self.milliseconds.add(&what(api_report::P50), measured.p50_ms);
        self.milliseconds.add(&what(api_report::P99), measured.p99_ms);
        self.milliseconds.add(&what(api_report::LONGEST), measured.max_ms);
        self.milliseconds.add(&what(api_report::CPU), cpu_s * 1e3 / measured.requests);
        self.milliseconds.add(&what(api_report::POSTGRES_CPU), postgres_cpu_s * 1e3 / measured.requests);
    }

    fn extend(&mut self, other: Self) {
        self.per_second.append(other.per_second);
        self.milliseconds.append(other.milliseconds);
        self.megabytes.append(other.megabytes);
    }
}

/// A peer that did less would be faster for it.
fn compare(souks: &mut Deeds, own: Vec<(Kind, String)>) -> Result<()> {
    let Some(souks) = souks else {
        *souks = Some(own);
        return Ok(());
    };
    match souks.iter().zip(&own).find(|(souks, own)| souks != own) {
        None => Ok(()),
        Some(((kind, souks), (_, own))) => Err(Error::Refused(format!(
            "it does not do what Souk does, asked to {}.\nSouk: {souks}\nIt:   {own}",
            kind.name()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_writes_less_than_souk_is_no_peer() {
        let mut souks = None;
        let deed = |text: &str| vec![(Kind::Create, text.to_owned())];
        compare(&mut souks, deed("stores +1, events +2")).unwrap();
        compare(&mut souks, deed("stores +1, events +2")).unwrap();
        let error = compare(&mut souks, deed("stores +1")).unwrap_err().to_string();
        assert!(error.contains("asked to create") && error.contains("events +2"), "{error}");
    }
}
