//! helm, as a child process.
//!
//! Values go through stdin, never `--set`, and hold no secret. "Already installed" and "not
//! installed" are outcomes. Every revision that this module deploys carries a digest of its chart and
//! values as its description, which is how a second run knows that there is nothing to do.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use souk_provisioner::StepError;

use crate::command::{Invocation, Output};
use crate::digest::Digest;
use crate::error;
use crate::settings::{Access, HelmSettings};

/// The name of every store's release; its namespace tells stores apart.
pub const RELEASE: &str = "store";
/// Revisions that helm keeps of a release: the current one, the one before, and a failed try.
const HISTORY_MAX: &str = "3";
/// The version that the tests run with.
pub const TESTED: (u32, u32) = (4, 1);
/// The oldest that works.
const OLDEST: (u32, u32) = (3, 17);

/// One revision of a release, as `helm history` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Revision {
    #[serde(rename = "revision")]
    pub number: u32,
    pub updated: DateTime<Utc>,
    pub status: Status,
    #[serde(default)]
    pub description: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Deployed,
    Superseded,
    Failed,
    Uninstalled,
    Uninstalling,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
    #[serde(other)]
    Unknown,
}

impl Status {
    const fn is_pending(self) -> bool {
        match self {
            Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback | Self::Uninstalling => true,
            Self::Deployed | Self::Superseded | Self::Failed | Self::Uninstalled | Self::Unknown => false,
        }
    }
}

/// What to do with a release, from its history alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// This chart with these values is deployed.
    Nothing,
    Upgrade,
    /// A helm may still be at work on it; look again after this long.
    Wait(Duration),
    /// A killed helm left a revision half made; this earlier one was whole.
    Rollback(u32),
    /// A killed helm left it half made, and nothing whole was there before.
    Uninstall,
}

/// Judges a history, oldest revision first. `patience` is how old a pending revision must be before
/// its helm counts as dead.
#[must_use]
pub fn plan(history: &[Revision], digest: &Digest, now: DateTime<Utc>, patience: Duration) -> Plan {
    let Some(last) = history.last() else { return Plan::Upgrade };
    if last.status == Status::Deployed && last.description == digest.description() {
        return Plan::Nothing;
    }
    if !last.status.is_pending() {
        return Plan::Upgrade;
    }
    let age = (now - last.updated).to_std().unwrap_or_default();
    let left = patience.saturating_sub(age);
    if !left.is_zero() {
        return Plan::Wait(left);
    }
    let whole = history.iter().rev().find(|revision| revision.status == Status::Deployed);
    match whole {
        Some(revision) if last.status != Status::Uninstalling => Plan::Rollback(revision.number),
        _ => Plan::Uninstall,
    }
}

/// A helm that can be run.
#[derive(Debug, Clone)]
pub struct Helm {
    settings: HelmSettings,
    env: Vec<(OsString, OsString)>,
    limit: Duration,
}

impl Helm {
    #[must_use]
    pub fn new(settings: HelmSettings, access: &Access, limit: Duration) -> Self {
        let env = environment(&settings.home, access);
        Self { settings, env, limit }
    }

    #[must_use]
    pub fn chart(&self) -> &Path {
        &self.settings.chart
    }

    #[must_use]
    pub fn values_files(&self) -> &[PathBuf] {
        &self.settings.values_files
    }

    /// `(major, minor)` of the helm in use; older ones than 3.17 are refused.
    pub async fn version(&self) -> Result<(u32, u32), StepError> {
        let output = self.run(&["version", "--template", "{{.Version}}"], &[], Vec::new()).await?;
        let text = succeeded("say its version", output)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        match parse_version(&text) {
            Some(version) if version >= OLDEST => {
                if version != TESTED {
                    tracing::warn!(version = %text.trim(), "this helm is not the version that Souk is tested with");
                }
                Ok(version)
            }
            Some(_) => Err(StepError::permanent(format!(
                "helm {} is too old; Souk needs 3.17 or later",
                text.trim()
            ))),
            None => {
                Err(StepError::permanent(format!("{:?} is not a version of helm", error::tail(&text, 40))))
            }
        }
    }

    /// The revisions of the namespace's release, oldest first; none where there is no release.
    pub async fn history(&self, namespace: &str) -> Result<Vec<Revision>, StepError> {
        let args = ["history", RELEASE, "--namespace", namespace, "--max", HISTORY_MAX, "--output", "json"];
        let output = self.run(&args, &[], Vec::new()).await?;
        if !output.success() && output.stderr.contains("release: not found") {
            return Ok(Vec::new());
        }
        let text = succeeded("read the store's release", output)?;
        serde_json::from_slice(&text)
            .map_err(|error| StepError::transient("helm's answer could not be read").caused_by(error))
    }

    /// Installs the release, or changes it. Waits for nothing but the API server: the rollout step
    /// watches the workloads itself.
    pub async fn upgrade(&self, namespace: &str, values: Vec<u8>, digest: &Digest) -> Result<(), StepError> {
        let description = digest.description();
        let chart = self.settings.chart.as_os_str();
        let mut files: Vec<OsString> = vec![chart.to_owned()];
        for file in &self.settings.values_files {
            files.extend(["--values".into(), file.as_os_str().to_owned()]);
        }
        files.extend(["--values".into(), "-".into()]);
        let args = [
            "upgrade",
            "--install",
            RELEASE,
            "--namespace",
            namespace,
            "--history-max",
            HISTORY_MAX,
            "--description",
            &description,
            "--output",
            "json",
        ];
        let output = self.run(&args, &files, values).await?;
        succeeded("install the store", output).map(drop)
    }

    pub async fn rollback(&self, namespace: &str, revision: u32) -> Result<(), StepError> {
        let revision = revision.to_string();
        let args = ["rollback", RELEASE, &revision, "--namespace", namespace, "--history-max", HISTORY_MAX];
        let output = self.run(&args, &[], Vec::new()).await?;
        succeeded("take back a half-made change of the store", output).map(drop)
    }

    /// Removes the release; whether there was one.
    pub async fn uninstall(&self, namespace: &str) -> Result<bool, StepError> {
        if self.history(namespace).await?.is_empty() {
            return Ok(false);
        }
        // Hooks of a store that is going have nothing left to do, and could hold it up.
        let args = ["uninstall", RELEASE, "--namespace", namespace, "--ignore-not-found", "--no-hooks"];
        let output = self.run(&args, &[], Vec::new()).await?;
        succeeded("uninstall the store", output).map(|_| true)
    }

    async fn run(&self, args: &[&str], more: &[OsString], stdin: Vec<u8>) -> Result<Output, StepError> {
        let mut invocation = Invocation::new(&self.settings.binary, self.limit)
            .args(args)
            .args(more.iter().cloned())
            .stdin(stdin);
        for (key, value) in &self.env {
            invocation = invocation.env(key, value);
        }
        invocation.run().await.map_err(error::command)
    }
}

fn succeeded(what: &str, output: Output) -> Result<Vec<u8>, StepError> {
    if output.success() { Ok(output.stdout) } else { Err(error::helm(what, &output.stderr)) }
}

/// All that helm may see. Its home is Souk's own, so that no plugin, repository or kubeconfig of the
/// user who runs Souk has a say.
fn environment(home: &Path, access: &Access) -> Vec<(OsString, OsString)> {
    let mut env: Vec<(OsString, OsString)> = vec![
        ("HOME".into(), home.into()),
        ("HELM_CACHE_HOME".into(), home.join("cache").into()),
        ("HELM_CONFIG_HOME".into(), home.join("config").into()),
        ("HELM_DATA_HOME".into(), home.join("data").into()),
        ("HELM_NO_PLUGINS".into(), "1".into()),
        ("NO_COLOR".into(), "1".into()),
    ];
    let mut pass = |key: &str| env.extend(env::var_os(key).map(|value| (key.into(), value)));
    pass("PATH");
    match access {
        Access::Kubeconfig(path) => env.push(("KUBECONFIG".into(), path.into())),
        Access::InCluster => {
            pass("KUBERNETES_SERVICE_HOST");
            pass("KUBERNETES_SERVICE_PORT");
        }
    }
    env
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = text.trim().strip_prefix('v')?.split_once('.')?;
    let minor = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn revision(number: u32, status: Status, age_s: i64, description: &str) -> Revision {
        let updated = now() - chrono::TimeDelta::seconds(age_s);
        Revision { number, updated, status, description: description.to_owned() }
    }

    #[test]
    fn a_history_decides_what_is_done_with_a_release() {
        use Status::{Deployed, Failed, PendingInstall, PendingUpgrade, Superseded, Uninstalling};
        let digest = Digest::of_parts([b"chart and values".as_slice()]);
        let same = digest.description();
        let table: [(&str, Vec<Revision>, Plan); 9] = [
            ("no release", vec![], Plan::Upgrade),
            ("the same", vec![revision(1, Deployed, 5, &same)], Plan::Nothing),
            ("other values", vec![revision(1, Deployed, 5, "souk:other")], Plan::Upgrade),
            ("a failed install", vec![revision(1, Failed, 5, "boom")], Plan::Upgrade),
            ("a failed one that names the digest", vec![revision(1, Failed, 5, &same)], Plan::Upgrade),
            (
                "a helm that may live",
                vec![revision(1, PendingInstall, 10, "")],
                Plan::Wait(Duration::from_secs(20)),
            ),
            ("a killed install", vec![revision(1, PendingInstall, 31, "")], Plan::Uninstall),
            (
                "a killed upgrade",
                vec![
                    revision(1, Superseded, 90, ""),
                    revision(2, Deployed, 60, &same),
                    revision(3, PendingUpgrade, 31, ""),
                ],
                Plan::Rollback(2),
            ),
            (
                "a killed uninstall",
                vec![revision(1, Deployed, 90, &same), revision(2, Uninstalling, 31, "")],
                Plan::Uninstall,
            ),
        ];
        for (name, history, expected) in table {
            assert_eq!(plan(&history, &digest, now(), PATIENCE), expected, "{name}");
        }
    }

    #[test]
    fn a_clock_behind_the_clusters_waits_no_longer_than_the_patience() {
        let digest = Digest::of_parts([b"x".as_slice()]);
        let history = [revision(1, Status::PendingInstall, -500, "")];
        assert_eq!(plan(&history, &digest, now(), PATIENCE), Plan::Wait(PATIENCE));
    }

    #[test]
    fn helms_own_history_is_read() {
        let text = r#"[{"revision":1,"updated":"2026-11-21T10:30:00.123456789Z","status":"superseded","chart":"ecommerce-store-0.1.0","app_version":"2.21.2","description":"souk:abc"},
            {"revision":2,"updated":"2026-11-21T11:30:00+01:00","status":"pending-upgrade","chart":"ecommerce-store-0.1.0","app_version":"2.21.2","description":"Preparing upgrade"},
            {"revision":3,"updated":"2026-11-21T10:32:00Z","status":"something-new"}]"#;
        let history: Vec<Revision> = serde_json::from_str(text).unwrap();
        assert_eq!(history[0].description, "souk:abc");
        assert_eq!(
            (history[1].status, history[1].updated.to_rfc3339()),
            (Status::PendingUpgrade, "2026-11-21T10:30:00+00:00".to_owned())
        );
        assert_eq!(history[2].status, Status::Unknown);
    }

    #[test]
    fn versions_are_read_and_compared_by_number() {
        assert_eq!(parse_version("v4.1.4\n"), Some((4, 1)));
        assert_eq!(parse_version("v3.9"), Some((3, 9)));
        assert_eq!(parse_version("v4.1+g1234"), Some((4, 1)));
        assert!(parse_version("v3.9").unwrap() < OLDEST);
        assert_eq!(parse_version("4.1"), None);
    }

    #[tokio::test]
    async fn helm_gets_values_on_stdin_and_nothing_of_the_users_environment() {
        let folder = tempfile::tempdir().unwrap();
        let fake = folder.path().join("helm");
        std::fs::write(
            &fake,
            "#!/bin/sh\necho \"$@\" > \"$HOME/args\"; env > \"$HOME/env\"; cat > \"$HOME/stdin\"\n",
        )
        .unwrap();
        std::fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let settings = HelmSettings {
            binary: fake,
            chart: "/charts/store".into(),
            values_files: vec!["/charts/local.yaml".into()],
            home: folder.path().to_owned(),
        };
        let helm =
            Helm::new(settings, &Access::Kubeconfig("/etc/souk/kubeconfig".into()), Duration::from_secs(10));
        let digest = Digest::of_parts([b"x".as_slice()]);
        helm.upgrade("store-a-1", b"{\"a\":1}".to_vec(), &digest).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("stdin"), "{\"a\":1}");
        let expected = format!(
            "upgrade --install store --namespace store-a-1 --history-max 3 --description {} --output json \
             /charts/store --values /charts/local.yaml --values -\n",
            digest.description()
        );
        assert_eq!(read("args"), expected);
        let env = read("env");
        assert!(env.contains("KUBECONFIG=/etc/souk/kubeconfig\n"), "{env}");
        assert!(!env.contains("CARGO"), "{env}");
    }
}
