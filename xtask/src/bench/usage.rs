//! What a store's containers use, as their kubelet counts it: the same for each runtime and kind of control group,
//! and nothing of the counting falls on what is counted.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{http::Client, scripts::kubectl, stand::Stand};
use crate::{
    error::{Doing, Error, Result},
    process,
};

/// The kubelet is asked, and counts anew each time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const MIB: f64 = 1024.0 * 1024.0;

/// One container at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The pod's component: in a store each pod has one container.
    pub container: String,
    /// In use and not to be had back at once: what limits and evictions go by.
    pub memory_mib: f64,
    /// Since the container began.
    pub cpu_s: f64,
}

/// Watches one namespace from its start until it is dropped.
#[derive(Debug)]
pub struct Usage {
    proxy: Child,
    seen: Arc<Mutex<Vec<(Instant, Seen)>>>,
    stop: mpsc::Sender<()>,
    watcher: Option<JoinHandle<()>>,
}

impl Usage {
    pub fn watch(stand: &Stand<'_>, namespace: &str) -> Result<Self> {
        let mut command = kubectl(stand)?;
        command.args(["proxy", "--port=0"]);
        let mut proxy = process::mortal(&command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .doing("starting kubectl proxy")?;
        let address = address_of(&mut proxy)?;
        let api = Client::new(&address);
        let nodes = names(&api.get("/api/v1/nodes")?.json());
        if nodes.is_empty() {
            return Err(Error::Refused("the cluster shows no node".into()));
        }
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = mpsc::channel();
        let (shared, namespace) = (Arc::clone(&seen), namespace.to_owned());
        let watcher = thread::spawn(move || {
            while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK_EVERY) {
                for node in &nodes {
                    let path = format!("/api/v1/nodes/{node}/proxy/stats/summary?only_cpu_and_memory=true");
                    // One look that fails is one look less.
                    let Ok(answer) = api.get(&path) else { continue };
                    let now = Instant::now();
                    let found = of(&answer.json(), &namespace).into_iter().map(|seen| (now, seen));
                    shared.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
                }
            }
        });
        Ok(Self { proxy, seen, stop, watcher: Some(watcher) })
    }

    /// What was seen since it was last taken, oldest first.
    pub fn take(&self) -> Vec<(Instant, Seen)> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Usage {
    fn drop(&mut self) {
        let _ = self.stop.send(());
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}

/// `Starting to serve on 127.0.0.1:PORT`.
fn address_of(proxy: &mut Child) -> Result<String> {
    let mut line = String::new();
    if let Some(output) = proxy.stdout.take() {
        BufReader::new(output).read_line(&mut line).doing("reading from kubectl proxy")?;
    }
    let address = line.trim().rsplit(' ').next().filter(|address| address.contains(':'));
    address.map(str::to_owned).ok_or_else(|| Error::Refused(format!("kubectl proxy says no address: {line}")))
}

fn names(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["metadata"]["name"].as_str().map(str::to_owned)).collect()
}

/// The containers of a namespace in a kubelet's summary; one that has no figures yet is not seen.
fn of(summary: &Value, namespace: &str) -> Vec<Seen> {
    let pods = summary["pods"].as_array().into_iter().flatten();
    let own = pods.filter(|pod| pod["podRef"]["namespace"] == namespace);
    own.flat_map(|pod| pod["containers"].as_array().into_iter().flatten()).filter_map(seen).collect()
}

#[expect(clippy::cast_precision_loss, reason = "bytes and nanoseconds far below 2^52")]
fn seen(container: &Value) -> Option<Seen> {
    Some(Seen {
        container: container["name"].as_str()?.to_owned(),
        memory_mib: container["memory"]["workingSetBytes"].as_u64()? as f64 / MIB,
        cpu_s: container["cpu"]["usageCoreNanoSeconds"].as_u64()? as f64 / 1e9,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_stores_own_containers_are_seen_and_only_with_figures() {
        let container = |name: &str, memory: Value| json!({ "name": name, "memory": { "workingSetBytes": memory }, "cpu": { "usageCoreNanoSeconds": 1_500_000_000_u64 } });
        let pod = |namespace: &str, containers: Vec<Value>| json!({ "podRef": { "namespace": namespace }, "containers": containers });
        let summary = json!({ "pods": [
            pod("shop", vec![container("medusa", json!(104_857_600)), container("new", Value::Null)]),
            pod("other", vec![container("medusa", json!(1))]),
            { "podRef": { "namespace": "shop" } },
        ] });
        assert_eq!(
            of(&summary, "shop"),
            [Seen { container: "medusa".into(), memory_mib: 100.0, cpu_s: 1.5 }]
        );
        assert_eq!(of(&Value::Null, "shop"), []);
    }
}
