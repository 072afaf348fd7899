//! `cargo xtask bench provision`: the same shop, made by Souk, by a plain script, and as a bare release.

use std::time::Instant;

use clap::Args;

use super::{
    Common,
    engines::Engine,
    figures::Samples,
    http::Client,
    instance::Instance,
    machine::Machine,
    provision_report::report,
    recovery,
    report::Report,
    scripts::{self, Peer},
    stand::{Needs, Programs, Stand},
    store::Store,
    watch::Watch,
};
use crate::{error::Result, paths::Paths, progress};

pub const NAME: &str = "provision";
pub const TOTAL: &str = "total";

/// Who makes the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Souk,
    Script,
    Bare,
}

impl Side {
    pub const ALL: [Self; 3] = [Self::Souk, Self::Script, Self::Bare];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Souk => "souk",
            Self::Script => "script",
            Self::Bare => "bare",
        }
    }
}

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    /// Only this engine; without it all, in turns.
    #[arg(long, value_enum)]
    pub engine: Option<Engine>,
    /// Runs of each side, in turns; one more before them warms up.
    #[arg(long, default_value_t = 5)]
    pub runs: usize,
    /// Workers killed with -9 during a rollout of a Medusa store; 0 for none.
    #[arg(long, default_value_t = 5)]
    kills: usize,
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let stand = Stand::make(paths, &options.common, Needs { database: true, cluster: true })?;
    let measured = stand.demand_cluster().and_then(|_| {
        let programs = Programs::build(paths)?;
        let instance = Instance::make(&stand, &programs)?;
        let measured = measure(&stand, &instance, options);
        instance.end().and(measured)
    });
    stand.end()?;
    report(paths, machine, options.runs, &measured?)
}

/// One side of one engine, and what it took.
#[derive(Debug)]
pub struct Contender {
    pub engine: Engine,
    pub side: Side,
    pub samples: Samples,
}

#[derive(Debug)]
pub struct Measured {
    pub contenders: Vec<Contender>,
    pub recovery: Samples,
}

fn measure(stand: &Stand<'_>, instance: &Instance<'_>, options: &Options) -> Result<Measured> {
    let engines = Engine::asked_for(options.engine);
    let contender = |engine: &Engine, side| Contender { engine: *engine, side, samples: Samples::default() };
    let mut contenders: Vec<Contender> =
        engines.iter().flat_map(|engine| Side::ALL.map(|side| contender(engine, side))).collect();
    let started = Instant::now();
    let watch = Watch::start(stand)?;
    let souk = instance.start("serve")?;
    souk.wait_ready()?;
    for round in 0..=options.runs {
        for turn in 0..contenders.len() {
            let number = (round + turn) % contenders.len();
            let contender = &mut contenders[number];
            let (engine, side) = (contender.engine, contender.side);
            let phases = match side {
                Side::Souk => {
                    let user = souk.user(&format!("{}-{round}", engine.name()))?;
                    by_souk(&user, engine, &watch)?
                }
                Side::Script => by_script(stand, engine, Peer::Script, &watch)?,
                Side::Bare => by_script(stand, engine, Peer::Bare, &watch)?,
            };
            let total = phases.iter().find(|(phase, _)| phase == TOTAL).map_or(0.0, |(_, seconds)| *seconds);
            progress::say(format!(
                "{:.0} s: round {round} of {}{}: {}, {} {total:.1} s",
                started.elapsed().as_secs_f64(),
                options.runs,
                if round == 0 { " (warm-up)" } else { "" },
                engine.name(),
                side.name()
            ));
            if round > 0 {
                for (phase, seconds) in phases {
                    contender.samples.add(&phase, seconds);
                }
            }
        }
    }
    souk.stop()?;
    let kills = if engines.contains(&recovery::ENGINE) { options.kills } else { 0 };
    Ok(Measured { contenders, recovery: recovery::measure(instance, kills)? })
}

type Phases = Vec<(String, f64)>;

/// From the request to READY, and away again.
fn by_souk(user: &Client, engine: Engine, watch: &Watch) -> Result<Phases> {
    let asked = Instant::now();
    let store = Store::create(user, engine, "bench")?;
    store.wait_ready(user)?;
    let total = asked.elapsed().as_secs_f64();
    let mut phases = vec![(TOTAL.to_owned(), total)];
    let operation = store.operation(user)?;
    for step in operation["steps"].as_array().into_iter().flatten() {
        if let (Some(name), Some(took)) = (step["name"].as_str(), step["duration_ms"].as_f64()) {
            phases.push((name.to_owned(), took / 1000.0));
        }
    }
    phases.extend(pods(watch, engine, &store.namespace, asked));
    store.delete(user)?;
    Ok(phases)
}

fn by_script(stand: &Stand<'_>, engine: Engine, peer: Peer, watch: &Watch) -> Result<Phases> {
    let run = scripts::run(stand, engine, peer)?;
    let mut phases = vec![(TOTAL.to_owned(), run.total())];
    phases.extend(pods(watch, engine, &run.namespace, run.started));
    phases.splice(1..1, run.phases);
    scripts::clear(stand, &run.namespace)?;
    Ok(phases)
}

/// When database and shop were ready, by the same watch for every side.
fn pods(watch: &Watch, engine: Engine, namespace: &str, since: Instant) -> Phases {
    [(engine.peers().database, "(database ready after)"), (engine.name(), "(server ready after)")]
        .into_iter()
        .filter_map(|(component, phase)| {
            Some((phase.to_owned(), watch.ready_after(namespace, component, since)?))
        })
        .collect()
}
