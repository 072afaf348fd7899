//! The dashboard: its types, its layers, its logic, and itself in a browser, before a whole Souk whose stores are simulated.

use std::process::{Command, Stdio};

use super::own_souk::{EMAIL, OwnSouk, PASSWORD};
use crate::{
    dashboard,
    error::{Doing, Error, Result},
    paths::Paths,
    report::Count,
};

/// Scripts of `package.json` that need no Souk.
const CHECKS: &[&str] = &["check", "lint", "knip", "drift", "test", "size"];
const JOURNEYS: &str = "e2e";
/// Slow enough to be seen, fast enough to be waited for.
const STEP_MS: &str = "150";

pub fn run(paths: &Paths, server: Option<&str>) -> Result<Count> {
    let server = server.ok_or_else(|| Error::Refused("no database".into()))?;
    dashboard::install(paths)?;
    let mut count = Count::default();
    for script in CHECKS {
        count.add(&one(script, dashboard::script(paths, script))?);
    }
    let settings = vec![("SOUK_SIMULATED_STEP_MS", STEP_MS.to_owned())];
    let souk = OwnSouk::start(paths, server, "ui", settings)?;
    souk.register()?;
    let mut journeys = dashboard::script_in_browser(paths, JOURNEYS, &souk.url(), EMAIL, PASSWORD);
    journeys.env("CI", "1");
    count.add(&one(JOURNEYS, journeys)?);
    Ok(count)
}

fn one(script: &str, mut command: Command) -> Result<Count> {
    println!("-- {script}");
    let status = command.stdin(Stdio::null()).status().doing("starting npm")?;
    println!("{} dashboard {script}", if status.success() { "ok    " } else { "FAILED" });
    Ok(Count::one(status.success()))
}
