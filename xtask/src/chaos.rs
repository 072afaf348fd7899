//! The storm over Souk's core (`crates/chaos`), with a database for it.

use std::{
    fs,
    process::{ExitCode, Stdio},
};

use crate::{
    apt,
    error::{Doing, Result},
    lock::Lock,
    paths::Paths,
    postgres::{self, Postgres},
    process::cargo,
};

/// Blows one storm. Fails when something was lost, stuck, left behind or done twice.
pub fn run(paths: &Paths, seed: u64, minutes: f64) -> Result<ExitCode> {
    if let Some(url) = postgres::given() {
        return blow(paths, &url, seed, minutes);
    }
    let _lock = Lock::hold(paths)?;
    apt::ensure(paths, &[apt::POSTGRES])?;
    let postgres = Postgres::for_tests(paths)?;
    let code = blow(paths, &postgres.up()?, seed, minutes);
    postgres.purge()?;
    code
}

fn blow(paths: &Paths, url: &str, seed: u64, minutes: f64) -> Result<ExitCode> {
    let output = paths.repo.join(format!("target/chaos/{seed}.json"));
    // The figures of an earlier run must not be taken for this one's.
    if output.exists() {
        fs::remove_file(&output).doing("removing the figures of an earlier run")?;
    }
    let status = cargo()
        .args(["run", "--quiet", "--package=souk-chaos", "--"])
        .args(["--seed", &seed.to_string(), "--minutes", &minutes.to_string(), "--output"])
        .arg(&output)
        .env(postgres::GIVEN, url)
        .current_dir(&paths.repo)
        .stdin(Stdio::null())
        .status()
        .doing("starting cargo")?;
    if output.exists() {
        println!("figures: {}", output.display());
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
