//! What is said of `bench api`: the aims, and the peer that they are held against.

use std::collections::BTreeMap;

use super::{
    api::{Figures, NAME, Options},
    figures::{Stats, round},
    ground::CONNECTIONS,
    machine::{Machine, now},
    report::{Aim, Detail, Headline, Report},
    sides::{Kind, Side},
};
use crate::error::{Error, Result};

pub const REQUESTS: &str = "answered";
pub const P50: &str = "p50 of a run";
pub const P99: &str = "p99 of a run";
pub const LONGEST: &str = "longest of a run";
pub const CPU: &str = "CPU of the side, a request";
pub const POSTGRES_CPU: &str = "CPU of PostgreSQL, a request";
/// Shared pages once.
pub const MEMORY: &str = "memory after it";
pub const SHARED_ONCE: &str = "memory after the load, shared pages once";
pub const RESIDENT: &str = "resident after the load, sum of processes";
/// The peer's to Souk's, or Souk's to the peer's: a quarter.
const REQUESTS_RATIO: f64 = 0.25;
const P99_RATIO: f64 = 0.25;
const MEMORY_RATIO: f64 = 1.0 / 3.0;

pub fn report(machine: Machine, options: &Options, measured: &[(Side, Figures)]) -> Result<Report> {
    let of = |side: Side| {
        let found = measured.iter().find(|(of, _)| *of == side).map(|(_, figures)| figures);
        found.ok_or_else(|| Error::Refused(format!("{} was not measured", side.name())))
    };
    let souk = of(Side::Souk)?;
    let peer = better(of(Side::Express)?, of(Side::Cluster)?)?;
    let peers = of(peer)?;
    let mut aims = Vec::new();
    for kind in [Kind::List, Kind::Get] {
        let ratio = answered(peers, kind)?.p50 / answered(souk, kind)?.p50;
        let what = format!("{}: requests a second, express / souk, p50 of the runs", kind.name());
        aims.push(Aim::at_most(&what, "", ratio, REQUESTS_RATIO));
    }
    for kind in [Kind::List, Kind::Get] {
        let what = format!("{}, {P99}", kind.name());
        let p99 = |side: &Figures| side.milliseconds.stats(&what).ok_or_else(|| missing(&what));
        let ratio = p99(souk)?.p50 / p99(peers)?.p50;
        let what = format!("{}: p99, souk / express, p50 of the runs", kind.name());
        aims.push(Aim::at_most(&what, "", ratio, P99_RATIO));
    }
    let memory = |side: &Figures| side.megabytes.stats(SHARED_ONCE).ok_or_else(|| missing(SHARED_ONCE));
    let ratio = memory(souk)?.p50 / memory(peers)?.p50;
    aims.push(Aim::at_most(&format!("{SHARED_ONCE}: souk / express, p50"), "", ratio, MEMORY_RATIO));

    let mut sides = BTreeMap::new();
    let mut details = Vec::new();
    for (side, figures) in measured {
        let what = format!("list, {REQUESTS}");
        let stats = answered(figures, Kind::List)?;
        sides.insert(side.name().to_owned(), Headline { what, unit: "1/s".into(), stats });
        details.extend(Detail::all(side.name(), "1/s", &figures.per_second));
        details.extend(Detail::all(side.name(), "ms", &figures.milliseconds));
        details.extend(Detail::all(side.name(), "MB", &figures.megabytes));
    }
    let ratio = answered(souk, Kind::List)?.p50 / answered(peers, Kind::List)?.p50;
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.rounds,
        with: vec![
            format!(
                "{} connections, {} s a run, pools of {CONNECTIONS}",
                options.connections, options.seconds
            ),
            format!("The aims' express is `{}`, which answers more reads", peer.name()),
        ],
        sides,
        ratio: Some(round(ratio)),
        target: None,
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

/// How many processes suit the peer: as many as answer more reads.
fn better(one: &Figures, two: &Figures) -> Result<Side> {
    let reads = |side: &Figures| Ok(answered(side, Kind::List)?.p50 + answered(side, Kind::Get)?.p50);
    Ok(if reads(two)? > reads(one)? { Side::Cluster } else { Side::Express })
}

fn answered(side: &Figures, kind: Kind) -> Result<Stats> {
    let what = format!("{}, {REQUESTS}", kind.name());
    side.per_second.stats(&what).ok_or_else(|| missing(&what))
}

fn missing(what: &str) -> Error {
    Error::Refused(format!("nothing was measured of {what}: --rounds must be at least 1"))
}

const SHOWS_NOT: [&str; 7] = [
    "a server of its own: wrk, the side and PostgreSQL share this machine's cores, so what the database takes is in \
     both sides' figures, and more of it in those of the side that asks it more",
    "latency at a rate that is kept: wrk asks again when it was answered, so a side that is slow is asked less; \
     `bench limits` keeps a rate",
    "a network, TLS, or clients that come and go: connections are kept open, on loopback",
    "like for like in every statement: Souk reads in transactions of their own and checks an account twice, Express \
     asks what it can in one statement; rows and answers are the same, which the first round checks",
    "stores being made: no worker takes what is asked for, so `create` ends with its commit, and the waiting \
     operations that each creation counts grow by as many as the side accepts",
    "writing the log at once: Express collects its lines into pieces of 4 KiB, Souk writes each",
    "Node's `resident` as it is: processes share the program's pages, which `shared pages once` divides among them",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn side(list: f64, get: f64) -> Figures {
        let mut figures = Figures::default();
        figures.per_second.add("list, answered", list);
        figures.per_second.add("get, answered", get);
        for what in ["list, p99 of a run", "get, p99 of a run"] {
            figures.milliseconds.add(what, 1e4 / list);
        }
        figures.megabytes.add(SHARED_ONCE, 40.0);
        figures
    }

    fn options() -> Options {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            options: Options,
        }
        Line::parse_from(["api"]).options
    }

    #[test]
    fn the_aims_are_held_against_the_peer_that_answers_more() {
        let machine =
            Machine { cpu: "one".into(), cores: 2, memory_gib: 8.0, kernel: "6".into(), load_before: 0.1 };
        let measured = [
            (Side::Souk, side(4000.0, 5000.0)),
            (Side::Express, side(800.0, 1000.0)),
            (Side::Cluster, side(1000.0, 1300.0)),
            (Side::Bare, side(3000.0, 1.0)),
        ];
        let report = report(machine, &options(), &measured).unwrap();
        let values: Vec<(f64, bool)> = report.aims.iter().map(|aim| (aim.value, aim.met)).collect();
        assert_eq!(values, [(0.25, true), (0.26, false), (0.25, true), (0.25, true), (1.0, false)]);
        assert_eq!((report.ratio, report.met), (Some(4.0), false));
        assert!(report.with[1].contains("2 processes"));
    }
}
