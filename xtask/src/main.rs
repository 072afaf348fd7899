//! `cargo xtask`: everything a developer or a CI does with this repository, by one program.
//!
//! Invariant: it can be killed at any moment. What it makes is made under another name and renamed when it is
//! whole, and what it starts is found again by the next run.
#![forbid(unsafe_code)]

mod cli;
mod error;
mod paths;
mod postgres;
mod process;
mod progress;

use std::{error::Error as _, process::ExitCode};

use clap::Parser as _;

use crate::{
    cli::{Cli, Command, Service},
    error::Result,
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
    let paths = Paths::discover()?;
    match command {
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
