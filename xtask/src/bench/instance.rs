//! A Souk of the bench's own: the release build, with a database and a cluster account that go with it.
//!
//! Invariant: it touches no other Souk of the same server or cluster, and no process of it outlives the bench.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};

use super::{
    http::Client,
    scripts::kubectl,
    stand::{Programs, Stand},
};
use crate::{
    error::{Doing, Error, Result},
    postgres,
    process::{self, Part, capture},
    souk::store_images,
    tools,
};

const COMMAND_LIMIT: Duration = Duration::from_mins(2);
const READY_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// Keys of a Souk that lives for minutes and keeps nothing.
const JWT_SECRET: &str = "a secret of the benches and of nothing else";
const ENCRYPTION_KEY: &str = "YmVuY2hlcyBvbmx5LCB0aGlydHktdHdvIGJ5dGVzISE=";
const PASSWORD: &str = "a sentence for benches only";

#[derive(Debug)]
pub struct Instance<'a> {
    stand: &'a Stand<'a>,
    program: PathBuf,
    folder: PathBuf,
    /// Of the database and of the account in the cluster.
    name: String,
    /// Beside those that every bench has, or in their place.
    settings: Vec<(&'static str, String)>,
}

/// One process of it, killed when it is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pub address: String,
    log: PathBuf,
}

impl<'a> Instance<'a> {
    /// Makes database and account; nothing runs yet.
    pub fn make(stand: &'a Stand<'a>, programs: &Programs) -> Result<Self> {
        Self::with(stand, programs, Vec::new())
    }

    /// As [`Self::make`], with these settings.
    pub fn with(
        stand: &'a Stand<'a>,
        programs: &Programs,
        settings: Vec<(&'static str, String)>,
    ) -> Result<Self> {
        let name = format!("souk-bench-{}", process::random_hex(3)?);
        let folder = stand.paths.repo.join("target/bench").join(&name);
        fs::create_dir_all(&folder).doing("making the bench's folder")?;
        let instance = Self { stand, program: programs.get("souk")?.clone(), folder, name, settings };
        match instance.prepare() {
            Ok(()) => Ok(instance),
            Err(error) => instance.end().and(Err(error)),
        }
    }

    fn prepare(&self) -> Result<()> {
        let createdb = postgres::binaries()?.join("createdb");
        let server = format!("--maintenance-db={}", self.stand.database);
        capture(Command::new(createdb).args([&server, &self.name]))?;
        self.run("migrate", &["migrate"])?;
        let Some(cluster) = &self.stand.cluster else { return Ok(()) };
        let admin = cluster.kubeconfig.clone().or_else(|| env::var_os("KUBECONFIG").map(PathBuf::from));
        let admin = admin.or_else(|| Some(env::home_dir()?.join(".kube/config")));
        let admin = admin.ok_or_else(|| Error::Refused("no kubeconfig: set KUBECONFIG".into()))?;
        let (admin, own) = (admin.display().to_string(), self.kubeconfig().display().to_string());
        self.run("connect-cluster", &["connect-cluster", "--admin-kubeconfig", &admin, "--out", &own])
    }

    /// Starts `souk serve`, `souk api` or `souk worker`, and does not wait for it.
    pub fn start(&self, role: &str) -> Result<Process> {
        let address = free_address()?;
        let log = self.folder.join(format!("{role}-{}.log", address.rsplit(':').next().unwrap_or_default()));
        let said = File::create(&log).doing("making a log")?;
        let mut command = self.command()?;
        command
            .arg(role)
            .env("SOUK_BIND", &address)
            .env("SOUK_PUBLIC_URL", format!("http://{address}"))
            .env("SOUK_METRICS_BIND", "off");
        let child = process::mortal(&command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .doing(format!("starting souk {role}"))?;
        Ok(Process { child, address, log })
    }

    /// Starts another program that answers like Souk, with the given address; its log is its own to write.
    pub fn start_peer(&self, mut command: Command, name: &str) -> Result<Process> {
        let address = free_address()?;
        let port = address.rsplit(':').next().unwrap_or_default();
        let log = self.folder.join(format!("{name}-{port}.log"));
        let said = File::create(&log).doing("making a log")?;
        // Beside its errors: what it says of requests.
        let requests = log.with_extension("log.requests");
        command.env("PORT", port).env("LOG_FILE", requests).env("JWT_SECRET", JWT_SECRET);
        let child = process::mortal(&command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .doing(format!("starting {name}"))?;
        Ok(Process { child, address, log })
    }

    /// The database's URL for the API's role, or for the superuser.
    pub fn database(&self, as_api: bool) -> Result<String> {
        self.stand.database_of(as_api.then_some("souk_api"), &self.name)
    }

    /// Remembers the database as it is now, for [`Self::restore`]. Nobody may be connected.
    pub fn keep(&self) -> Result<()> {
        self.ask_database("VACUUM (FREEZE, ANALYZE)")?;
        self.copy_database(&self.name, &self.kept())
    }

    /// Makes the database again what it was; whoever is connected is sent away.
    pub fn restore(&self) -> Result<()> {
        self.drop_database(&self.name)?;
        self.copy_database(&self.kept(), &self.name)?;
        // What the copy has left to write to the disk is nobody's to wait for.
        self.ask_database("CHECKPOINT").map(drop)
    }

    fn kept(&self) -> String {
        format!("{}-kept", self.name)
    }

    fn copy_database(&self, from: &str, to: &str) -> Result<()> {
        let createdb = postgres::binaries()?.join("createdb");
        let server = format!("--maintenance-db={}", self.stand.database);
        capture(Command::new(createdb).args([&server, "--template", from, to])).map(drop)
    }

    fn drop_database(&self, name: &str) -> Result<()> {
        let dropdb = postgres::binaries()?.join("dropdb");
        let server = format!("--maintenance-db={}", self.stand.database);
        capture(Command::new(dropdb).args(["--if-exists", "--force", &server, name])).map(drop)
    }

    /// What one query answers, past every policy.
    pub fn ask_database(&self, query: &str) -> Result<String> {
        let url = self.stand.database_of(None, &self.name)?;
        let psql = postgres::binaries()?.join("psql");
        Ok(capture(Command::new(psql).args([&url, "-tAc", query]))?.trim().to_owned())
    }

    /// Removes the account, the database, and the stores of a bench that failed in the middle.
    pub fn end(self) -> Result<()> {
        let stores = self.clear_stores();
        let account = self.forget_account();
        let database = self.drop_database(&self.name).and(self.drop_database(&self.kept()));
        stores.and(account).and(database)
    }

    fn clear_stores(&self) -> Result<()> {
        if self.stand.cluster.is_none() {
            return Ok(());
        }
        let query = "SELECT 'store-' || slug || '-' || n FROM stores, generate_series(1, attempt) n WHERE state <> 'deleted'";
        // Without a schema there are no stores.
        let namespaces = self.ask_database(query).unwrap_or_default();
        if namespaces.is_empty() {
            return Ok(());
        }
        let mut delete = kubectl(self.stand)?;
        delete.args(["delete", "namespace", "--ignore-not-found", "--timeout=120s"]).args(namespaces.lines());
        capture(&mut delete).map(drop)
    }

    fn forget_account(&self) -> Result<()> {
        if self.stand.cluster.is_none() {
            return Ok(());
        }
        let mut uninstall = Command::new(tools::helm(self.stand.paths)?);
        uninstall.args(["uninstall", "souk-account", "--ignore-not-found", "--namespace", &self.name]);
        if let Some(kubeconfig) = self.stand.cluster.as_ref().and_then(|cluster| cluster.kubeconfig.as_ref())
        {
            uninstall.env("KUBECONFIG", kubeconfig);
        }
        let release = capture(&mut uninstall).map(drop);
        let mut delete = kubectl(self.stand)?;
        delete.args(["delete", "namespace", &self.name, "--ignore-not-found", "--timeout=60s"]);
        release.and(capture(&mut delete).map(drop))
    }

    fn run(&self, name: &str, arguments: &[&str]) -> Result<()> {
        let part = Part {
            name,
            log: self.folder.join(format!("{name}.log")),
            limit: COMMAND_LIMIT,
            advice: "read the log",
        };
        part.run(self.command()?.args(arguments))
    }

    /// The binary with all its settings, and none of this process's own.
    fn command(&self) -> Result<Command> {
        let database = |role| self.stand.database_of(Some(role), &self.name);
        let repo = &self.stand.paths.repo;
        let mut command = Command::new(&self.program);
        command.current_dir(repo).env_clear();
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("SOUK_DATABASE_URL", database("souk_api")?)
            .env("SOUK_DATABASE_WORKER_URL", database("souk_worker")?)
            .env("SOUK_DATABASE_ADMIN_URL", self.stand.database_of(None, &self.name)?)
            .env("SOUK_JWT_SECRET", JWT_SECRET)
            .env("SOUK_ENCRYPTION_KEY", ENCRYPTION_KEY)
            .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
            .env("SOUK_DATA_DIR", self.folder.join("data"))
            .env("SOUK_LOG_FORMAT", "json");
        let Some(cluster) = &self.stand.cluster else {
            command.env("SOUK_PROVISIONER", "simulated").envs(self.settings.iter().cloned());
            return Ok(command);
        };
        let chart = repo.join("helm/ecommerce-store");
        command
            .env("SOUK_KUBECONFIG", self.kubeconfig())
            .env("SOUK_ACCOUNT_NAME", &self.name)
            .env("SOUK_ACCOUNT_NAMESPACE", &self.name)
            .env("SOUK_ACCOUNT_STORE_ROLE", format!("{}-store", self.name))
            .env("SOUK_HELM_BIN", tools::helm(self.stand.paths)?)
            .env("SOUK_HELM_VALUES_FILE", chart.join("values-local.yaml"))
            .env("SOUK_HELM_CHART_PATH", chart)
            .env("SOUK_INGRESS_CONNECT", &cluster.ingress)
            .envs(store_images(self.stand.paths)?)
            .envs(self.settings.iter().cloned());
        Ok(command)
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }
}

impl Process {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn wait_ready(&self) -> Result<()> {
        let client = Client::new(&self.address);
        process::wait_for("souk is ready", READY_LIMIT, || {
            Ok(client.get("/api/v1/health/ready").is_ok_and(|answer| answer.status == 200))
        })
        .map_err(|error| Error::Refused(format!("{error}; its log: {}", self.log.display())))
    }

    /// A new user's way to the API.
    pub fn user(&self, name: &str) -> Result<Client> {
        let client = Client::new(&self.address);
        client.post("/api/v1/auth/register", &credentials(name), 201)?;
        Ok(client.bearing(&self.sign_in(name)?))
    }

    /// A token of a user that there is, good for 15 minutes.
    pub fn sign_in(&self, name: &str) -> Result<String> {
        let session = Client::new(&self.address).post("/api/v1/auth/login", &credentials(name), 200)?;
        let token = session["access_token"].as_str();
        token.map(str::to_owned).ok_or_else(|| Error::Refused("a session without a token".into()))
    }

    /// What its worker calls itself in leases, once it has started.
    pub fn worker_name(&self) -> Result<String> {
        let mut name = None;
        process::wait_for("the worker has started", READY_LIMIT, || {
            let log = fs::read_to_string(&self.log).doing("reading a worker's log")?;
            let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            name = lines
                .filter(|line| line["message"] == "worker started")
                .find_map(|line| Some(line["worker"].as_str()?.to_owned()));
            Ok(name.is_some())
        })?;
        name.ok_or_else(|| Error::Refused("a worker without a name".into()))
    }

    /// As [`Self::stop`], and its logs, which grow with each request, are gone.
    pub fn stop_and_forget(self) -> Result<()> {
        let log = self.log.clone();
        self.stop()?;
        let (Some(folder), Some(name)) = (log.parent(), log.file_name().and_then(OsStr::to_str)) else {
            return Ok(());
        };
        for entry in fs::read_dir(folder).doing("reading the bench's folder")?.flatten() {
            if entry.file_name().to_str().is_some_and(|file| file.starts_with(name)) {
                fs::remove_file(entry.path()).doing(format!("removing {}", entry.path().display()))?;
            }
        }
        Ok(())
    }

    /// As `kill -9` does, and returns when it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().doing("killing a process of Souk")?;
        self.child.wait().map(drop).doing("waiting for a killed process")
    }

    /// As an operator does: with SIGTERM.
    pub fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).map_err(|_| Error::Refused("a pid out of range".into()))?;
        // It may have ended by itself, which the wait sees.
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        process::wait_for("souk has stopped", STOP_LIMIT, || {
            Ok(self.child.try_wait().doing("waiting for souk")?.is_some())
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// What a user of a bench signs in with.
pub fn credentials(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": PASSWORD })
}

fn free_address() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").doing("looking for a free port")?;
    Ok(listener.local_addr().doing("looking for a free port")?.to_string())
}
