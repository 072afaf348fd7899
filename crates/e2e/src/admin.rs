//! What an operator does beside a running Souk, and what somebody does behind its back.

use serde_json::Value;
use tokio::process::Command;

use crate::helm;
use crate::souk::Souk;

impl Souk {
    /// `souk admin reconcile --json` as a process of its own, with the settings of this Souk; its report.
    ///
    /// # Panics
    /// When it could not look at the cluster.
    pub async fn reconcile(&self, flags: &[&str]) -> Value {
        let mut command = self.command();
        let run = command.args(["admin", "reconcile", "--json"]).args(flags).output().await;
        let output = run.unwrap_or_else(|error| panic!("starting souk: {error}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "souk admin reconcile: {}\n{errors}", output.status);
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
    }
}

/// Uninstalls a store's release as somebody would who knows helm and not Souk: the claims stay.
///
/// # Panics
/// When helm cannot.
pub async fn uninstall_release(namespace: &str) {
    let args = ["uninstall", "store", "--namespace", namespace, "--wait"];
    let output = Command::new(helm::program()).args(args).output().await;
    let output = output.unwrap_or_else(|error| panic!("starting helm: {error}"));
    assert!(output.status.success(), "helm uninstall: {}", String::from_utf8_lossy(&output.stderr));
}
