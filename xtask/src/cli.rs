//! The words of `cargo xtask`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Souk's development set-up and its gate")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// A PostgreSQL of Souk's own.
    #[command(subcommand)]
    Postgres(Service),
    /// The local Kubernetes alone.
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// Builds the store images, puts them into the cluster when it runs, and writes target/dev/images.json.
    Images,
}

#[derive(Debug, Subcommand)]
pub enum ClusterCommand {
    /// Builds what is missing, starts it, and prints how to reach it.
    Up,
    Down {
        /// Also forgets its state: stores, volumes, keys.
        #[arg(long)]
        purge: bool,
    },
    Status,
    /// The first process of the cluster; started by `up`.
    #[command(hide = true)]
    Init {
        state: PathBuf,
        programs: PathBuf,
        ingress: String,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Service {
    /// Starts it when it does not run, and prints the superuser's URL.
    Up,
    Down,
    /// Prints the superuser's URL.
    Url,
}
