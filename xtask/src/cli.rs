//! The words of `cargo xtask`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{bench::Bench, cluster::Choice, suites::Suite};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Souk's development set-up and its gate")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// From nothing to a running Souk, until Ctrl-C.
    Up {
        #[arg(long, default_value = "auto")]
        cluster: Choice,
    },
    /// Buys in a store of the demo user over the store's own API, and prints the order.
    Buy {
        /// The store's name or id: `demo` is there after `up`.
        store: String,
    },
    /// Stops what runs of Souk's own on this machine.
    Down {
        /// Also forgets the state: databases, stores, keys.
        #[arg(long)]
        purge: bool,
        /// Also removes what was built: programs and images. The next run is a first one.
        #[arg(long, requires = "purge")]
        cache: bool,
    },
    /// Writes the record by which queries are checked where there is no database.
    ///
    /// Uses the server that `SOUK_TEST_DATABASE_URL` names, or starts Souk's own.
    Sqlx,
    /// The gate: lints, tests, and the cluster's tests. Its last line is `N passed, N failed`.
    Test {
        /// Only this suite; can be given more than once.
        #[arg(long, value_name = "SUITE")]
        only: Vec<Suite>,
        /// Also the tests marked long.
        #[arg(long)]
        all: bool,
        /// Fail where no cluster can be had, instead of skipping what needs one.
        #[arg(long)]
        require_cluster: bool,
        #[arg(long, default_value = "auto")]
        cluster: Choice,
    },
    /// A seeded storm over the core: users create, delete and retry while workers die, leases are lost, clocks jump
    /// and everything goes away for a while. Exits 1 when something was lost, stuck, left behind or done twice.
    ///
    /// The same seed is the same storm. The figures go to target/chaos/SEED.json. Uses the server that
    /// `SOUK_TEST_DATABASE_URL` names, or starts the gate's own for as long as it blows.
    Chaos {
        /// Decides what happens, and when.
        #[arg(long)]
        seed: u64,
        /// How long it blows (0.2 is 12 s); until everything is at rest takes a minute or so more.
        #[arg(long, default_value_t = 1.0)]
        minutes: f64,
    },
    /// Measures Souk beside others; each prints a table and writes target/bench/NAME.json.
    #[command(subcommand)]
    Bench(Bench),
    /// Checks what each crate may name.
    Layout,
    /// A PostgreSQL of Souk's own.
    #[command(subcommand)]
    Postgres(Service),
    /// The local Kubernetes alone.
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// Kubectl on the local cluster, as its admin.
    Kubectl {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Builds the dashboard into frontend/dist, which `souk` takes in, where that is not there as it should be.
    Dashboard,
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
