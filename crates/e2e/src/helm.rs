//! helm, as tests see it: what it says of a store, and the real one on a road that a test can close.

use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::ListParams;
use serde_json::Value;
use souk_test_support::until;
use tokio::process::Command;

use crate::cluster::{admin, api_server_address};
use crate::processes::{self, Process};
use crate::road::Road;

/// From the request for a store to its release.
const MARK_LIMIT: Duration = Duration::from_secs(30);
/// A helm on the slow road passes from one mark to the next in seconds.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The helm that the machine has.
#[must_use]
pub fn program() -> PathBuf {
    env::var_os("SOUK_HELM_BIN").map_or_else(|| "helm".into(), PathBuf::from)
}

/// What `helm list` and `helm history` say of a namespace, as the cluster's admin.
///
/// # Panics
/// When helm fails.
pub async fn ask(arguments: &[&str], namespace: &str) -> Vec<Value> {
    let output = Command::new(program())
        .args(arguments)
        .args(["--namespace", namespace, "--output", "json"])
        .output()
        .await
        .unwrap_or_else(|error| panic!("starting helm: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "helm {arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("helm {arguments:?}: {error}"))
}

/// The helms that work on a namespace now.
#[must_use]
pub fn at_work_on(namespace: &str) -> Vec<Process> {
    processes::with_word(namespace)
}

/// The real helm, for `SOUK_HELM_BIN`: what it changes in the cluster goes over a [`Road`].
///
/// helm needs 0.4 s for a store. On the slow road it needs seconds, so that a test can stop it in the
/// very middle of its work; it is the same program with the same arguments all the time.
#[derive(Debug)]
pub struct HelmOnRoad {
    pub road: Road,
    pub program: PathBuf,
}

impl HelmOnRoad {
    /// # Panics
    /// When the script cannot be written.
    pub async fn build(folder: &Path) -> Self {
        let (host, port) = api_server_address().await;
        let road = Road::to(&host, port).await;
        let script = folder.join(format!("helm-on-road-{}", road.port));
        let text = format!(
            "#!/bin/sh\n\
             case $1 in\n\
             upgrade | uninstall) exec {helm} \"$@\" --kube-apiserver https://127.0.0.1:{port} --kube-tls-server-name {host} ;;\n\
             *) exec {helm} \"$@\" ;;\n\
             esac\n",
            helm = program().display(),
            port = road.port,
        );
        std::fs::write(&script, text).unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        let runnable = std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755));
        runnable.unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        Self { road, program: script }
    }

    /// Lets helm come as far as this status of the release, and holds it there; gives its process.
    ///
    /// # Panics
    /// When it does not come so far, or has passed already.
    pub async fn hold_at(&self, namespace: &str, status: &str) -> Process {
        self.road.slow_down();
        let releases: Api<Secret> = Api::namespaced(admin().await, namespace);
        let marked = ListParams::default().labels(&format!("owner=helm,status={status}"));
        let reached = until(MARK_LIMIT, LOOK_EVERY, async || {
            let found = releases.list(&marked).await.unwrap_or_else(|error| panic!("releases: {error}"));
            (!found.items.is_empty()).then_some(())
        })
        .await;
        self.road.close();
        assert!(reached.is_some(), "helm has not come to {status} after {} s", MARK_LIMIT.as_secs());
        match at_work_on(namespace)[..] {
            [helm] => helm,
            ref others => panic!("one helm is at work, not {others:?}"),
        }
    }
}

impl Drop for HelmOnRoad {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.program);
    }
}
