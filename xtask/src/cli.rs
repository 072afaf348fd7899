//! The words of `cargo xtask`.

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
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Service {
    /// Starts it when it does not run, and prints the superuser's URL.
    Up,
    Down,
    /// Prints the superuser's URL.
    Url,
}
