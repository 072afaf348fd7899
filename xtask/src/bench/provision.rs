//! `cargo xtask bench provision`: the same shop, made by Souk, by a plain script, and as a bare release.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::{Value, json};

use super::{
    Common,
    figures::{Samples, Stats, round},
    http::Client,
    instance::Instance,
    recovery,
    report::{Aim, Detail, Headline, Machine, Report, now},
    scripts,
    stand::{Programs, Stand},
    watch::Watch,
};
use crate::{
    error::{Error, Result},
    paths::Paths,
    process, progress,
};

pub const NAME: &str = "provision";
const SIDES: [&str; 3] = ["souk", "script", "bare"];
const OF_SCRIPT: f64 = 0.6;
const OF_BARE: f64 = 1.3;
const OWN_SHARE_S: f64 = 2.0;
const READY_LIMIT: Duration = Duration::from_mins(5);
const GONE_LIMIT: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const TOTAL: &str = "total";

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Runs of each side, in turns; one more before them warms up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Workers killed with -9 during a rollout; 0 for none.
    #[arg(long, default_value_t = 5)]
    kills: usize,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let stand = Stand::make(paths, &options.common, true)?;
    let measured = stand.demand_cluster().and_then(|_| {
        let programs = Programs::build(paths)?;
        let instance = Instance::make(&stand, &programs)?;
        let measured = measure(&stand, &instance, options);
        instance.end().and(measured)
    });
    stand.end()?;
    report(machine, options, &measured?)
}

#[derive(Debug, Default)]
struct Measured {
    sides: [Samples; SIDES.len()],
    recovery: Samples,
}

fn measure(stand: &Stand<'_>, instance: &Instance<'_>, options: &Options) -> Result<Measured> {
    let mut measured = Measured::default();
    let started = Instant::now();
    let watch = Watch::start(stand)?;
    let souk = instance.start("serve")?;
    souk.wait_ready()?;
    for round in 0..=options.runs {
        for turn in 0..SIDES.len() {
            let side = (round + turn) % SIDES.len();
            let phases = match SIDES[side] {
                "souk" => by_souk(&souk.user(&format!("round-{round}"))?, &watch)?,
                script => {
                    let script = if script == "script" { "provision" } else { script };
                    by_script(stand, script, &watch)?
                }
            };
            let total = phases.iter().find(|(phase, _)| phase == TOTAL).map_or(0.0, |(_, seconds)| *seconds);
            progress::say(format!(
                "{:.0} s: round {round} of {}{}: {} {total:.1} s",
                started.elapsed().as_secs_f64(),
                options.runs,
                if round == 0 { " (warm-up)" } else { "" },
                SIDES[side]
            ));
            if round > 0 {
                for (phase, seconds) in phases {
                    measured.sides[side].add(&phase, seconds);
                }
            }
        }
    }
    souk.stop()?;
    measured.recovery = recovery::measure(instance, options.kills)?;
    Ok(measured)
}

type Phases = Vec<(String, f64)>;

/// From the request to READY, and away again.
fn by_souk(user: &Client, watch: &Watch) -> Result<Phases> {
    let asked = Instant::now();
    let store = Store::create(user, "bench")?;
    store.wait_ready(user)?;
    let total = asked.elapsed().as_secs_f64();
    let mut phases = vec![(TOTAL.to_owned(), total)];
    let operation = store.operation(user)?;
    for step in operation["steps"].as_array().into_iter().flatten() {
        if let (Some(name), Some(took)) = (step["name"].as_str(), step["duration_ms"].as_f64()) {
            phases.push((name.to_owned(), took / 1000.0));
        }
    }
    phases.extend(pods(watch, &store.namespace, asked));
    store.delete(user)?;
    Ok(phases)
}

fn by_script(stand: &Stand<'_>, script: &str, watch: &Watch) -> Result<Phases> {
    let run = scripts::run(stand, script)?;
    let mut phases = vec![(TOTAL.to_owned(), run.total())];
    phases.extend(pods(watch, &run.namespace, run.started));
    phases.splice(1..1, run.phases);
    scripts::clear(stand, &run.namespace)?;
    Ok(phases)
}

/// When database and shop were ready, by the same watch for every side.
fn pods(watch: &Watch, namespace: &str, since: Instant) -> Phases {
    [("postgres", "(database ready after)"), ("medusa", "(server ready after)")]
        .into_iter()
        .filter_map(|(component, phase)| {
            Some((phase.to_owned(), watch.ready_after(namespace, component, since)?))
        })
        .collect()
}

/// A store as its owner sees it.
#[derive(Debug)]
pub struct Store {
    id: String,
    pub operation_id: String,
    namespace: String,
}

impl Store {
    pub fn create(user: &Client, name: &str) -> Result<Self> {
        let body = json!({ "name": name, "engine": "medusa" });
        let accepted = user.post("/api/v1/stores", &body, 202)?;
        let text = |path: &str| accepted.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let slug = text("/store/host").split('.').next().unwrap_or_default().to_owned();
        Ok(Self {
            id: text("/store/id"),
            operation_id: text("/operation/id"),
            namespace: format!("store-{slug}-1"),
        })
    }

    pub fn operation(&self, user: &Client) -> Result<Value> {
        Ok(user.get(&format!("/api/v1/operations/{}", self.operation_id))?.json())
    }

    /// A store that fails instead is an error that says why.
    pub fn wait_ready(&self, user: &Client) -> Result<()> {
        process::wait_closely("the store is ready", READY_LIMIT, LOOK_EVERY, || {
            let store = user.get(&self.path())?.json();
            match store["state"].as_str() {
                Some("ready") => Ok(true),
                Some("failed") => Err(Error::Refused(format!("the store failed: {:#}", store["failure"]))),
                _ => Ok(false),
            }
        })
    }

    pub fn delete(&self, user: &Client) -> Result<()> {
        user.delete(&self.path())?;
        process::wait_for("the store is gone", GONE_LIMIT, || {
            let answer = user.get(&self.path())?;
            Ok(answer.status == 404 || answer.json()["state"] == "deleted")
        })
    }

    fn path(&self) -> String {
        format!("/api/v1/stores/{}", self.id)
    }
}

fn report(machine: Machine, options: &Options, measured: &Measured) -> Result<Report> {
    let missing = || Error::Refused("nothing was measured: --runs must be at least 1".into());
    let total = |side: usize| -> Result<Stats> { measured.sides[side].stats(TOTAL).ok_or_else(missing) };
    let [souk, script, bare] = [total(0)?, total(1)?, total(2)?];
    let ratio = round(souk.p50 / script.p50);
    let mut aims = vec![
        Aim::at_most("souk / script, p50", "", ratio, OF_SCRIPT),
        Aim::at_most("souk / bare release, p50", "", souk.p50 / bare.p50, OF_BARE),
        Aim::at_most("Souk's own share: souk - bare release, p50", "s", souk.p50 - bare.p50, OWN_SHARE_S),
    ];
    aims.extend(recovery::aim(&measured.recovery));
    let headline =
        |stats| Headline { what: "request to a shop that answers".into(), unit: "s".into(), stats };
    let mut details: Vec<Detail> = SIDES
        .iter()
        .zip(&measured.sides)
        .flat_map(|(side, samples)| Detail::all(side, "s", samples))
        .collect();
    details.extend(Detail::all("souk", "s", &measured.recovery));
    Ok(Report {
        name: NAME.into(),
        machine,
        date: now()?,
        runs: options.runs,
        sides: BTreeMap::from([
            ("souk".to_owned(), headline(souk)),
            ("script".to_owned(), headline(script)),
            ("bare".to_owned(), headline(bare)),
        ]),
        ratio: Some(ratio),
        target: Some(OF_SCRIPT),
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

const SHOWS_NOT: [&str; 5] = [
    "pulling images: they are on the node, for every side",
    "a cluster of several nodes, or a cloud's volumes: one node, volumes are folders on it",
    "stores made side by side: one at a time, the machine otherwise at rest",
    "what the sides' ends have not in common: Souk's store has an owner who signed in, priced products and checked \
     policies; the script's lists products; the bare release only answers, and nobody can sign in",
    "a script that seeds from a dump, as Souk's images do: the plain way migrates and seeds with Medusa's CLI",
];
