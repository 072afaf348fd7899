//! When pods became ready, noted as the API server tells it: the same eyes for every side.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Instant,
};

use super::{scripts::kubectl, stand::Stand};
use crate::{
    error::{Doing, Result},
    process,
};

const COLUMNS: &str = "custom-columns=\
    NAMESPACE:.metadata.namespace,\
    COMPONENT:.metadata.labels.app\\.kubernetes\\.io/component,\
    READY:.status.conditions[?(@.type==\"Ready\")].status";

/// A pod's namespace and component, and when it was first seen ready.
type Seen = Vec<(String, String, Instant)>;

#[derive(Debug)]
pub struct Watch {
    kubectl: Child,
    seen: Arc<Mutex<Seen>>,
    reader: Option<JoinHandle<()>>,
}

impl Watch {
    pub fn start(stand: &Stand<'_>) -> Result<Self> {
        let mut command = kubectl(stand)?;
        command.args(["get", "pods", "--all-namespaces", "--watch", "--no-headers", "--output", COLUMNS]);
        let mut kubectl = process::mortal(&command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .doing("starting kubectl to watch pods")?;
        let seen = Arc::new(Mutex::new(Seen::new()));
        let output = kubectl.stdout.take();
        let notes = Arc::clone(&seen);
        let reader = thread::spawn(move || {
            for line in output.into_iter().flat_map(|output| BufReader::new(output).lines()) {
                let Ok(line) = line else { return };
                if let Some((namespace, component)) = ready(&line) {
                    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
                    if !notes.iter().any(|(space, part, _)| space == namespace && part == component) {
                        notes.push((namespace.to_owned(), component.to_owned(), Instant::now()));
                    }
                }
            }
        });
        Ok(Self { kubectl, seen, reader: Some(reader) })
    }

    /// Seconds from `since` until the component's pod was ready.
    pub fn ready_after(&self, namespace: &str, component: &str, since: Instant) -> Option<f64> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, _, at) = seen.iter().find(|(space, part, _)| space == namespace && part == component)?;
        Some(at.saturating_duration_since(since).as_secs_f64())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.kubectl.kill();
        let _ = self.kubectl.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

fn ready(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    let (namespace, component, ready) = (words.next()?, words.next()?, words.next()?);
    (ready == "True").then_some((namespace, component))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_ready_pod_counts() {
        assert_eq!(ready("store-a-1   postgres   True"), Some(("store-a-1", "postgres")));
        assert_eq!(ready("store-a-1   postgres   False"), None);
        assert_eq!(ready("store-a-1   medusa   <none>"), None);
    }
}
