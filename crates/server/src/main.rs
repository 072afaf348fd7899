//! `souk`: the control plane of isolated stores on Kubernetes.
//!
//! Architecture invariant: this is the only crate that knows all the others. It reads the settings,
//! puts the parts together, and decides nothing about stores.

mod cli;
mod commands;
mod config;
mod failure;
mod fresh;
mod logging;
mod parts;
mod probes;
mod signals;
mod traces;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    // Both kube and reqwest look for the process's cryptography; there is one choice.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match commands::run(cli::Cli::parse()).await {
        Ok(code) => code,
        Err(failure) => {
            failure::print(&*failure);
            failure::exit_code(&*failure)
        }
    }
}
