//! `cargo xtask`: everything a developer or a CI does with this repository, by one program.
//!
//! Invariant: it can be killed at any moment. What it makes is made under another name and renamed when it is
//! whole, and what it starts is found again by the next run.
#![forbid(unsafe_code)]

mod apt;
mod bench;
mod cache;
mod chaos;
mod cli;
mod cluster;
mod dashboard;
mod error;
mod hash;
mod images;
mod lock;
mod paths;
mod plugin;
mod postgres;
mod process;
mod progress;
mod report;
mod sizes;
mod souk;
mod sqlx;
mod suites;
mod tools;
mod up;

use std::{error::Error as _, process::ExitCode};

use clap::Parser as _;

use crate::{
    cli::{Cli, ClusterCommand, Command, Service},
    cluster::{Endpoint, Local},
    error::Result,
    images::Builder,
    lock::Lock,
    paths::Paths,
    postgres::Postgres,
};

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    if let Command::Cluster(ClusterCommand::Init { state, programs, ingress }) = &command {
        cluster::run_init(state, programs, ingress)?;
        return Ok(ExitCode::SUCCESS);
    }
    let paths = Paths::discover()?;
    match command {
        Command::Up { cluster } => up::run(&paths, cluster)?,
        Command::Buy { store } => souk::Souk::new(&paths).buy(&store)?,
        Command::Down { purge, cache } => up::down(&paths, purge, cache)?,
        Command::Sqlx => {
            if let Some(server) = postgres::given() {
                sqlx::write(&paths, &server)?;
            } else {
                let _lock = Lock::hold(&paths)?;
                apt::ensure(&paths, &[apt::POSTGRES])?;
                sqlx::write(&paths, &Postgres::new(&paths)?.up()?)?;
            }
        }
        Command::Test { only, all, require_cluster, cluster } => {
            return suites::run(&paths, &suites::Options { only, all, require_cluster, cluster });
        }
        Command::Chaos { seed, minutes } => return chaos::run(&paths, seed, minutes),
        Command::Bench(bench) => return bench::run(&paths, &bench),
        Command::Layout if suites::layout::run(&paths)? => println!("the layout rules hold"),
        Command::Layout => return Ok(ExitCode::FAILURE),
        Command::Cluster(command) => {
            let cluster = Local::new(&paths)?;
            match command {
                ClusterCommand::Up => {
                    let _lock = Lock::hold(&paths)?;
                    say_endpoint(&cluster.up()?);
                }
                ClusterCommand::Down { purge } => {
                    let _lock = Lock::hold(&paths)?;
                    if purge { cluster.purge()? } else { cluster.down()? }
                }
                ClusterCommand::Status if cluster.is_up() => say_endpoint(&cluster.endpoint()),
                ClusterCommand::Status => {
                    println!("the cluster is not running; start it with `cargo xtask cluster up`");
                    return Ok(ExitCode::FAILURE);
                }
                ClusterCommand::Init { .. } => {}
            }
        }
        Command::Kubectl { arguments } => {
            let succeeded = Local::new(&paths)?.run_kubectl(&arguments)?;
            return Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Dashboard => {
            let _lock = Lock::hold(&paths)?;
            dashboard::build(&paths)?;
        }
        Command::Images => {
            let _lock = Lock::hold(&paths)?;
            apt::ensure(&paths, &[apt::IMAGES])?;
            let builder = Builder::new(&paths);
            let built = images::of_stores(&paths)?
                .iter()
                .map(|image| builder.ensure(image))
                .collect::<Result<Vec<_>>>()?;
            images::publish(&paths, &built)?;
            let cluster = Local::new(&paths)?;
            if cluster.is_up() {
                cluster.import(&built)?;
            }
            for image in &built {
                println!("{}", image.reference);
            }
        }
        Command::Postgres(service) => {
            let postgres = Postgres::new(&paths)?;
            match service {
                Service::Up => println!("{}", postgres.up()?),
                Service::Down => postgres.down()?,
                Service::Url => println!("{}", postgres.url()?),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn say_endpoint(endpoint: &Endpoint) {
    for (name, value) in endpoint.variables() {
        println!("export {name}={value}");
    }
}
