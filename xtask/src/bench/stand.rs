//! What a bench stands on: a database server, a cluster, the release build.
//!
//! Invariant: what was up before stays up; what was started for the bench ends with it, however it went.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;

use super::Common;
use crate::{
    apt,
    cluster::{Cluster, Endpoint},
    dashboard,
    error::{Doing, Error, Result},
    images,
    lock::Lock,
    paths::Paths,
    postgres::{Postgres, database_url},
    process, progress,
};

/// What a bench cannot be without.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    pub database: bool,
    pub cluster: bool,
}

#[derive(Debug)]
pub struct Stand<'a> {
    pub paths: &'a Paths,
    /// The superuser's URL; empty for a bench without one.
    pub database: String,
    pub cluster: Option<Endpoint>,
    postgres: Option<Postgres>,
    started: Option<Cluster<'a>>,
}

impl<'a> Stand<'a> {
    pub fn make(paths: &'a Paths, common: &Common, needs: Needs) -> Result<Self> {
        let _lock = Lock::hold(paths)?;
        let cluster = if needs.cluster { Some(Cluster::choose(paths, common.cluster)?) } else { None };
        let mut packages = Vec::new();
        if needs.database && common.database.is_none() {
            packages.push(apt::POSTGRES);
        }
        if matches!(cluster, Some(Cluster::Local(_))) {
            packages.extend([apt::CLUSTER, apt::IMAGES]);
        }
        apt::ensure(paths, &packages)?;
        let mut stand = Self { paths, database: String::new(), cluster: None, postgres: None, started: None };
        let made = stand.start(common, needs, cluster);
        match made {
            Ok(()) => Ok(stand),
            Err(error) => stand.end().and(Err(error)),
        }
    }

    fn start(&mut self, common: &Common, needs: Needs, cluster: Option<Cluster<'a>>) -> Result<()> {
        if let Some(url) = &common.database {
            self.database.clone_from(url);
        } else if needs.database {
            let postgres = self.postgres.insert(Postgres::for_benches(self.paths)?);
            postgres.purge()?; // of a bench that was killed
            self.database = progress::part("Postgres", || postgres.up())?;
        }
        match cluster {
            None | Some(Cluster::Simulated) => Ok(()),
            Some(cluster) => {
                let was_up = cluster.is_up();
                let endpoint = self.start_cluster(&cluster);
                if !was_up {
                    self.started = Some(cluster);
                }
                self.cluster = Some(endpoint?);
                Ok(())
            }
        }
    }

    fn start_cluster(&self, cluster: &Cluster<'_>) -> Result<Endpoint> {
        let endpoint = cluster.up()?;
        let built = cluster.build(&images::of_stores(self.paths)?)?;
        images::publish(self.paths, &built)?;
        cluster.import(&built)?;
        Ok(endpoint)
    }

    pub fn end(self) -> Result<()> {
        if self.started.is_none() && self.postgres.is_none() {
            return Ok(()); // nothing of it is this bench's own: others need not be waited for
        }
        let _lock = Lock::hold(self.paths)?;
        let cluster = self.started.map_or(Ok(()), |cluster| cluster.down());
        let postgres = self.postgres.map_or(Ok(()), |postgres| postgres.purge());
        cluster.and(postgres)
    }

    /// The cluster, for a bench that cannot be without one.
    pub fn demand_cluster(&self) -> Result<&Endpoint> {
        self.cluster.as_ref().ok_or_else(|| {
            Error::Refused("this bench boots whole stores: it needs a cluster that is not simulated".into())
        })
    }

    /// The same server's database of that name, for one of Souk's roles or, without one, its superuser.
    pub fn database_of(&self, role: Option<&str>, name: &str) -> Result<String> {
        database_url(&self.database, role, name)
    }
}

/// Programs of the release build, by their names.
#[derive(Debug)]
pub struct Programs(HashMap<String, PathBuf>);

impl Programs {
    /// Builds `souk` and Souk's side of the queue's bench, in one go: apart, cargo would choose other features
    /// for the crates that both need, and build those twice.
    pub fn build(paths: &Paths) -> Result<Self> {
        dashboard::build(paths)?;
        progress::say("building Souk as it is released (some minutes the first time)");
        let log = paths.log("bench-build")?;
        let said = File::create(&log).doing("making the build's log")?;
        let mut cargo = process::cargo();
        cargo
            .args(["build", "--release", "--message-format=json-render-diagnostics"])
            .args(["--package=souk-server", "--bin=souk", "--package=souk-worker", "--bench=queue"])
            .current_dir(&paths.repo)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(said);
        progress::part("release build", || {
            let mut child = cargo.spawn().doing("starting cargo")?;
            let mut programs = HashMap::new();
            for line in BufReader::new(child.stdout.take().ok_or_else(no_output)?).lines() {
                let message: Value = serde_json::from_str(&line.doing("reading what cargo says")?)
                    .doing("reading what cargo says")?;
                if let (Some(name), Some(program)) =
                    (message["target"]["name"].as_str(), message["executable"].as_str())
                {
                    programs.insert(name.to_owned(), PathBuf::from(program));
                }
            }
            if child.wait().doing("waiting for cargo")?.success() {
                return Ok(Self(programs));
            }
            Err(Error::Refused(format!(
                "the release build failed. The end of its log:\n\n{}\n\nWhole log: {}",
                process::tail(&log),
                log.display()
            )))
        })
    }

    /// A `souk` that was built before, in place of building one.
    pub fn given(souk: &Path) -> Result<Self> {
        if !souk.is_file() {
            return Err(Error::Refused(format!("{} is no program", souk.display())));
        }
        let souk = std::path::absolute(souk).doing("finding the souk that was given")?;
        Ok(Self(HashMap::from([("souk".to_owned(), souk)])))
    }

    pub fn get(&self, name: &str) -> Result<&PathBuf> {
        self.0.get(name).ok_or_else(|| Error::Refused(format!("cargo built no program {name}")))
    }
}

fn no_output() -> Error {
    Error::Refused("cargo's output cannot be read".into())
}
