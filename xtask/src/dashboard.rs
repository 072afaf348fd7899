//! The dashboard: `frontend/`, built into `frontend/dist`, which the binary takes in.
//!
//! Invariant: it is built again when anything that it is made of has changed, and only then; a key says of what the last
//! one was made.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use crate::{
    error::{Doing, Result},
    hash::Inputs,
    paths::Paths,
    process::{self, Part},
    progress,
};

const FOLDER: &str = "frontend";
const INSTALL_LIMIT: Duration = Duration::from_mins(10);
const BUILD_LIMIT: Duration = Duration::from_mins(5);

pub fn folder(paths: &Paths) -> PathBuf {
    paths.repo.join(FOLDER)
}

/// Builds it when it is not there as it should be.
pub fn build(paths: &Paths) -> Result<()> {
    let folder = folder(paths);
    let key = Inputs::default().tree(&paths.repo, FOLDER.as_ref())?.key();
    let noted = paths.repo.join("target/dev/dashboard");
    let is_built = folder.join("dist/index.html").is_file();
    if is_built && fs::read_to_string(&noted).is_ok_and(|last| last == key) {
        return Ok(());
    }
    install(paths)?;
    let part =
        Part { name: "dashboard", log: paths.log("dashboard")?, limit: BUILD_LIMIT, advice: "read the log" };
    progress::part(part.name, || part.run(Command::new("npm").args(["run", "build"]).current_dir(&folder)))?;
    fs::create_dir_all(paths.repo.join("target/dev")).doing("making target/dev")?;
    fs::write(noted, key).doing("noting of what the dashboard was made")
}

/// The packages of the lock file.
pub fn install(paths: &Paths) -> Result<()> {
    process::demand_npm()?;
    let folder = folder(paths);
    let key = Inputs::default()
        .bytes(&fs::read(folder.join("package-lock.json")).doing("reading frontend/package-lock.json")?)
        .key();
    let noted = folder.join("node_modules/.souk");
    if fs::read_to_string(&noted).is_ok_and(|last| last == key) {
        return Ok(());
    }
    let part = Part {
        name: "npm ci",
        log: paths.log("dashboard-packages")?,
        limit: INSTALL_LIMIT,
        advice: "read the log; the packages come from the npm registry",
    };
    let arguments = ["ci", "--prefer-offline", "--no-audit", "--no-fund"];
    progress::part("packages of the dashboard", || {
        part.run(Command::new("npm").args(arguments).current_dir(&folder))
    })?;
    fs::write(noted, key).doing("noting which packages are there")
}

/// A script of `package.json`, to be run in its folder.
pub fn script(paths: &Paths, name: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", name]).current_dir(folder(paths));
    command
}

/// As [`script`], for one that looks at the Souk at `url` in a browser and signs in there as its operator.
pub fn script_in_browser(paths: &Paths, name: &str, url: &str, email: &str, password: &str) -> Command {
    let mut command = script(paths, name);
    command
        .env("SOUK_E2E_URL", url)
        .env("SOUK_OPERATOR_EMAIL", email)
        .env("SOUK_OPERATOR_PASSWORD", password);
    if let Some(chromium) = process::on_path("chromium") {
        command.env("CHROMIUM", chromium);
    }
    command
}
