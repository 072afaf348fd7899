//! The peers that are shell scripts, in `benches/peers/`: run, listened to, and cleared away.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Map, json};

use super::{engines::Engine, stand::Stand};
use crate::{
    error::{Doing, Error, Result},
    process::{self, capture, on_path},
    souk::store_images,
    tools::{self, Tool},
};

/// A whole shop, installed and filled by its own CLI on two busy cores.
const SCRIPT_LIMIT_S: &str = "600";
const GONE_LIMIT: Duration = Duration::from_mins(3);
const SUFFIX: &str = "localhost";
const MICROSECONDS: f64 = 1e6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// What a team without Souk would write.
    Script,
    /// The release, and nothing after it.
    Bare,
}

impl Peer {
    const fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Bare => "bare",
        }
    }

    /// In `benches/peers/`.
    fn file(self, engine: Engine) -> String {
        match self {
            Self::Script => format!("{}/script.sh", engine.name()),
            Self::Bare => "bare.sh".to_owned(),
        }
    }
}

/// What a script's run took.
#[derive(Debug)]
pub struct Run {
    pub namespace: String,
    pub host: String,
    pub started: Instant,
    /// Seconds, in the order in which they ended; their sum is the whole.
    pub phases: Vec<(String, f64)>,
}

impl Run {
    pub fn total(&self) -> f64 {
        self.phases.iter().map(|(_, seconds)| seconds).sum()
    }
}

/// kubectl as the cluster's admin: the machine's own, or else the one that the local cluster is made of.
pub fn kubectl(stand: &Stand<'_>) -> Result<Command> {
    let words = kubectl_words(stand)?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    if let Some(kubeconfig) = stand.cluster.as_ref().and_then(|cluster| cluster.kubeconfig.as_ref()) {
        command.env("KUBECONFIG", kubeconfig);
    }
    Ok(command)
}

fn kubectl_words(stand: &Stand<'_>) -> Result<Vec<String>> {
    if let Some(program) = on_path("kubectl") {
        return Ok(vec![program.display().to_string()]);
    }
    let program = Tool::DevCluster.ensure(stand.paths)?.join("kubernetes");
    Ok(vec![program.display().to_string(), "kubectl".to_owned()])
}

/// Of a namespace that no run has had.
pub fn new_namespace(engine: Engine, peer: Peer) -> Result<String> {
    Ok(format!("bench-{}-{}-{}", peer.name(), engine.name(), process::random_hex(3)?))
}

/// Runs a peer's script to its end, on the plan that a new account has, in a namespace of its own.
pub fn run(stand: &Stand<'_>, engine: Engine, peer: Peer) -> Result<Run> {
    run_in(stand, engine, peer, "free", new_namespace(engine, peer)?)
}

pub fn run_in(stand: &Stand<'_>, engine: Engine, peer: Peer, plan: &str, namespace: String) -> Result<Run> {
    let repo = &stand.paths.repo;
    let name = format!("{}-{}", peer.name(), engine.name());
    let host = format!("{namespace}.{SUFFIX}");
    let folder = repo.join("target/bench").join(&namespace);
    fs::create_dir_all(&folder).doing("making a peer's folder")?;
    let values = folder.join("values.json");
    fs::write(&values, values_of(stand, engine, plan, &host)?).doing("writing a peer's values")?;
    let cluster = stand.demand_cluster()?;
    let chart = repo.join("helm/ecommerce-store");
    let mut script = Command::new("timeout");
    script
        .args([SCRIPT_LIMIT_S, "bash"])
        .arg(repo.join("benches/peers").join(peer.file(engine)))
        .current_dir(repo)
        .env("ENGINE", engine.name())
        .env("NAMESPACE", &namespace)
        .env("HOST", &host)
        .env("CHART", &chart)
        .env("ENVIRONMENT", chart.join("values-local.yaml"))
        .env("VALUES", &values)
        .env("INGRESS", &cluster.ingress)
        .env("HELM", tools::helm(stand.paths)?)
        .env("KUBECTL", kubectl_words(stand)?.join(" "))
        .env("WORK", &folder);
    if let Some(kubeconfig) = &cluster.kubeconfig {
        script.env("KUBECONFIG", kubeconfig);
    }
    let log = folder.join("log");
    let said = fs::File::create(&log).doing("making a peer's log")?;
    let mut child = process::mortal(&script)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(said)
        .spawn()
        .doing(format!("starting the peer {name}"))?;
    let mut run = Run { namespace, host, started: Instant::now(), phases: Vec::new() };
    let output = child.stdout.take().ok_or_else(|| Error::Refused("a script without an output".into()))?;
    for line in BufReader::new(output).lines() {
        match said_by(&line.doing(format!("reading from the peer {name}"))?) {
            Some(Said::Start) => run.started = Instant::now(),
            Some(Said::Phase(phase, seconds)) => run.phases.push((phase, seconds)),
            None => {}
        }
    }
    let status = child.wait().doing(format!("waiting for the peer {name}"))?;
    if status.success() {
        return Ok(run);
    }
    clear(stand, &run.namespace)?;
    Err(Error::Refused(format!(
        "the peer {name} failed ({status}). The end of its log:\n\n{}\n\nWhole log: {}",
        process::tail(&log),
        log.display()
    )))
}

#[derive(Debug, PartialEq)]
enum Said {
    Start,
    Phase(String, f64),
}

/// `start`, or `phase NAME MICROSECONDS`; anything else is talk.
fn said_by(line: &str) -> Option<Said> {
    if line == "start" {
        return Some(Said::Start);
    }
    let (name, microseconds) = line.strip_prefix("phase ")?.rsplit_once(' ')?;
    Some(Said::Phase(name.to_owned(), microseconds.parse::<f64>().ok()? / MICROSECONDS))
}

/// The values that Souk gives to the same chart.
fn values_of(stand: &Stand<'_>, engine: Engine, plan: &str, host: &str) -> Result<String> {
    let id = |prefix: &str| Ok::<_, Error>(format!("{prefix}_{}", process::random_hex(13)?));
    let built = store_images(stand.paths)?;
    let mut images = Map::new();
    for (name, variable) in engine.peers().images {
        let image = built.iter().find(|(of, _)| of == variable).map(|(_, image)| image.as_str());
        images.insert((*name).to_owned(), image.into());
    }
    let cluster = stand.demand_cluster()?;
    let port = cluster.ingress.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    Ok(json!({
        "engine": engine.name(),
        "plan": plan,
        "store": { "id": id("store")?, "installation": id("inst")? },
        "existingSecret": "store-secrets",
        "host": host,
        "ingress": { "publicPort": port.unwrap_or_default() },
        "images": images,
    })
    .to_string())
}

/// Takes a peer's shop away as fast as a cluster does it: everything in the namespace is asked to go at once.
pub fn clear(stand: &Stand<'_>, namespace: &str) -> Result<()> {
    let mut uninstall = Command::new(tools::helm(stand.paths)?);
    uninstall.args(["uninstall", "store", "--ignore-not-found", "--namespace", namespace]);
    if let Some(kubeconfig) = stand.cluster.as_ref().and_then(|cluster| cluster.kubeconfig.as_ref()) {
        uninstall.env("KUBECONFIG", kubeconfig);
    }
    capture(&mut uninstall)?;
    for what in [["persistentvolumeclaims", "--all"], ["namespace", namespace]] {
        let mut delete = kubectl(stand)?;
        delete.arg("delete").args(what).args([
            "--ignore-not-found",
            "--wait=false",
            "--namespace",
            namespace,
        ]);
        capture(&mut delete)?;
    }
    process::wait_for("a peer's namespace is gone", GONE_LIMIT, || {
        let mut get = kubectl(stand)?;
        get.args(["get", "namespace", namespace, "--ignore-not-found", "--output=name"]);
        Ok(capture(&mut get)?.trim().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_its_start_and_its_phases_and_may_talk() {
        assert_eq!(said_by("start"), Some(Said::Start));
        assert_eq!(said_by("phase helm --wait 1500000"), Some(Said::Phase("helm --wait".into(), 1.5)));
        assert_eq!(said_by("Release \"store\" does not exist."), None);
        assert_eq!(said_by("phase of the moon"), None);
    }

    #[test]
    fn the_whole_is_the_sum_of_the_phases() {
        let phases = vec![("namespace".to_owned(), 0.5), ("helm".to_owned(), 2.0)];
        let run = Run { namespace: String::new(), host: String::new(), started: Instant::now(), phases };
        assert!((run.total() - 2.5).abs() < 1e-9);
    }
}
