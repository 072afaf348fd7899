//! What suites stand on: the database, the cluster, helm. Made once, beside the Rust build, and stopped after.
//!
//! Invariant: what was up before stays up; what this run started it stops.

use std::path::PathBuf;

use super::{Options, Suite, leftovers};
use crate::{
    apt,
    cluster::{Cluster, Endpoint},
    error::{Error, Result},
    images,
    paths::Paths,
    postgres::Postgres,
    progress,
    report::Count,
    tools,
};

/// A database and helm, made at once.
#[derive(Debug, Default)]
pub struct Ground {
    /// The superuser's URL.
    pub database: Option<String>,
    pub helm: Option<PathBuf>,
}

/// What became of the cluster.
#[derive(Debug)]
pub enum ClusterGround {
    Up(Endpoint),
    /// This machine cannot have one, and nobody demanded it.
    Impossible(String),
    /// There should be one.
    Failed(Error),
}

#[derive(Debug)]
pub struct Keeper<'a> {
    paths: &'a Paths,
    /// Made for this run, empty, and removed after it.
    postgres: Postgres,
    /// None when no suite wants one.
    cluster: Option<Result<Cluster<'a>>>,
    cluster_was_up: bool,
    requires_cluster: bool,
}

impl<'a> Keeper<'a> {
    pub fn new(paths: &'a Paths, wanted: &[Suite], options: &Options) -> Result<Self> {
        let wants_cluster = wanted.iter().any(|suite| suite.wants_cluster());
        let cluster = wants_cluster.then(|| Cluster::choose(paths, options.cluster));
        Ok(Self {
            paths,
            postgres: Postgres::for_tests(paths)?,
            cluster_was_up: matches!(&cluster, Some(Ok(cluster)) if cluster.is_up()),
            cluster,
            requires_cluster: options.require_cluster,
        })
    }

    pub fn install_packages(&self, wanted: &[Suite]) -> Result<()> {
        let mut groups: Vec<&[apt::Package]> = Vec::new();
        if wanted.iter().any(|suite| suite.wants_database()) {
            groups.push(apt::POSTGRES);
        }
        if wanted.contains(&Suite::Lint) {
            groups.push(apt::CHECKS);
        }
        if wanted.contains(&Suite::Schema) {
            groups.push(apt::PYTHON);
        }
        if wanted.contains(&Suite::Ui) {
            groups.push(apt::BROWSER);
        }
        if wanted.contains(&Suite::Contract) {
            groups.push(apt::WORDPRESS);
        }
        if matches!(self.cluster, Some(Ok(Cluster::Local(_)))) {
            groups.extend([apt::CLUSTER, apt::IMAGES, apt::BROWSER, apt::MAIL]);
        }
        apt::ensure(self.paths, &groups)
    }

    pub fn make(&self, wanted: &[Suite]) -> Result<Ground> {
        let mut ground = Ground::default();
        if wanted.iter().any(|suite| suite.wants_database()) {
            self.postgres.purge()?; // what an older checkout's tests left there
            ground.database = Some(progress::part("Postgres", || self.postgres.up())?);
        }
        if wanted.iter().any(|suite| suite.wants_helm()) {
            ground.helm = Some(tools::helm(self.paths)?);
        }
        Ok(ground)
    }

    /// Brings the cluster and the store images up; checks before that a killed cluster leaves nothing.
    pub fn make_cluster(&self) -> Option<(ClusterGround, Count)> {
        let mut checks = Count::default();
        let ground = match self.cluster.as_ref()? {
            Ok(cluster) => {
                self.start(cluster, &mut checks).map_or_else(ClusterGround::Failed, ClusterGround::Up)
            }
            Err(error) if self.requires_cluster => {
                ClusterGround::Failed(Error::Refused(format!("a cluster is demanded here, but {error}")))
            }
            Err(error) => ClusterGround::Impossible(error.to_string()),
        };
        Some((ground, checks))
    }

    fn start(&self, cluster: &Cluster<'_>, checks: &mut Count) -> Result<Endpoint> {
        if let (Cluster::Local(local), false) = (cluster, self.cluster_was_up) {
            checks.add(&leftovers::check_killed(local)?);
        }
        let endpoint = cluster.up()?;
        let built = cluster.build(&images::of_stores(self.paths)?)?;
        images::publish(self.paths, &built)?;
        cluster.import(&built)?;
        Ok(endpoint)
    }

    /// Stops what this run started, and checks that the cluster's end leaves nothing.
    pub fn stop(&self) -> Result<Count> {
        self.postgres.purge()?;
        match &self.cluster {
            Some(Ok(Cluster::Local(local))) if !self.cluster_was_up => leftovers::check_down(local),
            Some(Ok(cluster)) if !self.cluster_was_up => cluster.down().map(|()| Count::default()),
            _ => Ok(Count::default()),
        }
    }
}
