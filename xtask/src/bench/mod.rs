//! `cargo xtask bench NAME`: what Souk takes, measured beside what others take for the same.
//!
//! Invariant: both sides run in turns in one run, on the same machine, cluster, images and database server; a
//! round that warms up counts for nobody; and whatever was made for it is gone afterwards.

mod api;
mod api_report;
pub mod engines;
mod figures;
mod ground;
pub mod http;
mod idle;
mod instance;
mod limits;
mod load;
mod machine;
mod npm;
mod provision;
mod provision_report;
mod queue;
mod reads;
mod recovery;
mod render;
mod report;
mod scripts;
mod sides;
mod sizes;
mod sizes_report;
mod stand;
mod store;
mod streams;
mod taken;
mod usage;
mod watch;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use self::report::Report;
use crate::{cluster::Choice, error::Result, paths::Paths};

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// A store from the request to the shop: Souk, a plain script, and the bare release.
    ///
    /// Boots whole shops of both engines in turns, on the same cluster and from the same images. `souk`: the
    /// release build of `souk serve`, from POST /stores until GET says READY. `script`: what a team without Souk
    /// would write (benches/peers/ENGINE/script.sh): namespace, secrets, `helm upgrade --install --wait` of the same
    /// chart, then Medusa's own migration, seed and user, or WP-CLI's installation and twelve products, until the
    /// products are listed through the ingress. `bare`: benches/peers/bare.sh, the same release without any set-up,
    /// until the shop answers. Then workers are killed with -9 during a rollout, until another one is at work.
    /// About 1 minute for each run of an engine's three sides, and half a minute for each kill, on two idle cores.
    Provision(provision::Options),
    /// From a committed job to its start, and what a claim costs with a long past.
    ///
    /// Souk's queue (apalis under leases and permits, a whole worker over the simulated cluster), apalis as it
    /// comes, and graphile-worker (npm), each with empty tables and with 200,000 finished jobs, on one
    /// PostgreSQL that commits to disk. About 5 minutes. Needs Node.js 18 or later and npm.
    Queue(queue::Options),
    /// Requests as many as there is room for: Souk beside Express, over the same schema.
    ///
    /// `souk`: the release build of `souk api`. `express`: benches/peers/api/express, which answers and writes the same,
    /// in one process and in two. `bare express`: one route, one query. wrk asks over 64 connections: a page of stores,
    /// a store, a sign-in, a new store. About 20 minutes. Needs Node.js 20 or later and npm.
    Api(api::Options),
    /// 1,000 idle streams of events, and reads at a constant rate during a flood of sign-ins.
    ///
    /// The release build of `souk api`, its limits counted and set too high to refuse. About 8 minutes.
    Limits(limits::Options),
    /// A client of `limits`, in a process of its own.
    #[command(hide = true)]
    Reads(reads::Options),
    /// Memory at rest, and the time from the start to the first answer.
    ///
    /// `souk serve`, release build, with a cluster and without work. About 2 minutes.
    Idle(idle::Options),
    /// The dashboard's first render, on a processor that is slowed down to a quarter.
    ///
    /// `souk serve`, release build, simulated, and Debian's Chromium with an empty cache. About 2 minutes. Needs Node.js 20
    /// or later and npm.
    Render(render::Options),
    /// What a store's containers use on each plan: at boot, at rest, with ten shoppers at once.
    ///
    /// Beside what they ask for and may take, which is the chart's; together they are the table of docs/sizes.md, which
    /// `--docs` writes from the reports that there are. About 4 minutes for each plan.
    Sizes(sizes::Options),
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
        Bench::Provision(options) => (provision::NAME.to_owned(), &options.common),
        Bench::Queue(options) => (queue::NAME.to_owned(), &options.common),
        Bench::Api(options) => (api::NAME.to_owned(), &options.common),
        Bench::Limits(options) => (limits::NAME.to_owned(), &options.common),
        Bench::Reads(options) => return reads::run(options).map(|()| ExitCode::SUCCESS),
        Bench::Idle(options) => (idle::NAME.to_owned(), &options.common),
        Bench::Render(options) => (render::NAME.to_owned(), &options.common),
        Bench::Sizes(options) => (sizes::name(options.engine), &options.common),
    };
    if common.markdown {
        print!("{}", Report::read(paths, &name)?.markdown());
        return Ok(ExitCode::SUCCESS);
    }
    if common.docs {
        match bench {
            Bench::Sizes(_) => sizes_report::put_into_docs(paths)?,
            _ => Report::read(paths, &name)?.put_into_docs(paths)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let report = match bench {
        Bench::Provision(options) => provision::run(paths, options)?,
        Bench::Queue(options) => queue::run(paths, options)?,
        Bench::Api(options) => api::run(paths, options)?,
        Bench::Limits(options) => limits::run(paths, options)?,
        Bench::Reads(_) => return Ok(ExitCode::SUCCESS), // above
        Bench::Idle(options) => idle::run(paths, options)?,
        Bench::Render(options) => render::run(paths, options)?,
        Bench::Sizes(options) => sizes::run(paths, options)?,
    };
    report.write(paths)?;
    report.print(paths);
    // A missed aim is a figure, not a failure: the file says `met`.
    Ok(ExitCode::SUCCESS)
}
