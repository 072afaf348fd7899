//! Souk itself, as `cargo xtask up` runs it: built, its database migrated, its cluster account made, served.
//!
//! Invariant: its secrets are made once and kept in the state folder, readable by their owner only, so that
//! the next `up` finds the same users and stores. They are for this machine and protect nothing else.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use crate::{
    dashboard,
    error::{Doing, Error, Result},
    paths::Paths,
    postgres,
    process::{self, Identity, Part},
    progress, tools,
    up::Ground,
};

pub const ADDRESS: &str = "127.0.0.1:3001";
const METRICS_ADDRESS: &str = "127.0.0.1:9464";
const DATABASE: &str = "souk";
/// Stores that are pretended would be found lost on the first real cluster.
const SIMULATED_DATABASE: &str = "souk_simulated";
const DEMO_EMAIL: &str = "demo@souk.example";
const BUILD_LIMIT: Duration = Duration::from_mins(20);
const COMMAND_LIMIT: Duration = Duration::from_mins(2);
/// Souk hands back what runs and stops within 15 s of a SIGTERM.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Souk<'a> {
    paths: &'a Paths,
    state: PathBuf,
}

/// What only this machine's Souk knows.
#[derive(Debug, Serialize, Deserialize)]
struct Secrets {
    jwt_secret: String,
    encryption_key: String,
    demo_password: String,
}

impl<'a> Souk<'a> {
    pub fn new(paths: &'a Paths) -> Self {
        Self { paths, state: paths.cache.join("dev/souk") }
    }

    pub fn is_up(&self) -> bool {
        Identity::load_alive(&self.identity_file()).is_some()
    }

    /// Builds it and whatever it needs, and starts it in the background.
    pub fn up(&self, ground: &Ground) -> Result<()> {
        progress::part("building Souk", || self.build())?;
        let secrets = self.secrets()?;
        // One that runs on has other settings, perhaps an older build: it makes way.
        self.down()?;
        make_database(ground)?;
        progress::part("migrating the database", || self.run("migrate", &["migrate"], ground, &secrets))?;
        if let Some(kubeconfig) = ground.cluster.as_ref().and_then(|cluster| cluster.kubeconfig.as_ref()) {
            let (admin, own) = (kubeconfig.display().to_string(), self.kubeconfig().display().to_string());
            let arguments = ["connect-cluster", "--admin-kubeconfig", &admin, "--out", &own];
            progress::part("Souk's account in the cluster", || {
                self.run("connect-cluster", &arguments, ground, &secrets)
            })?;
        }
        self.start(ground, &secrets)
    }

    pub fn down(&self) -> Result<()> {
        match Identity::load_alive(&self.identity_file()) {
            Some(server) => server.stop(Signal::SIGTERM, STOP_PATIENCE),
            None => Ok(()),
        }
    }

    pub fn purge(&self) -> Result<()> {
        self.down()?;
        process::remove_tree(&self.state)
    }

    /// The end of its log, when it has ended by itself.
    pub fn obituary(&self) -> Result<Option<String>> {
        if self.is_up() {
            return Ok(None);
        }
        let log = self.paths.log("souk")?;
        Ok(Some(format!(
            "Souk has ended. The end of its log:\n\n{}\n\nWhole log: {}",
            process::tail(&log),
            log.display()
        )))
    }

    /// Makes the demo user and store, and prints how to reach them as they come to be.
    pub fn demo(&self, ground: &Ground) -> Result<()> {
        println!("Making the demo store:");
        self.shop(&["demo"], ground.cluster.as_ref().map(|cluster| cluster.ingress.as_str()))?;
        println!("Dashboard   http://{ADDRESS}");
        println!("API docs    http://{ADDRESS}/api/docs");
        println!("Sign in as  {DEMO_EMAIL}  {}", self.secrets()?.demo_password);
        Ok(())
    }

    /// `cargo xtask buy STORE`.
    pub fn buy(&self, store: &str) -> Result<()> {
        if !self.is_up() {
            return Err(Error::Refused("Souk does not run: start it with `cargo xtask up`".into()));
        }
        let ingress = fs::read_to_string(self.ingress_file()).ok();
        self.shop(&["buy", store], ingress.as_deref())
    }

    fn shop(&self, arguments: &[&str], ingress: Option<&str>) -> Result<()> {
        let mut shopper = Command::new(self.program("souk-shopper"));
        shopper
            .args(arguments)
            .env("SOUK_URL", format!("http://{ADDRESS}"))
            .env("SOUK_EMAIL", DEMO_EMAIL)
            .env("SOUK_PASSWORD", self.secrets()?.demo_password);
        if let Some(ingress) = ingress {
            shopper.env("SOUK_INGRESS_CONNECT", ingress);
        }
        let status = shopper.status().doing("starting the shopper")?;
        if status.success() {
            Ok(())
        } else {
            Err(Error::Refused("that did not work; it says why above".into()))
        }
    }

    fn build(&self) -> Result<()> {
        dashboard::build(self.paths)?;
        let part = Part {
            name: "building Souk",
            log: self.paths.log("souk-build")?,
            limit: BUILD_LIMIT,
            advice: "read the log: cargo says what does not compile",
        };
        let arguments = ["build", "--package", "souk-server", "--package", "souk-shopper"];
        part.run(process::cargo().args(arguments).current_dir(&self.paths.repo))
    }

    fn run(&self, name: &str, arguments: &[&str], ground: &Ground, secrets: &Secrets) -> Result<()> {
        let part = Part {
            name,
            log: self.paths.log(&format!("souk-{name}"))?,
            limit: COMMAND_LIMIT,
            advice: "read the log; `souk doctor` says what is missing",
        };
        let mut command = Command::new(self.program("souk"));
        command.args(arguments).envs(self.settings(ground, secrets)?).current_dir(&self.paths.repo);
        part.run(&mut command)
    }

    fn start(&self, ground: &Ground, secrets: &Secrets) -> Result<()> {
        if let Some(cluster) = &ground.cluster {
            process::write_whole(&self.ingress_file(), &cluster.ingress)?;
        }
        let log = self.paths.log("souk")?;
        let program = self.program("souk");
        let settings: Vec<String> = self
            .settings(ground, secrets)?
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        // `env` reads them from its own arguments, which others could see: so they come from a file.
        let file = self.state.join("settings");
        process::write_secret(&file, &(settings.join("\n") + "\n"))?;
        let script = "set -a; while IFS= read -r line; do export \"$line\"; done < \"$1\"; cd \"$3\"; exec \"$2\" serve";
        let line = ["sh", "-c", script, "souk"].map(std::ffi::OsStr::new);
        let mut line = line.to_vec();
        line.extend([file.as_os_str(), program.as_os_str(), self.paths.repo.as_os_str()]);
        process::background(&line, &log, &self.identity_file())?;
        Ok(())
    }

    fn settings(&self, ground: &Ground, secrets: &Secrets) -> Result<Vec<(String, String)>> {
        let database = |role| postgres::database_url(&ground.database, role, database_of(ground));
        let repo = &self.paths.repo;
        let chart = repo.join("helm/ecommerce-store");
        let mut settings = vec![
            ("SOUK_PROFILE", "dev".to_owned()),
            ("SOUK_BIND", ADDRESS.to_owned()),
            ("SOUK_METRICS_BIND", METRICS_ADDRESS.to_owned()),
            ("SOUK_DATABASE_URL", database(Some("souk_api"))?),
            ("SOUK_DATABASE_WORKER_URL", database(Some("souk_worker"))?),
            ("SOUK_DATABASE_ADMIN_URL", database(None)?),
            ("SOUK_JWT_SECRET", secrets.jwt_secret.clone()),
            ("SOUK_ENCRYPTION_KEY", secrets.encryption_key.clone()),
            ("SOUK_DATA_DIR", self.state.join("data").display().to_string()),
            ("SOUK_LOG_FORMAT", "json".to_owned()),
        ];
        match &ground.cluster {
            None => settings.push(("SOUK_PROVISIONER", "simulated".to_owned())),
            Some(cluster) => {
                settings.extend([
                    ("SOUK_KUBECONFIG", self.kubeconfig().display().to_string()),
                    ("SOUK_HELM_BIN", tools::helm(self.paths)?.display().to_string()),
                    ("SOUK_HELM_CHART_PATH", chart.display().to_string()),
                    ("SOUK_HELM_VALUES_FILE", chart.join("values-local.yaml").display().to_string()),
                    ("SOUK_INGRESS_CONNECT", cluster.ingress.clone()),
                ]);
                settings.extend(store_images(self.paths)?);
            }
        }
        Ok(settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn secrets(&self) -> Result<Secrets> {
        let file = self.state.join("secrets.json");
        if let Ok(text) = fs::read_to_string(&file) {
            return serde_json::from_str(&text).doing(format!("reading {}", file.display()));
        }
        let secrets = Secrets {
            jwt_secret: process::random_hex(32)?,
            encryption_key: STANDARD.encode(process::random_bytes(32)?),
            demo_password: process::random_hex(8)?,
        };
        process::write_secret(&file, &serde_json::to_string(&secrets).doing("writing secrets")?)?;
        Ok(secrets)
    }

    fn program(&self, name: &str) -> PathBuf {
        self.paths.repo.join("target/debug").join(name)
    }

    fn kubeconfig(&self) -> PathBuf {
        self.state.join("kubeconfig")
    }

    fn ingress_file(&self) -> PathBuf {
        self.state.join("ingress")
    }

    fn identity_file(&self) -> PathBuf {
        self.state.join("process.json")
    }
}

/// The references of the store images that were built last, as settings.
pub fn store_images(paths: &Paths) -> Result<Vec<(&'static str, String)>> {
    let file = paths.dev()?.join("images.json");
    let text = fs::read_to_string(&file).doing(format!("reading {}", file.display()))?;
    let images: serde_json::Value = serde_json::from_str(&text).doing("reading images.json")?;
    let image = |name: &str| images[name].as_str().unwrap_or_default().to_owned();
    Ok(vec![
        ("SOUK_MEDUSA_IMAGE", image("medusa")),
        ("SOUK_POSTGRES_IMAGE", image("postgres")),
        ("SOUK_REDIS_IMAGE", image("redis")),
        ("SOUK_WOOCOMMERCE_IMAGE", image("woocommerce")),
        ("SOUK_MARIADB_IMAGE", image("mariadb")),
    ])
}

fn database_of(ground: &Ground) -> &'static str {
    if ground.cluster.is_some() { DATABASE } else { SIMULATED_DATABASE }
}

fn make_database(ground: &Ground) -> Result<()> {
    let binaries = postgres::binaries()?;
    let mut look = Command::new(binaries.join("psql"));
    let name = database_of(ground);
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    look.args([&ground.database, "-tAc", &count]);
    if process::capture(&mut look)?.trim() == "0" {
        let server = format!("--maintenance-db={}", ground.database);
        process::capture(Command::new(binaries.join("createdb")).args([&server, name]))?;
    }
    Ok(())
}
