//! `cargo xtask bench NAME`: what Souk takes, measured beside what others take for the same.
//!
//! Invariant: both sides run in turns in one run, on the same machine, cluster, images and database server; a
//! round that warms up counts for nobody; and whatever was made for it is gone afterwards.

mod figures;
mod http;
mod idle;
mod instance;
mod provision;
mod queue;
mod recovery;
mod report;
mod scripts;
mod stand;
mod watch;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use self::report::Report;
use crate::{cluster::Choice, error::Result, paths::Paths};

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// A store from the request to the shop: Souk, a plain script, and the bare release.
    ///
    /// Boots whole shops in turns, on the same cluster and from the same images. `souk`: the release build of
    /// `souk serve`, from POST /stores until GET says READY. `script`: benches/peers/provision.sh, what a team
    /// without Souk would write: namespace, secrets, `helm upgrade --install --wait` of the same chart with
    /// Medusa's own migration, then its CLI for seed and user, until the products are listed through the
    /// ingress. `bare`: benches/peers/bare.sh, the same release without any set-up, until the shop answers.
    /// Then workers are killed with -9 during a rollout, until another one is at work. About 1 minute for each
    /// run of all three, and half a minute for each kill, on two idle cores.
    Provision(provision::Options),
    /// From a committed job to its start, and what a claim costs with a long past.
    ///
    /// Souk's queue (apalis under leases and permits, a whole worker over the simulated cluster), apalis as it
    /// comes, and graphile-worker (npm), each with empty tables and with 200,000 finished jobs, on one
    /// PostgreSQL that commits to disk. About 5 minutes. Needs Node.js 18 or later and npm.
    Queue(queue::Options),
    /// Memory at rest, and the time from the start to the first answer.
    ///
    /// `souk serve`, release build, with a cluster and without work. About 2 minutes.
    Idle(idle::Options),
}

#[derive(Debug, Args)]
pub struct Common {
    /// Run nothing: print what the last run left, as the tables of docs/benchmarks.md.
    #[arg(long)]
    markdown: bool,
    /// Run nothing: put those tables into docs/benchmarks.md.
    #[arg(long)]
    docs: bool,
    /// A PostgreSQL to use in place of one made for the bench: the superuser's URL. What the bench makes there
    /// it drops; the passwords of Souk's roles become those of development.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    #[arg(long, default_value = "auto")]
    cluster: Choice,
}

pub fn run(paths: &Paths, bench: &Bench) -> Result<ExitCode> {
    let (name, common) = match bench {
        Bench::Provision(options) => (provision::NAME, &options.common),
        Bench::Queue(options) => (queue::NAME, &options.common),
        Bench::Idle(options) => (idle::NAME, &options.common),
    };
    if common.markdown {
        print!("{}", Report::read(paths, name)?.markdown());
        return Ok(ExitCode::SUCCESS);
    }
    if common.docs {
        Report::read(paths, name)?.put_into_docs(paths)?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = match bench {
        Bench::Provision(options) => provision::run(paths, options)?,
        Bench::Queue(options) => queue::run(paths, options)?,
        Bench::Idle(options) => idle::run(paths, options)?,
    };
    report.write(paths)?;
    report.print(paths);
    // A missed aim is a figure, not a failure: the file says `met`.
    Ok(ExitCode::SUCCESS)
}
