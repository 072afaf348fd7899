//! The gate: every check of the repository, in suites, with one last line that says how it went.
//!
//! Invariant: a suite that could not run is a failure or a counted skip with its reason, never a silence.

mod binaries;
pub mod layout;
mod leftovers;
mod lint;

use std::{
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use clap::ValueEnum;

use self::binaries::{Binary, Run};
use crate::{
    apt,
    cluster::{Choice, Cluster, Endpoint},
    error::{Doing, Error, Result},
    images,
    lock::Lock,
    paths::Paths,
    postgres::Postgres,
    progress,
    report::{Count, Report, SuiteReport},
    sqlx, tools,
};

/// The crates whose tests want a database, by the suite they are in; the others are `unit`.
const DB: &[&str] = &["souk-schema", "souk-db", "souk-worker"];
const API: &[&str] = &["souk-app", "souk-http", "souk-server", "souk-test-support"];
const E2E: &str = "souk-e2e";
/// The test target of [`E2E`] that is the suite `chart`.
const CHART_TARGET: &str = "chart";
/// A crate's tests in a target of this name need a cluster.
const CLUSTER_TARGET: &str = "cluster";
/// Chart tests with this in their name need an API server.
const ON_CLUSTER: &str = "on_cluster";
/// Tests in a module of this name run with `--all` only.
const LONG: &str = "long::";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    Lint,
    Unit,
    Db,
    Api,
    Chart,
    Ui,
    E2e,
}

impl Suite {
    const ALL: [Self; 7] = [Self::Lint, Self::Unit, Self::Db, Self::Api, Self::Chart, Self::Ui, Self::E2e];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Unit => "unit",
            Self::Db => "db",
            Self::Api => "api",
            Self::Chart => "chart",
            Self::Ui => "ui",
            Self::E2e => "e2e",
        }
    }

    fn wants_database(self) -> bool {
        matches!(self, Self::Db | Self::Api | Self::E2e)
    }

    fn wants_cluster(self) -> bool {
        matches!(self, Self::Chart | Self::E2e)
    }

    fn of(binary: &Binary) -> Self {
        let package = binary.package.as_str();
        if package == E2E && binary.target == CHART_TARGET {
            Self::Chart
        } else if package == E2E || binary.target == CLUSTER_TARGET {
            Self::E2e
        } else if DB.contains(&package) {
            Self::Db
        } else if API.contains(&package) {
            Self::Api
        } else {
            Self::Unit
        }
    }
}

#[derive(Debug)]
pub struct Options {
    pub only: Vec<Suite>,
    /// Also the tests marked long.
    pub all: bool,
    /// A machine that cannot run a cluster fails, instead of skipping.
    pub require_cluster: bool,
    pub cluster: Choice,
}

/// What the tests are given: a database, a cluster, or why there is none.
#[derive(Debug, Default)]
struct Ground {
    database: Option<String>,
    cluster: Option<Endpoint>,
    no_cluster: Option<String>,
    helm: Option<PathBuf>,
    leftovers: Count,
}

pub fn run(paths: &Paths, options: &Options) -> Result<ExitCode> {
    let _lock = Lock::hold(paths)?;
    let started = Instant::now();
    let wanted: Vec<Suite> = Suite::ALL
        .into_iter()
        .filter(|suite| options.only.is_empty() || options.only.contains(suite))
        .collect();
    let has = |wants: fn(Suite) -> bool| wanted.iter().any(|suite| wants(*suite));

    let cluster = has(Suite::wants_cluster).then(|| Cluster::choose(paths, options.cluster));
    install_packages(paths, &wanted, matches!(cluster, Some(Ok(Cluster::Local(_)))))?;
    let mut ground = Ground::default();
    let postgres = Postgres::new(paths)?;
    let postgres_was_up = postgres.is_up();
    if has(Suite::wants_database) {
        ground.database = Some(progress::part("Postgres", || postgres.up())?);
    }
    let was_up = matches!(&cluster, Some(Ok(cluster)) if cluster.is_up());

    // The cluster and the images are made beside the Rust build and the suites that need neither.
    let reports: Result<Vec<SuiteReport>> = std::thread::scope(|scope| {
        let making =
            cluster.as_ref().map(|cluster| scope.spawn(|| make_cluster(paths, cluster, was_up, options)));
        let tests = OnceLock::new();
        let mut reports = Vec::new();
        let (early, late): (Vec<Suite>, Vec<Suite>) =
            wanted.iter().partition(|suite| !Suite::wants_cluster(**suite));
        for suite in early {
            reports.push(run_suite(paths, suite, &ground, &tests, options)?);
        }
        if let Some(making) = making {
            let made = making.join().map_err(|_| Error::Refused("making the cluster panicked".into()))??;
            ground.cluster = made.cluster;
            ground.no_cluster = made.no_cluster;
            ground.helm = made.helm;
            ground.leftovers = made.leftovers;
        }
        for suite in late {
            reports.push(run_suite(paths, suite, &ground, &tests, options)?);
        }
        Ok(reports)
    });

    let stopped = stop(cluster.as_ref(), was_up, &postgres, postgres_was_up);
    let mut reports = reports?;
    if let Some(e2e) = reports.iter_mut().find(|report| report.name == Suite::E2e.name()) {
        e2e.count.add(&ground.leftovers);
        e2e.count.add(&stopped?);
    } else {
        stopped?;
    }
    let report = Report::new(reports, started.elapsed());
    report.write(paths)?;
    report.print();
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn install_packages(paths: &Paths, wanted: &[Suite], local_cluster: bool) -> Result<()> {
    let mut groups: Vec<&[apt::Package]> = Vec::new();
    if wanted.iter().any(|suite| suite.wants_database()) {
        groups.push(apt::POSTGRES);
    }
    if wanted.contains(&Suite::Lint) {
        groups.push(apt::CHECKS);
    }
    if local_cluster {
        groups.extend([apt::CLUSTER, apt::IMAGES]);
    }
    if wanted.contains(&Suite::E2e) && local_cluster {
        groups.push(apt::BROWSER);
    }
    apt::ensure(paths, &groups)
}

/// Brings the cluster and the store images up, and checks on the way that a killed cluster leaves nothing.
fn make_cluster(
    paths: &Paths,
    cluster: &Result<Cluster<'_>>,
    was_up: bool,
    options: &Options,
) -> Result<Ground> {
    let mut ground = Ground { helm: Some(tools::helm(paths)?), ..Ground::default() };
    let cluster = match cluster {
        Ok(cluster) => cluster,
        Err(error) if options.require_cluster => {
            return Err(Error::Refused(format!("a cluster is demanded here, but: {error}")));
        }
        Err(error) => {
            ground.no_cluster = Some(error.to_string());
            return Ok(ground);
        }
    };
    if let (Cluster::Local(local), false) = (cluster, was_up) {
        ground.leftovers = leftovers::check_killed(local)?;
    }
    ground.cluster = Some(cluster.up()?);
    let built = cluster.build(&images::of_stores(paths)?)?;
    images::publish(paths, &built)?;
    cluster.import(&built)?;
    Ok(ground)
}

/// Stops what this run started, and checks that the cluster's end leaves nothing.
fn stop(
    cluster: Option<&Result<Cluster<'_>>>,
    was_up: bool,
    postgres: &Postgres,
    postgres_was_up: bool,
) -> Result<Count> {
    if !postgres_was_up {
        postgres.down()?;
    }
    match cluster {
        Some(Ok(Cluster::Local(local))) if !was_up => leftovers::check_down(local),
        Some(Ok(cluster)) if !was_up => cluster.down().map(|()| Count::default()),
        _ => Ok(Count::default()),
    }
}

fn run_suite(
    paths: &Paths,
    suite: Suite,
    ground: &Ground,
    tests: &OnceLock<Vec<Binary>>,
    options: &Options,
) -> Result<SuiteReport> {
    println!("\n== {} ==", suite.name());
    // The one build of all tests is nobody's own time.
    let binaries = match suite {
        Suite::Lint | Suite::Ui => &Vec::new(),
        _ => match tests.get() {
            Some(built) => built,
            None => {
                let built = progress::part("building the tests", || binaries::build(paths))?;
                tests.get_or_init(|| built)
            }
        },
    };
    let started = Instant::now();
    let mut skipped_because = None;
    let count = match suite {
        Suite::Lint => lint::run(paths)?,
        Suite::Ui => {
            println!("          nothing here yet");
            Count::default()
        }
        _ => {
            let mut count = match suite {
                Suite::Db => record_of_queries(paths, ground)?,
                Suite::Chart => chart(paths, ground)?,
                _ => Count::default(),
            };
            for binary in binaries.iter().filter(|binary| Suite::of(binary) == suite) {
                let plan = plan(suite, ground, options);
                let one = binary.run(&plan)?;
                if one.skipped > 0 && suite.wants_cluster() {
                    skipped_because.clone_from(&ground.no_cluster);
                }
                count.add(&one);
            }
            count
        }
    };
    Ok(SuiteReport { name: suite.name(), seconds: started.elapsed().as_secs_f64(), count, skipped_because })
}

/// Whether the record of checked queries is current, as one test.
fn record_of_queries(paths: &Paths, ground: &Ground) -> Result<Count> {
    let Some(server) = &ground.database else { return Ok(Count::default()) };
    let current = sqlx::is_current(paths, server)?;
    println!("{} the record of checked queries is current", if current { "ok    " } else { "FAILED" });
    Ok(Count::one(current))
}

/// The chart's own tests, whose script ends as the gate does: `N passed, N failed`.
fn chart(paths: &Paths, ground: &Ground) -> Result<Count> {
    let script = paths.repo.join("scripts/chart-goldens.sh");
    let Some(helm) = &ground.helm else { return Ok(Count::default()) };
    let output = Command::new(&script)
        .env("HELM_BIN", helm)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .doing(format!("starting {}", script.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    let mut numbers = said
        .lines()
        .last()
        .unwrap_or_default()
        .split(", ")
        .filter_map(|part| part.split_once(' ').and_then(|(number, _)| number.parse().ok()));
    let (passed, failed) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    // One that ends badly has failed, whatever it counted.
    Ok(Count { passed, failed: failed.max(u32::from(!output.status.success())), skipped: 0 })
}

/// How a suite's test programs are run.
fn plan(suite: Suite, ground: &Ground, options: &Options) -> Run {
    let mut run = Run { limit: Duration::from_mins(40), ..Run::default() };
    let mut set = |name: &str, value: &str| run.variables.push((name.into(), value.into()));
    if let Some(url) = &ground.database {
        set("SOUK_TEST_DATABASE_URL", url);
        set("DATABASE_URL", url); // what `#[sqlx::test]` reads
    }
    if let Some(helm) = &ground.helm {
        set("SOUK_HELM_BIN", &helm.display().to_string());
    }
    if let Some(cluster) = &ground.cluster {
        for (name, value) in cluster.variables() {
            set(name, &value);
        }
    }
    // On a cluster suite everything is marked ignored, for a plain `cargo test` to pass without one.
    run.ignored_too = options.all || suite.wants_cluster();
    if !options.all {
        run.skip.push(LONG.into());
    }
    if suite.wants_cluster() && ground.cluster.is_none() {
        match suite {
            Suite::Chart => run.count_as_skipped.push(ON_CLUSTER.into()),
            _ => run.count_as_skipped.push(String::new()),
        }
    }
    run
}
