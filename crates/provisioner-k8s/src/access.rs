//! Gives Souk its own account in a cluster: what an operator does once, with the rights of an admin.
//!
//! Nothing else in this crate needs those rights, and Souk does not keep them: what comes out is a
//! kubeconfig that holds the account's own token, readable by its owner only.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use kube::config::{
    AuthInfo, Cluster as ClusterInfo, Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext,
};
use serde_json::json;
use souk_domain::id::InstallationId;
use souk_provisioner::StepError;
use tokio::time::{Instant, sleep};

use crate::client::Cluster;
use crate::command::Invocation;
use crate::settings::{Access, Account, HelmSettings};
use crate::{error, labels};

/// The release of the account's chart.
pub const RELEASE: &str = "souk-account";
const HELM_LIMIT: Duration = Duration::from_mins(1);
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
const NAME: &str = "souk";
/// How long new policies may take to be in force.
const POLICIES_LIMIT: Duration = Duration::from_secs(30);
const TRIAL_PAUSE: Duration = Duration::from_millis(100);
const TRIAL: &str = "store-policy-trial";
/// The shortest that the API server gives.
const MIN_TOKEN_LIFETIME: Duration = Duration::from_mins(10);

#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    #[error("{0}")]
    Cluster(#[from] StepError),
    #[error(transparent)]
    Connect(#[from] crate::ConnectError),
    #[error(
        "the policies that fence Souk's account in are not in force; does this cluster know ValidatingAdmissionPolicy?"
    )]
    NoPolicies,
    #[error("the admin's kubeconfig names no cluster")]
    NoCluster,
    #[error("{path} cannot be written")]
    Write { path: PathBuf, source: io::Error },
    #[error("the kubeconfig cannot be put into words")]
    Kubeconfig(#[from] serde_json::Error),
}

/// An admin's access to a cluster, and what is to be made with it.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The kubeconfig of an admin of the cluster.
    pub admin: PathBuf,
    pub installation: InstallationId,
    pub account: Account,
    /// Secrets of the account's namespace that hold registry logins.
    pub image_pull_secrets: Vec<String>,
    /// helm, with the chart of the account in place of the stores' chart.
    pub helm: HelmSettings,
}

impl Grant {
    /// Installs the account, or brings it up to date; running it again changes nothing.
    pub async fn install(&self) -> Result<(), GrantError> {
        let values = json!({
            "installation": self.installation,
            "account": self.account.name,
            "storeRole": self.account.store_role,
            "imagePullSecrets": self.image_pull_secrets,
        });
        let args: [OsString; 10] = [
            "upgrade".into(),
            "--install".into(),
            RELEASE.into(),
            self.helm.chart.clone().into(),
            "--namespace".into(),
            self.account.namespace.clone().into(),
            "--create-namespace".into(),
            "--values".into(),
            "-".into(),
            "--history-max=3".into(),
        ];
        let output = Invocation::new(&self.helm.binary, HELM_LIMIT)
            .args(args)
            .stdin(values.to_string().into_bytes())
            .env("KUBECONFIG", &self.admin)
            .env("HOME", &self.helm.home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .run()
            .await
            .map_err(error::command)?;
        if !output.success() {
            return Err(error::helm("install Souk's account", &output.stderr).into());
        }
        self.await_policies().await
    }

    /// A policy is in force a moment after it was made or changed, and until then the account could do
    /// what it forbids. So nobody gets the account before it was seen to be refused where it must be
    /// and let through where it may: in trials that change nothing.
    async fn await_policies(&self) -> Result<(), GrantError> {
        let account = self.kubeconfig(self.token(MIN_TOKEN_LIFETIME).await?)?;
        let cluster = Cluster::connect_with(account, REQUEST_LIMIT).await?;
        let namespaces: Api<Namespace> = cluster.all();
        let dry = PostParams { dry_run: true, ..PostParams::default() };
        let (foreign, own) = (trial(&[]), trial(&labels::trial(self.installation)));
        let deadline = Instant::now() + POLICIES_LIMIT;
        loop {
            let refused = cluster.attempt(namespaces.create(&dry, &foreign)).await?.err();
            let by_policy = refused.is_some_and(|error| error.to_string().contains("denied request"));
            if by_policy && cluster.attempt(namespaces.create(&dry, &own)).await?.is_ok() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(GrantError::NoPolicies);
            }
            sleep(TRIAL_PAUSE).await;
        }
    }

    /// Writes a kubeconfig with a token of the account that lasts for `lifetime`. The API server may
    /// shorten that.
    pub async fn write_kubeconfig(&self, path: &Path, lifetime: Duration) -> Result<(), GrantError> {
        let text = serde_json::to_vec_pretty(&self.kubeconfig(self.token(lifetime).await?)?)?;
        write_private(path, &text).map_err(|source| GrantError::Write { path: path.to_owned(), source })
    }

    async fn token(&self, lifetime: Duration) -> Result<String, GrantError> {
        let admin = Access::Kubeconfig(self.admin.clone());
        let cluster = Cluster::connect(&admin, REQUEST_LIMIT).await?;
        let accounts: Api<ServiceAccount> = cluster.namespaced(&self.account.namespace);
        let request = TokenRequest {
            spec: TokenRequestSpec {
                expiration_seconds: Some(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)),
                ..TokenRequestSpec::default()
            },
            ..TokenRequest::default()
        };
        let params = PostParams::default();
        let asked = accounts.create_token_request(&self.account.name, &params, &request);
        let token = cluster.ask("get a token for Souk's account", asked).await?;
        Ok(token.status.map(|status| status.token).unwrap_or_default())
    }

    /// The admin's cluster with the account's token: of the admin's own credentials nothing is left.
    fn kubeconfig(&self, token: String) -> Result<Kubeconfig, GrantError> {
        let admin = Kubeconfig::read_from(&self.admin).map_err(crate::ConnectError::from)?;
        let context =
            admin.contexts.iter().find(|context| Some(&context.name) == admin.current_context.as_ref());
        let wanted =
            context.and_then(|context| context.context.as_ref()).map(|context| context.cluster.as_str());
        let found = admin.clusters.iter().find(|cluster| wanted.is_none_or(|wanted| wanted == cluster.name));
        let cluster: ClusterInfo =
            found.and_then(|found| found.cluster.clone()).ok_or(GrantError::NoCluster)?;
        Ok(Kubeconfig {
            clusters: vec![NamedCluster {
                name: NAME.to_owned(),
                cluster: Some(cluster),
                ..NamedCluster::default()
            }],
            auth_infos: vec![NamedAuthInfo {
                name: NAME.to_owned(),
                auth_info: Some(AuthInfo { token: Some(token.into()), ..AuthInfo::default() }),
                ..NamedAuthInfo::default()
            }],
            contexts: vec![NamedContext {
                name: NAME.to_owned(),
                context: Some(Context {
                    cluster: NAME.to_owned(),
                    user: Some(NAME.to_owned()),
                    ..Context::default()
                }),
                ..NamedContext::default()
            }],
            current_context: Some(NAME.to_owned()),
            ..Kubeconfig::default()
        })
    }
}

/// A namespace that is only ever asked for as a trial.
fn trial(labels: &[(String, String)]) -> Namespace {
    Namespace {
        metadata: ObjectMeta {
            name: Some(TRIAL.to_owned()),
            labels: Some(labels.iter().cloned().collect()),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    }
}

/// For its owner only from the first moment; the file appears whole or not at all.
fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let _ = std::fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(draft, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn grant(admin: &Path) -> Grant {
        let settings = crate::fake_api::settings();
        Grant {
            admin: admin.to_owned(),
            installation: settings.installation,
            account: Account::default(),
            image_pull_secrets: Vec::new(),
            helm: settings.helm,
        }
    }

    #[test]
    fn souks_kubeconfig_has_the_admins_cluster_and_nothing_of_the_admins_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let admin = folder.path().join("admin");
        let text = "{apiVersion: v1, kind: Config, current-context: b,
            clusters: [{name: other, cluster: {server: 'https://other'}}, {name: mine, cluster: {server: 'https://mine:6443'}}],
            users: [{name: root, user: {token: very-secret}}],
            contexts: [{name: a, context: {cluster: other, user: root}}, {name: b, context: {cluster: mine, user: root}}]}";
        std::fs::write(&admin, text).unwrap();
        let config =
            serde_json::to_string(&grant(&admin).kubeconfig("own-token".to_owned()).unwrap()).unwrap();
        assert!(config.contains("https://mine:6443") && config.contains("own-token"), "{config}");
        assert!(!config.contains("very-secret") && !config.contains("https://other"), "{config}");
    }

    #[test]
    fn only_its_owner_can_read_the_kubeconfig_and_writing_it_again_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        for text in ["one", "two"] {
            write_private(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
