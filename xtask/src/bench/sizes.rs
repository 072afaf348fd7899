//! `cargo xtask bench sizes`: what a store's containers use, on each plan, to give them neither too little nor too much.
//!
//! Three times are looked at: the boot with the setup, the rest after it, and ten shoppers at once.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use serde_json::Value;

use super::{
    Common,
    engines::Engine,
    figures::Samples,
    machine::Machine,
    report::Report,
    scripts::{self, Peer, Run, kubectl},
    sizes_report::report,
    stand::{Needs, Stand},
    usage::{Seen, Usage},
};
use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    process::{self, capture},
    progress,
    sizes::{PLANS, Size, plainly},
    tools,
};

pub const MEMORY: [&str; 3] = ["memory at rest", "memory at boot", "memory with ten shoppers"];
pub const CPU: [&str; 3] = ["CPU at rest", "CPU at boot", "CPU with ten shoppers"];
pub const ENVIRONMENT: &str = "values-local.yaml";
/// What a boot leaves to be done meanwhile is done after this.
const SETTLE: Duration = Duration::from_secs(20);
const REST: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,
    #[arg(long, value_enum)]
    pub engine: Engine,
    /// Only this plan; without it all, one after the other.
    #[arg(long, value_parser = PLANS)]
    plan: Option<String>,
}

/// A report of its own for each engine.
pub fn name(engine: Engine) -> String {
    format!("sizes-{}", engine.name())
}

pub fn run(paths: &Paths, options: &Options) -> Result<Report> {
    let machine = Machine::here()?;
    let crowd = build_crowd(paths)?;
    let stand = Stand::make(paths, &options.common, Needs { database: false, cluster: true })?;
    let measured = measure_all(&stand, options, &crowd);
    stand.end()?;
    report(paths, machine, options.engine, &measured?)
}

/// One plan's store.
#[derive(Debug)]
pub struct Measured {
    pub size: Size,
    /// By container and what.
    pub memory: Samples,
    pub cpu: Samples,
    pub visits: Samples,
}

fn build_crowd(paths: &Paths) -> Result<PathBuf> {
    let part = process::Part {
        name: "building the shoppers",
        log: paths.log("bench-crowd")?,
        limit: Duration::from_mins(20),
        advice: "read the log: cargo says what does not compile",
    };
    let mut cargo = process::cargo();
    cargo.args(["build", "--package=souk-shopper", "--bin=souk-crowd"]).current_dir(&paths.repo);
    // Where it goes is then known, whatever the environment says.
    cargo.arg("--target-dir").arg(paths.repo.join("target"));
    part.run(&mut cargo)?;
    Ok(paths.repo.join("target/debug/souk-crowd"))
}

fn measure_all(stand: &Stand<'_>, options: &Options, crowd: &Path) -> Result<Vec<Measured>> {
    stand.demand_cluster()?;
    let helm = tools::helm(stand.paths)?;
    let mut all = Vec::new();
    for plan in PLANS.into_iter().filter(|plan| options.plan.as_deref().is_none_or(|only| only == *plan)) {
        let size = Size::render(stand.paths, &helm, options.engine, plan, ENVIRONMENT, &plainly())?;
        all.push(measure(stand, size, crowd)?);
    }
    Ok(all)
}

fn measure(stand: &Stand<'_>, size: Size, crowd: &Path) -> Result<Measured> {
    let namespace = scripts::new_namespace(size.engine, Peer::Bare)?;
    let usage = Usage::watch(stand, &namespace)?;
    let run = scripts::run_in(stand, size.engine, Peer::Bare, size.plan, namespace)?;
    let mut measured =
        Measured { size, memory: Samples::default(), cpu: Samples::default(), visits: Samples::default() };
    let outcome = look(stand, &run, &usage, &mut measured, crowd);
    scripts::clear(stand, &run.namespace)?;
    outcome.map(|()| measured)
}

fn look(stand: &Stand<'_>, run: &Run, usage: &Usage, measured: &mut Measured, crowd: &Path) -> Result<()> {
    let peers = measured.size.engine.peers();
    let said = |what: &str| progress::say(format!("{} on {}: {what}", peers.name, measured.size.plan));
    let mut setup = kubectl(stand)?;
    setup
        .args(["exec", "--namespace", &run.namespace, &format!("deployment/{}", peers.name), "--"])
        .args(peers.setup);
    capture(&mut setup)?;
    let boot = usage.take();
    said("set up; at rest now");
    rest_for(SETTLE)?;
    usage.take();
    rest_for(REST)?;
    let rest = usage.take();
    said("ten shoppers");
    let visits = send(stand, run, measured.size.engine, crowd)?;
    let shoppers = usage.take();
    for (when, seen) in [rest, boot, shoppers].iter().enumerate() {
        for container in measured.size.containers.iter().filter(|container| container.stays) {
            let of: Vec<&(Instant, Seen)> =
                seen.iter().filter(|(_, seen)| seen.container == container.name).collect();
            let memory = of.iter().map(|(_, seen)| seen.memory_mib);
            measured.memory.extend(&format!("{}: {}", container.name, MEMORY[when]), memory);
            let (Some((from, first)), Some((to, last))) = (of.first(), of.last()) else {
                return Err(Error::Refused(format!("the kubelet showed nothing of {}", container.name)));
            };
            // At boot all of it counts, from the container's first moment.
            let seconds = to.duration_since(*from).as_secs_f64().max(f64::MIN_POSITIVE);
            let cpu = if MEMORY[when] == MEMORY[1] {
                last.cpu_s
            } else {
                (last.cpu_s - first.cpu_s) / seconds * 1000.0
            };
            measured.cpu.add(&format!("{}: {}", container.name, CPU[when]), cpu);
        }
    }
    measured.visits.extend("a visit with an order, ten at once", visits);
    no_restarts(stand, run)
}

fn rest_for(time: Duration) -> Result<()> {
    let began = Instant::now();
    process::wait_for("the rest is over", time * 2, || Ok(began.elapsed() >= time))
}

/// Seconds of each visit. One without an order is an error: what was measured would not be ten who buy.
fn send(stand: &Stand<'_>, run: &Run, engine: Engine, crowd: &Path) -> Result<Vec<f64>> {
    let ingress = &stand.demand_cluster()?.ingress;
    let port = ingress.rsplit(':').next().unwrap_or_default();
    let mut command = Command::new(crowd);
    command
        .args(["--engine", engine.name(), "--ingress", ingress])
        .arg(format!("--url=http://{}:{port}", run.host));
    if engine == Engine::Medusa {
        let mut get = kubectl(stand)?;
        get.args([
            "get",
            "secret",
            "store-secrets",
            "--output=jsonpath={.data.publishable-key}",
            "--namespace",
            &run.namespace,
        ]);
        let key = STANDARD.decode(capture(&mut get)?.trim()).unwrap_or_default();
        command.arg(format!("--key={}", String::from_utf8_lossy(&key)));
    }
    let said: Value = serde_json::from_str(&capture(&mut command)?).doing("reading what the shoppers say")?;
    if let Some(failure) = said["failures"].as_array().and_then(|failures| failures.first()) {
        return Err(Error::Refused(format!("a shopper could not buy: {failure}")));
    }
    let took = said["took_ms"].as_array().into_iter().flatten();
    Ok(took.filter_map(Value::as_f64).map(|ms| ms / 1000.0).collect())
}

/// A container that was killed in between has used more than it may; what it uses since is another story.
fn no_restarts(stand: &Stand<'_>, run: &Run) -> Result<()> {
    let mut get = kubectl(stand)?;
    get.args(["get", "pods", "--namespace", &run.namespace]);
    get.arg("--output=jsonpath={range .items[*].status.containerStatuses[*]}{.name}={.restartCount} {end}");
    let counts = capture(&mut get)?;
    match counts.split_whitespace().find(|count| !count.ends_with("=0")) {
        None => Ok(()),
        Some(count) => Err(Error::Refused(format!("a container was started again meanwhile: {count}"))),
    }
}
