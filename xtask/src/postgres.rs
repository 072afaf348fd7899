//! A PostgreSQL of Souk's own, from the machine's binaries, with its own folder, port and password.
//!
//! Invariant: it is reachable on loopback only, and no PostgreSQL that was not started here is ever touched.

use std::{
    env,
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::{sys::signal::Signal, unistd::User};

use crate::{
    error::{Doing, Error, Result},
    paths::{Paths, is_root},
    process::{self, Identity, Part},
};

/// Of the database roles on loopback. Roles belong to a server, and tests make databases on the same one:
/// `souk-test-support` has this password, too.
const ROLE_PASSWORD: &str = "souk-development";
/// Names a server to use in place of one started here: the superuser's URL.
pub const GIVEN: &str = "SOUK_TEST_DATABASE_URL";
const DEFAULT_PORT: u16 = 54329;
const TEST_PORT: u16 = 54330;
const BENCH_PORT: u16 = 54331;
const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_PATIENCE: Duration = Duration::from_secs(20);
/// Nothing in it survives a power cut for sure, which is the price of fast tests.
const VOLATILE: &str = "\
fsync = off
full_page_writes = off
synchronous_commit = off
";
const SETTINGS: &str = "\
# Made by `cargo xtask`.
max_connections = 300
shared_buffers = 128MB
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
jit = off
";

pub fn given() -> Option<String> {
    env::var(GIVEN).ok()
}

#[derive(Debug)]
pub struct Postgres {
    root: PathBuf,
    log: PathBuf,
    port: u16,
    /// Commits reach the disk, as PostgreSQL does it by default.
    durable: bool,
}

impl Postgres {
    pub fn new(paths: &Paths) -> Result<Self> {
        let port = match env::var("SOUK_DEV_POSTGRES_PORT") {
            Err(_) => DEFAULT_PORT,
            Ok(text) => text.parse().map_err(|_| {
                Error::Refused(format!("SOUK_DEV_POSTGRES_PORT is {text:?}: it must be a port number"))
            })?,
        };
        Ok(Self { root: paths.postgres(), log: paths.log("postgres")?, port, durable: false })
    }

    /// Another one, for the gate: roles and their passwords belong to a server, not to a database, and those of
    /// tests are not those of a Souk that somebody uses.
    pub fn for_tests(paths: &Paths) -> Result<Self> {
        let log = paths.log("postgres-tests")?;
        Ok(Self { root: paths.postgres_for_tests(), log, port: TEST_PORT, durable: false })
    }

    /// A third one, for benches: what it measures must hold where commits are kept.
    pub fn for_benches(paths: &Paths) -> Result<Self> {
        let log = paths.log("postgres-benches")?;
        Ok(Self { root: paths.postgres_for_benches(), log, port: BENCH_PORT, durable: true })
    }

    /// The superuser's URL.
    pub fn url(&self) -> Result<String> {
        let password = fs::read_to_string(self.password_file())
            .map_err(|_| Error::Refused("there is no Postgres yet: run `cargo xtask postgres up`".into()))?;
        Ok(format!("postgres://postgres:{}@127.0.0.1:{}/postgres", password.trim(), self.port))
    }

    pub fn is_up(&self) -> bool {
        Identity::load_alive(&self.identity_file()).is_some()
    }

    /// Makes the data folder when there is none, starts the server when it does not run, and waits for it.
    pub fn up(&self) -> Result<String> {
        let binaries = binaries()?;
        if !self.data().join("PG_VERSION").exists() {
            self.make_data(&binaries)?;
        }
        if !self.is_up() {
            self.start(&binaries)?;
        }
        self.wait_ready(&binaries)?;
        self.url()
    }

    pub fn down(&self) -> Result<()> {
        if let Some(server) = Identity::load_alive(&self.identity_file()) {
            // SIGINT is PostgreSQL's fast shutdown: clients are sent away, everything is written.
            server.stop(Signal::SIGINT, STOP_PATIENCE)?;
        }
        Ok(())
    }

    pub fn purge(&self) -> Result<()> {
        self.down()?;
        process::remove_tree(&self.root)
    }

    fn make_data(&self, binaries: &Path) -> Result<()> {
        process::remove_tree(&self.data())?;
        fs::create_dir_all(&self.root).doing("making the Postgres folder")?;
        let password = process::random_hex(16)?;
        let password_file = self.password_file();
        process::write_secret(&password_file, &password)?;
        // Made under another name and renamed: a killed initdb leaves nothing that looks whole.
        let half = self.root.join("data.half");
        process::remove_tree(&half)?;
        fs::create_dir(&half).doing("making the data folder")?;
        if is_root() {
            give_to_postgres(&password_file)?;
            give_to_postgres(&half)?;
        }
        fs::set_permissions(&half, fs::Permissions::from_mode(0o700))
            .doing("closing the data folder to others")?;
        let mut initdb = as_postgres(&binaries.join("initdb"));
        initdb
            .args([
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&half)
            .current_dir("/");
        self.part("making the database folder").run(&mut initdb)?;
        let settings = half.join("postgresql.auto.conf");
        let volatile = if self.durable { "" } else { VOLATILE };
        fs::write(&settings, format!("{SETTINGS}{volatile}")).doing("writing the database settings")?;
        fs::rename(&half, self.data()).doing("putting the data folder in its place")
    }

    fn start(&self, binaries: &Path) -> Result<()> {
        let address = format!("127.0.0.1:{}", self.port);
        if std::net::TcpListener::bind(&address).is_err() {
            return Err(Error::Refused(format!(
                "something else listens on {address}, where Souk's own Postgres goes. \
                 Stop it, or choose another port with SOUK_DEV_POSTGRES_PORT."
            )));
        }
        let server = as_postgres(&binaries.join("postgres"));
        let port = self.port.to_string();
        let data = self.data();
        let mut line: Vec<&OsStr> = vec![server.get_program()];
        line.extend(server.get_args());
        line.extend([OsStr::new("-D"), data.as_os_str(), OsStr::new("-p"), OsStr::new(&port)]);
        process::background(&line, &self.log, &self.identity_file())?;
        Ok(())
    }

    fn wait_ready(&self, binaries: &Path) -> Result<()> {
        process::wait_for("Postgres accepts connections", START_LIMIT, || {
            if !self.is_up() {
                return Err(Error::Refused(format!(
                    "Postgres ended at once. The end of its log:\n\n{}\n\nWhole log: {}",
                    process::tail(&self.log),
                    self.log.display()
                )));
            }
            Ok(process::succeeds(Command::new(binaries.join("pg_isready")).args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
            ])))
        })
    }

    fn part<'a>(&self, name: &'a str) -> Part<'a> {
        Part {
            name,
            log: self.log.clone(),
            limit: START_LIMIT,
            advice: "read the log; `cargo xtask down --purge` starts from an empty database",
        }
    }

    fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    fn password_file(&self) -> PathBuf {
        self.root.join("password")
    }

    fn identity_file(&self) -> PathBuf {
        self.root.join("server.json")
    }
}

/// The database of that name on the server of that URL, for one of Souk's roles or, without one, for whom the URL names.
pub fn database_url(server: &str, role: Option<&str>, name: &str) -> Result<String> {
    let odd = || Error::Refused("the database's URL must look like postgres://USER@HOST:PORT/NAME".into());
    let (before, place) = server.rsplit_once('@').ok_or_else(odd)?;
    let host = place.split('/').next().unwrap_or(place);
    Ok(match role {
        Some(role) => format!("postgres://{role}:{ROLE_PASSWORD}@{host}/{name}"),
        None => format!("{before}@{host}/{name}"),
    })
}

/// The folder of the newest PostgreSQL server programs: Debian's place, or PATH.
pub fn binaries() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    if let Some((_, folder)) = versions.pop() {
        return Ok(folder);
    }
    process::on_path("initdb").and_then(|file| Some(file.parent()?.to_path_buf())).ok_or_else(|| {
        Error::Refused(
            "no PostgreSQL server programs here: `apt-get install postgresql`, or set SOUK_DATABASE_URL"
                .into(),
        )
    })
}

/// The program as the user `postgres` when we are root, since PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
    command
}

fn give_to_postgres(path: &Path) -> Result<()> {
    let user = User::from_name("postgres").ok().flatten().ok_or_else(|| {
        Error::Refused("this machine has no user `postgres`, which PostgreSQL needs when root starts it: `apt-get install postgresql`".into())
    })?;
    chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
        .doing(format!("giving {} to postgres", path.display()))
}
