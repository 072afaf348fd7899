//! The API against its document: Schemathesis asks each operation what the document allows and what it does not, one by
//! one and as its links lead from one to the next, and compares every answer with what is promised.
//!
//! It asks a whole Souk whose stores are simulated, as an operator. Nobody else uses that Souk or its database.

use std::{
    env,
    fs::{self, File},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;

use crate::{
    bench::http::Client,
    error::{Doing, Error, Result},
    paths::Paths,
    postgres, process, progress,
    report::Count,
    souk::ROLE_PASSWORD,
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
const READY_LIMIT: Duration = Duration::from_mins(1);
const EMAIL: &str = "operator@example.com";
const PASSWORD: &str = "a sentence for this suite only";

pub fn run(paths: &Paths, server: Option<&str>, all: bool) -> Result<Count> {
    let server = server.ok_or_else(|| Error::Refused("no database".into()))?;
    let schemathesis = Tool::Schemathesis.ensure(paths)?.join("schemathesis");
    let souk = Souk::start(paths, server)?;
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

/// A Souk of this suite's own; it and its database go with it.
struct Souk {
    program: PathBuf,
    folder: PathBuf,
    server: String,
    name: String,
    address: String,
    log: PathBuf,
    child: Option<Child>,
}

impl Souk {
    fn start(paths: &Paths, server: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").doing("looking for a free port")?;
        let address = listener.local_addr().doing("looking for a free port")?.to_string();
        drop(listener);
        let folder = paths.repo.join("target/schemathesis");
        fs::create_dir_all(&folder).doing("making the suite's folder")?;
        let mut souk = Self {
            program: paths.repo.join("target/debug/souk"),
            log: folder.join("souk.log"),
            folder,
            server: server.to_owned(),
            name: format!("souk_schema_{}", process::random_hex(3)?),
            address,
            child: None,
        };
        let createdb = postgres::binaries()?.join("createdb");
        let maintenance = format!("--maintenance-db={server}");
        process::capture(Command::new(createdb).args([&maintenance, &souk.name]))?;
        process::capture(souk.command()?.arg("migrate"))?;
        let mut serve = souk.command()?;
        serve.arg("serve");
        let said = File::create(&souk.log).doing("making a log")?;
        let child = process::mortal(&serve).stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).spawn();
        souk.child = Some(child.doing("starting souk")?);
        let client = Client::new(&souk.address);
        process::wait_for("souk is ready", READY_LIMIT, || {
            Ok(client.get("/api/v1/health/ready").is_ok_and(|answer| answer.status == 200))
        })?;
        Ok(souk)
    }

    /// The first user is the operator.
    fn register(&self) -> Result<()> {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        Client::new(&self.address).post("/api/v1/auth/register", &body, 201).map(drop)
    }

    /// No limit that would be met before the document's own words are.
    fn command(&self) -> Result<Command> {
        let (before, place) = self
            .server
            .rsplit_once('@')
            .ok_or_else(|| Error::Refused("the database's URL has no user".into()))?;
        let host = place.split('/').next().unwrap_or(place);
        let of = |role: &str| format!("postgres://{role}:{ROLE_PASSWORD}@{host}/{}", self.name);
        let mut command = Command::new(&self.program);
        command.env_clear();
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("SOUK_DATABASE_URL", of("souk_api"))
            .env("SOUK_DATABASE_WORKER_URL", of("souk_worker"))
            .env("SOUK_DATABASE_ADMIN_URL", format!("{before}@{host}/{}", self.name))
            .env("SOUK_JWT_SECRET", "a secret of this suite and of nothing else")
            .env("SOUK_ENCRYPTION_KEY", "YmVuY2hlcyBvbmx5LCB0aGlydHktdHdvIGJ5dGVzISE=")
            .env("SOUK_PROVISIONER", "simulated")
            .env("SOUK_SIMULATED_STEP_MS", "1")
            .env("SOUK_BIND", &self.address)
            .env("SOUK_METRICS_BIND", "off")
            .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
            .env("SOUK_MAX_STORES_PER_USER", "100000")
            .env("SOUK_PROVISIONING_MAX_QUEUE", "100000")
            .env("SOUK_FAILED_SIGN_INS_PER_ADDRESS", "0")
            .env("SOUK_REGISTRATIONS_PER_ADDRESS", "0")
            .env("SOUK_DATA_DIR", self.folder.join("data"))
            .env("SOUK_LOG_FORMAT", "json");
        for rate in ["ADDRESS", "SIGN_IN", "USER", "CREATE"] {
            command.env(format!("SOUK_{rate}_RATE_PER_MINUTE"), "0");
        }
        Ok(command)
    }
}

impl Drop for Souk {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It keeps nothing.
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Ok(binaries) = postgres::binaries() {
            let maintenance = format!("--maintenance-db={}", self.server);
            let _ = process::capture(Command::new(binaries.join("dropdb")).args([
                "--if-exists",
                "--force",
                &maintenance,
                &self.name,
            ]));
        }
    }
}
