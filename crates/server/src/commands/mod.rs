//! One subcommand, one file.

mod admin;
mod connect_cluster;
mod doctor;
mod health;
mod serve;
mod settings;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::traces::Traces;
use crate::{logging, parts};

pub async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Openapi => {
            print!("{}", souk_http::openapi::text()?);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Errors => {
            print!("{}", souk_http::problem::page());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config(wish) => {
            settings::run(&cli.flags, &wish)?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Doctor(doctor) => return doctor::run(&cli.flags, &doctor).await,
        Command::Migrate => {
            let config = config::load_for_migration(&cli.flags)?;
            logging::start(&config.log_level, config.log_format, None)?;
            parts::migrate(&config.database).await?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let config = config::load(&cli.flags)?;
    match cli.command {
        Command::Openapi | Command::Errors | Command::Config(_) | Command::Doctor(_) | Command::Migrate => {}
        Command::Admin(command) => return admin::run(&config, &command).await,
        Command::Health => return health::run(&config).await,
        Command::Serve => start(&config, serve::Roles::BOTH).await?,
        Command::Api => start(&config, serve::Roles::API).await?,
        Command::Worker => start(&config, serve::Roles::WORKER).await?,
        Command::ConnectCluster(connect) => connect_cluster::run(&config, &connect).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn start(config: &Config, roles: serve::Roles) -> Result<(), Failure> {
    let traces = config.traces.as_ref().map(Traces::start).transpose()?;
    logging::start(&config.log_level, config.log_format, traces.as_ref())?;
    serve::run(config, roles, traces).await
}
