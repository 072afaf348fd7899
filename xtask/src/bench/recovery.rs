//! A worker killed with -9 in the middle of a rollout: how long until another one is at work on its store.

use std::time::{Duration, Instant};

use super::{engines::Engine, figures::Samples, instance::Instance, report::Aim, store::Store};
use crate::{
    error::{Error, Result},
    process, progress,
};

/// Whose stores are made meanwhile: what recovers is Souk's part, the same for all.
pub const ENGINE: Engine = Engine::Medusa;
const RECOVERED: &str = "kill -9 during rollout to the next worker's claim";
const RECOVERY_P95_S: f64 = 20.0;
/// From the request to the step `rollout`.
const STEP_LIMIT: Duration = Duration::from_mins(1);
const CLAIM_LIMIT: Duration = Duration::from_mins(1);

/// One process with the API and two workers; each time the one that holds the lease is killed, and replaced.
pub fn measure(instance: &Instance<'_>, kills: usize) -> Result<Samples> {
    let mut samples = Samples::default();
    if kills == 0 {
        return Ok(samples);
    }
    let started = Instant::now();
    let api = instance.start("api")?;
    api.wait_ready()?;
    let mut workers = [instance.start("worker")?, instance.start("worker")?];
    for kill in 1..=kills {
        let mut names = Vec::new();
        for worker in &workers {
            names.push(worker.worker_name()?);
        }
        let user = api.user(&format!("kill-{kill}"))?;
        let store = Store::create(&user, ENGINE, "bench")?;
        process::wait_for("the store's pods are waited for", STEP_LIMIT, || {
            let operation = store.operation(&user)?;
            let steps = operation["steps"].as_array().into_iter().flatten();
            Ok(steps.into_iter().any(|step| step["name"] == "rollout" && step["state"] == "running"))
        })?;
        // The only operation at work; its number of claims grows with the next one.
        let lease = "SELECT lease_owner, lease_epoch FROM operations WHERE state = 'running'";
        let before = instance.ask_database(lease)?;
        let holder = names.iter().position(|name| before.starts_with(name.as_str()));
        let holder = holder.ok_or_else(|| Error::Refused(format!("nobody known has the lease: {before}")))?;
        workers[holder].kill()?;
        let killed = Instant::now();
        process::wait_for("another worker has the store", CLAIM_LIMIT, || {
            let now = instance.ask_database(lease)?;
            Ok(!now.is_empty() && now != before)
        })?;
        let took = killed.elapsed().as_secs_f64();
        samples.add(RECOVERED, took);
        workers[holder] = instance.start("worker")?;
        store.wait_ready(&user)?;
        samples.add("kill -9 during rollout to READY", killed.elapsed().as_secs_f64());
        store.delete(&user)?;
        progress::say(format!(
            "{:.0} s: kill {kill} of {kills}: another worker after {took:.1} s",
            started.elapsed().as_secs_f64()
        ));
    }
    for worker in workers {
        worker.stop()?;
    }
    api.stop()?;
    Ok(samples)
}

pub fn aim(samples: &Samples) -> Option<Aim> {
    let stats = samples.stats(RECOVERED)?;
    Some(Aim::at_most(&format!("{RECOVERED}, p95"), "s", stats.p95, RECOVERY_P95_S))
}
