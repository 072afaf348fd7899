//! The API against its document: Schemathesis asks each operation what the document allows and what it does not, one by
//! one and as its links lead from one to the next, and compares every answer with what is promised.
//!
//! It asks a whole Souk whose stores are simulated, as an operator. Nobody else uses that Souk or its database.

use std::process::{Command, Stdio};

use super::own_souk::{EMAIL, OwnSouk, PASSWORD};
use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    progress,
    report::Count,
    tools::Tool,
};

/// Which requests, which checks, and what is left out for which reason.
const CONFIG: &str = "xtask/schemathesis/schemathesis.toml";
const HOOKS: &str = "xtask/schemathesis/hooks.py";
/// Requests made up for each operation, in each phase that makes some up.
const EXAMPLES: u32 = 50;
const EXAMPLES_OF_ALL: u32 = 1_000;
/// The same requests each time; what the long run finds is mended, not found again by luck.
const SEED: &str = "1";
const SIGN_IN: &str = "login";

pub fn run(paths: &Paths, server: Option<&str>, all: bool) -> Result<Count> {
    let server = server.ok_or_else(|| Error::Refused("no database".into()))?;
    let schemathesis = Tool::Schemathesis.ensure(paths)?.join("schemathesis");
    let souk = OwnSouk::start(paths, server, "schema", vec![("SOUK_SIMULATED_STEP_MS", "1".to_owned())])?;
    souk.register()?;
    let examples = if all { EXAMPLES_OF_ALL } else { EXAMPLES };
    progress::say(format!(
        "{examples} made-up requests an operation; the log of Souk: {}",
        souk.log.display()
    ));
    let run = |which: &str| -> Result<bool> {
        let mut command = Command::new(&schemathesis);
        command
            .current_dir(&souk.folder)
            .arg("--config-file")
            .arg(paths.repo.join(CONFIG))
            .arg("run")
            .arg(format!("http://{}/api/openapi.json", souk.address))
            .args(["--max-examples", &examples.to_string(), "--seed", SEED, which, SIGN_IN])
            .env("SCHEMATHESIS_HOOKS", paths.repo.join(HOOKS))
            .env("SOUK_EMAIL", EMAIL)
            .env("SOUK_PASSWORD", PASSWORD)
            .stdin(Stdio::null());
        Ok(command.status().doing("starting schemathesis")?.success())
    };
    // It learns the operator's address from the lists of users, and five wrong passwords lock that for everybody: so it signs
    // in for itself first, and tries how others might last.
    let mut count = Count::one(run("--exclude-operation-id")?);
    count.add(&Count::one(run("--include-operation-id")?));
    Ok(count)
}
