//! The gate: every check of the repository, in suites, with one last line that says how it went.
//!
//! Invariant: a suite that could not run is a failure or a counted skip with its reason, never a silence.

mod binaries;
mod chart;
mod contract;
mod day;
mod ground;
pub mod layout;
mod leftovers;
mod lint;
mod own_souk;
mod schema;
mod script;
mod ui;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::ValueEnum;

use self::{
    binaries::{Binary, Run},
    ground::{ClusterGround, Ground, Keeper},
};
use crate::{
    cluster::Choice,
    dashboard,
    error::{Error, Result},
    lock::Lock,
    paths::Paths,
    postgres, progress,
    report::{Count, Report, SuiteReport},
    sqlx,
};

/// The crates whose tests want a database, by the suite they are in; the others are `unit`.
const DB: &[&str] = &["souk-schema", "souk-db", "souk-worker", "souk-chaos"];
const API: &[&str] = &["souk-app", "souk-http", "souk-server", "souk-test-support"];
const E2E: &str = "souk-e2e";
/// A crate's tests in a target of this name need a cluster.
const CLUSTER_TARGET: &str = "cluster";
/// Tests in a module of this name run with `--all` only; those of the cluster also when their day has come.
const LONG: &str = "long::";
/// How long one test program may take.
const PROGRAM_LIMIT: Duration = Duration::from_mins(40);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    Lint,
    Unit,
    Db,
    Api,
    Schema,
    Chart,
    Contract,
    Ui,
    E2e,
}

impl Suite {
    const ALL: [Self; 9] = [
        Self::Lint,
        Self::Unit,
        Self::Db,
        Self::Api,
        Self::Schema,
        Self::Chart,
        Self::Contract,
        Self::Ui,
        Self::E2e,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Unit => "unit",
            Self::Db => "db",
            Self::Api => "api",
            Self::Schema => "schema",
            Self::Chart => "chart",
            Self::Contract => "contract",
            Self::Ui => "ui",
            Self::E2e => "e2e",
        }
    }

    fn is_wanted(self, options: &Options) -> bool {
        options.only.is_empty() || options.only.contains(&self)
    }

    fn wants_database(self) -> bool {
        matches!(self, Self::Db | Self::Api | Self::Schema | Self::Ui | Self::E2e)
    }

    fn wants_cluster(self) -> bool {
        self == Self::E2e
    }

    fn wants_helm(self) -> bool {
        matches!(self, Self::Chart | Self::E2e)
    }

    fn wants_test_programs(self) -> bool {
        matches!(self, Self::Unit | Self::Db | Self::Api | Self::E2e)
    }

    /// Programs of the workspace, started as they are.
    fn wants_programs(self) -> bool {
        matches!(self, Self::Schema | Self::Ui)
    }

    fn of(binary: &Binary) -> Self {
        let package = binary.package.as_str();
        if package == E2E || binary.target == CLUSTER_TARGET {
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

pub fn run(paths: &Paths, options: &Options) -> Result<ExitCode> {
    let _lock = Lock::hold(paths)?;
    let started = Instant::now();
    let wanted: Vec<Suite> = Suite::ALL.into_iter().filter(|suite| suite.is_wanted(options)).collect();
    let keeper = Keeper::new(paths, &wanted, options)?;
    keeper.install_packages(&wanted)?;
    let mut reports = run_suites(paths, options, &wanted, &keeper);
    let stopped = keeper.stop();
    if let Some(last) = reports.last_mut() {
        last.count.add(&or_failed(stopped));
    }
    let report = Report::new(reports, started.elapsed());
    report.write(paths)?;
    report.print();
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The cluster and the images are made beside the Rust build and the suites that need neither.
fn run_suites(paths: &Paths, options: &Options, wanted: &[Suite], keeper: &Keeper<'_>) -> Vec<SuiteReport> {
    std::thread::scope(|scope| {
        let making = scope.spawn(|| keeper.make_cluster());
        let mut bench =
            Bench { paths, options, ground: Ground::default(), cluster: None, programs: Vec::new() };
        let mut reports = Vec::new();
        reports.extend(bench.prepare(wanted, keeper));
        for suite in wanted.iter().filter(|suite| !suite.wants_cluster()) {
            reports.push(bench.run(*suite));
        }
        let mut checks = Count::default();
        match making.join() {
            Ok(Some((cluster, counted))) => {
                bench.cluster = Some(cluster);
                checks = counted;
            }
            Ok(None) => {}
            Err(_) => {
                bench.cluster =
                    Some(ClusterGround::Failed(Error::Refused("making the cluster panicked".into())));
            }
        }
        for suite in wanted.iter().filter(|suite| suite.wants_cluster()) {
            let mut report = bench.run(*suite);
            report.count.add(&checks);
            reports.push(report);
        }
        reports
    })
}

/// What suites run on.
struct Bench<'a> {
    paths: &'a Paths,
    options: &'a Options,
    ground: Ground,
    cluster: Option<ClusterGround>,
    programs: Vec<Binary>,
}

impl Bench<'_> {
    /// The database, helm and the one build of all tests, whose time is no single suite's.
    fn prepare(&mut self, wanted: &[Suite], keeper: &Keeper<'_>) -> Option<SuiteReport> {
        if wanted.iter().all(|suite| matches!(suite, Suite::Lint | Suite::Contract)) {
            return None;
        }
        let started = Instant::now();
        let prepared = keeper.make(wanted).and_then(|ground| {
            self.ground = ground;
            if wanted.iter().any(|suite| suite.wants_test_programs()) {
                self.programs = progress::part("building the tests", || binaries::build(self.paths))?;
            } else if wanted.iter().any(|suite| suite.wants_programs()) {
                progress::part("building the programs", || binaries::build_programs(self.paths))?;
            }
            Ok(Count::default())
        });
        Some(SuiteReport {
            name: "build",
            seconds: started.elapsed().as_secs_f64(),
            count: or_failed(prepared),
            skipped_because: None,
        })
    }

    fn run(&self, suite: Suite) -> SuiteReport {
        println!("\n== {} ==", suite.name());
        let started = Instant::now();
        let count = or_failed(self.count(suite));
        let skipped_because = match &self.cluster {
            Some(ClusterGround::Impossible(why)) if count.skipped > 0 => Some(why.clone()),
            _ => None,
        };
        SuiteReport { name: suite.name(), seconds: started.elapsed().as_secs_f64(), count, skipped_because }
    }

    fn count(&self, suite: Suite) -> Result<Count> {
        let mut count = match suite {
            Suite::Lint => lint::run(self.paths)?,
            Suite::Schema => schema::run(self.paths, self.ground.database.as_deref(), self.options.all)?,
            Suite::Chart => chart::run(self.paths, self.ground.helm.as_deref())?,
            Suite::Contract => contract::run(self.paths)?,
            Suite::Db => self.record_of_queries()?,
            Suite::Ui => ui::run(self.paths, self.ground.database.as_deref())?,
            Suite::E2e if let Some(ClusterGround::Failed(error)) = &self.cluster => {
                return Err(Error::Refused(format!("no cluster: {error}")));
            }
            Suite::E2e => {
                // For the journey through a whole shop, which Playwright makes.
                dashboard::install(self.paths)?;
                Count::default()
            }
            Suite::Unit | Suite::Api => Count::default(),
        };
        let run = self.how_to_run(suite);
        let programs: Vec<&Binary> =
            self.programs.iter().filter(|program| Suite::of(program) == suite).collect();
        for program in &programs {
            count.add(&program.run(&run)?);
        }
        if suite.wants_cluster() && !self.options.all {
            count.add(&run_long_ones_of_today(&programs, &run)?);
        }
        Ok(count)
    }

    fn how_to_run(&self, suite: Suite) -> Run {
        let mut variables = Vec::new();
        let mut set = |name: &str, value: &str| variables.push((name.to_owned(), value.to_owned()));
        if let Some(url) = &self.ground.database {
            set(postgres::GIVEN, url);
            set("DATABASE_URL", url); // what `#[sqlx::test]` reads
        }
        if let Some(helm) = &self.ground.helm {
            set("SOUK_HELM_BIN", &helm.display().to_string());
        }
        if let Some(ClusterGround::Up(endpoint)) = &self.cluster {
            for (name, value) in endpoint.variables() {
                set(name, &value);
            }
        }
        Run {
            variables,
            // In a cluster suite everything is marked ignored, for a plain `cargo test` to pass without one.
            ignored_too: self.options.all || suite.wants_cluster(),
            skip: if self.options.all { Vec::new() } else { vec![LONG.into()] },
            only: Vec::new(),
            all_skipped: suite.wants_cluster() && !matches!(self.cluster, Some(ClusterGround::Up(_))),
            limit: PROGRAM_LIMIT,
        }
    }

    /// Whether the record of checked queries is current, as one test.
    fn record_of_queries(&self) -> Result<Count> {
        let Some(server) = &self.ground.database else { return Ok(Count::default()) };
        let current = sqlx::is_current(self.paths, server)?;
        println!("{} the record of checked queries is current", if current { "ok    " } else { "FAILED" });
        Ok(Count::one(current))
    }
}

/// All the long tests of a cluster would be too much for each day, and never running them for any.
fn run_long_ones_of_today(programs: &[&Binary], run: &Run) -> Result<Count> {
    let mut all = Vec::new();
    for program in programs {
        let names = program.tests(&Run { skip: Vec::new(), ..run.clone() })?;
        all.extend(names.into_iter().filter(|name| name.contains(LONG)).map(|name| (*program, name)));
    }
    let mut count = Count::default();
    for (program, name) in day::choose(&all, day::of_the_year()?) {
        println!("today: {} {}: {name}", program.package, program.target);
        count.add(&program.run(&Run { skip: Vec::new(), only: vec![name.clone()], ..run.clone() })?);
    }
    Ok(count)
}

/// What could not be done counts as one failure, after its words.
fn or_failed(outcome: Result<Count>) -> Count {
    outcome.unwrap_or_else(|error| {
        println!("FAILED {error}");
        Count::one(false)
    })
}
