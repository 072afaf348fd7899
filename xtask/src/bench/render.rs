//! `cargo xtask bench render`: how soon somebody with a slow processor sees the dashboard.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use clap::Args;

use super::{
    Common,
    figures::Samples,
    instance::Instance,
    machine::{Machine, now},
    report::{Aim, Detail, Headline, Report},
    stand::{Needs, Programs, Stand},
};
use crate::{
    apt, dashboard,
    error::{Doing, Error, Result},
    paths::Paths,
    process::Part,
    progress,
};

pub const NAME: &str = "render";
const RENDER_MS: f64 = 1000.0;
const LIMIT: Duration = Duration::from_mins(10);
/// The first user, who is the operator.
const EMAIL: &str = "operator@example.com";
const PASSWORD: &str = "a sentence for this bench only";
/// What the pages are: those whose heading is waited for.
const PAGES: [&str; 2] = ["sign in", "stores"];

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// How often each page is opened; once more before that warms up.
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// How many times slower than this machine's the page's processor is.
    #[arg(long, default_value_t = 4)]
    slowdown: u32,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    apt::ensure(paths, &[apt::BROWSER])?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: false })?;
    let measured = Programs::build(paths).and_then(|programs| {
        let instance = Instance::with(&stand, &programs, Vec::new())?;
        let measured = measure(paths, &instance, options);
        instance.end().and(measured)
    });
    stand.end()?;
    report(machine, options, &measured?)
}

fn measure(paths: &Paths, instance: &Instance<'_>, options: &Options) -> Result<Samples> {
    dashboard::install(paths)?;
    let souk = instance.start("serve")?;
    souk.wait_ready()?;
    let figures = paths.repo.join("target/bench/render-figures.json");
    let url = format!("http://{}", souk.address);
    let mut script = dashboard::script_in_browser(paths, "render", &url, EMAIL, PASSWORD);
    script
        .env("SOUK_RENDER_RUNS", options.runs.to_string())
        .env("SOUK_RENDER_SLOWDOWN", options.slowdown.to_string())
        .env("SOUK_RENDER_FIGURES", &figures);
    let part = Part { name: "render", log: paths.log("render")?, limit: LIMIT, advice: "read the log" };
    progress::part("pages", || part.run(&mut script))?;
    souk.stop()?;
    read(&figures)
}

/// Milliseconds of each thing that was looked at.
fn read(file: &Path) -> Result<Samples> {
    let text = fs::read_to_string(file).doing(format!("reading {}", file.display()))?;
    let figures: BTreeMap<String, Vec<f64>> =
        serde_json::from_str(&text).doing(format!("reading {}", file.display()))?;
    let mut samples = Samples::default();
    for (what, milliseconds) in figures {
        samples.extend(&what, milliseconds);
    }
    Ok(samples)
}

fn report(machine: Machine, options: &Options, measured: &Samples) -> Result<Report> {
    let seen = |page: &str| {
        let what = format!("{page}: its heading is seen");
        let missing = || Error::Refused(format!("nothing was measured of: {what}"));
        measured.stats(&what).ok_or_else(missing).map(|stats| (what.clone(), stats))
    };
    let mut aims = Vec::new();
    for page in PAGES {
        let (what, stats) = seen(page)?;
        aims.push(Aim::at_most(&format!("{what}, p95"), "ms", stats.p95, RENDER_MS));
    }
    let (what, stats) = seen("stores")?;
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.runs,
        with: vec![format!("The page's processor is {} times slower", options.slowdown)],
        sides: BTreeMap::from([("souk".to_owned(), Headline { what, unit: "ms".into(), stats })]),
        ratio: None,
        target: None,
        met: aims.iter().all(|aim| aim.met),
        aims,
        details: Detail::all("souk", "ms", measured),
        shows_not: vec![
            "a network: the files come over loopback".into(),
            "a slow machine: the browser's other processes and Souk itself are as fast as this one".into(),
            "a second visit, whose files are in the browser's cache".into(),
        ],
    })
}
