//! A Souk of one suite's own: the debug build, with simulated stores, a database of its own and no limit that would be
//! met before what is to be shown.

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
    error::{Doing, Result},
    paths::Paths,
    postgres, process,
};

const READY_LIMIT: Duration = Duration::from_mins(1);
/// The first user, who is the operator.
pub const EMAIL: &str = "operator@example.com";
pub const PASSWORD: &str = "a sentence for this suite only";

/// It and its database go when it is dropped.
pub struct OwnSouk {
    pub folder: PathBuf,
    pub address: String,
    pub log: PathBuf,
    program: PathBuf,
    server: String,
    name: String,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl OwnSouk {
    /// For the suite of that name, with what `settings` adds to its own. The server's URL is a superuser's.
    pub fn start(
        paths: &Paths,
        server: &str,
        suite: &str,
        settings: Vec<(&'static str, String)>,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").doing("looking for a free port")?;
        let address = listener.local_addr().doing("looking for a free port")?.to_string();
        drop(listener);
        let folder = paths.repo.join("target").join(suite);
        fs::create_dir_all(&folder).doing("making the suite's folder")?;
        let mut souk = Self {
            program: paths.repo.join("target/debug/souk"),
            log: folder.join("souk.log"),
            folder,
            server: server.to_owned(),
            name: format!("souk_{suite}_{}", process::random_hex(3)?),
            address,
            settings,
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
    pub fn register(&self) -> Result<()> {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        Client::new(&self.address).post("/api/v1/auth/register", &body, 201).map(drop)
    }

    /// No limit that would be met before what is to be shown.
    fn command(&self) -> Result<Command> {
        let database = |role| postgres::database_url(&self.server, role, &self.name);
        let mut command = Command::new(&self.program);
        command.env_clear();
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("SOUK_DATABASE_URL", database(Some("souk_api"))?)
            .env("SOUK_DATABASE_WORKER_URL", database(Some("souk_worker"))?)
            .env("SOUK_DATABASE_ADMIN_URL", database(None)?)
            .env("SOUK_JWT_SECRET", "a secret of this suite and of nothing else")
            .env("SOUK_ENCRYPTION_KEY", "YmVuY2hlcyBvbmx5LCB0aGlydHktdHdvIGJ5dGVzISE=")
            .env("SOUK_PROVISIONER", "simulated")
            .env("SOUK_BIND", &self.address)
            .env("SOUK_METRICS_BIND", "off")
            .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
            .env("SOUK_MAX_STORES_PER_USER", "100000")
            .env("SOUK_PROVISIONING_MAX_QUEUE", "100000")
            .env("SOUK_FAILED_SIGN_INS_PER_ADDRESS", "0")
            .env("SOUK_REGISTRATIONS_PER_ADDRESS", "0")
            .env("SOUK_DATA_DIR", self.folder.join("data"))
            .env("SOUK_LOG_FORMAT", "json")
            .env("SOUK_PUBLIC_URL", self.url());
        for rate in ["ADDRESS", "SIGN_IN", "USER", "CREATE"] {
            command.env(format!("SOUK_{rate}_RATE_PER_MINUTE"), "0");
        }
        command.envs(self.settings.iter().map(|(name, value)| (*name, value)));
        Ok(command)
    }

    /// Its origin, as browsers write it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for OwnSouk {
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
