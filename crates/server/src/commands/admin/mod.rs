//! `souk admin`: an operator at the command line, beside the running Souk.
//!
//! Invariant: nothing here decides anything. It asks the use cases, or a worker that is not running, and shows the
//! answer.

mod audit;
mod cluster;
mod people;

use std::process::ExitCode;

use souk_db::WorkerPool;

use crate::cli::Admin;
use crate::config::Config;
use crate::failure::Failure;
use crate::logging;

pub async fn run(config: &Config, command: &Admin) -> Result<ExitCode, Failure> {
    logging::start(&config.log_level, config.log_format, None)?;
    match command {
        Admin::Reconcile(how) => cluster::run(config, &cluster::Command::Reconcile(how)).await,
        Admin::RemoveNamespace(which) => {
            cluster::run(config, &cluster::Command::RemoveNamespace(which)).await
        }
        Admin::Create(_)
        | Admin::Suspend(_)
        | Admin::Restore(_)
        | Admin::SetPlan(_)
        | Admin::DeleteStore(_)
        | Admin::Requeue(_)
        | Admin::ReencryptSecrets => people::run(config, command).await,
        Admin::VerifyAudit(verify) => {
            let pool = WorkerPool::connect(config.database.worker_pool()).await?;
            let done = audit::run(&pool, verify).await;
            pool.close().await;
            done
        }
    }
}
