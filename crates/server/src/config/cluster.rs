//! What makes the stores.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use souk_domain::id::InstallationId;
use souk_provisioner_k8s::KubernetesSettings;
use souk_provisioner_k8s::mail::MailServer;
use souk_provisioner_k8s::settings::{Access, Account, HelmSettings, StoreImages};

use super::mail;
use super::reader::Reader;

const SIMULATED: &str = "simulated";
/// Set in every pod.
const IN_CLUSTER_VARIABLE: &str = "KUBERNETES_SERVICE_HOST";

#[derive(Debug)]
pub struct ClusterConfig {
    pub maker: Maker,
    /// A folder of Souk's own.
    pub data_dir: PathBuf,
    pub helm: HelmSettings,
    /// Who Souk is in the cluster: two Souks in one cluster are two accounts.
    pub account: Account,
    /// Where `connect-cluster` writes to, and where the rest reads from.
    pub kubeconfig: Option<PathBuf>,
    pub ingress_connect: Option<String>,
    pub images: StoreImages,
    pub image_pull_secrets: Vec<String>,
    pub mail_server: Option<MailServer>,
}

#[derive(Debug)]
pub enum Maker {
    Kubernetes(Access),
    /// Makes nothing: for work on the dashboard, and for machines that run no cluster.
    Simulated {
        step_time: Duration,
    },
}

impl Maker {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Kubernetes(_) => "kubernetes",
            Self::Simulated { .. } => SIMULATED,
        }
    }
}

impl ClusterConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let kubeconfig = reader.text("kubeconfig").map(PathBuf::from);
        let step_time = reader.millis("simulated_step_ms");
        let maker = maker(reader, kubeconfig.clone(), step_time);
        let values_files: Option<Vec<PathBuf>> = reader.list("helm_values_file");
        let data_dir: Option<String> = reader.or_computed("data_dir", default_data_dir());
        let data_dir = PathBuf::from(data_dir.unwrap_or_default());
        let helm = HelmSettings {
            binary: reader.text("helm_bin").unwrap_or_default().into(),
            chart: reader.text("helm_chart_path").unwrap_or_default().into(),
            values_files: values_files.clone().unwrap_or_default(),
            home: data_dir.join("helm"),
        };
        let account = Account {
            name: reader.text("account_name").unwrap_or_default(),
            namespace: reader.text("account_namespace").unwrap_or_default(),
            store_role: reader.text("account_store_role").unwrap_or_default(),
        };
        let images = StoreImages {
            medusa: reader.text("medusa_image"),
            postgres: reader.text("postgres_image"),
            redis: reader.text("redis_image"),
            woocommerce: reader.text("woocommerce_image"),
            mariadb: reader.text("mariadb_image"),
        };
        let image_pull_secrets = reader.list("image_pull_secrets");
        let ingress_connect = reader.text("ingress_connect");
        let mail_server = mail::server(reader);
        values_files?;
        Some(Self {
            maker: maker?,
            data_dir,
            helm,
            account,
            kubeconfig,
            ingress_connect,
            images,
            image_pull_secrets: image_pull_secrets?,
            mail_server: mail_server?,
        })
    }

    /// What each shop is given of the operator's own.
    pub fn mail_password(&self) -> Option<SecretString> {
        let login = self.mail_server.as_ref()?.login.as_ref()?;
        Some(login.password.clone().into())
    }

    /// What the Kubernetes adapter is told.
    pub fn kubernetes(&self, installation: InstallationId, access: Access) -> KubernetesSettings {
        let mut settings = KubernetesSettings::new(installation, access, self.helm.clone());
        settings.account.clone_from(&self.account);
        settings.ingress_connect.clone_from(&self.ingress_connect);
        settings.images = self.images.clone();
        settings.image_pull_secrets.clone_from(&self.image_pull_secrets);
        settings.mail_server.clone_from(&self.mail_server);
        settings
    }
}

/// Whether it is to be simulated; leaves the setting for who reads it.
pub(super) fn is_simulated(reader: &Reader) -> bool {
    reader.peek_secret("provisioner").is_some_and(|name| name.expose_secret() == SIMULATED)
}

fn maker(reader: &mut Reader, kubeconfig: Option<PathBuf>, step_time: Option<Duration>) -> Option<Maker> {
    match reader.text("provisioner").unwrap_or_default().as_str() {
        SIMULATED => Some(Maker::Simulated { step_time: step_time? }),
        "kubernetes" => match kubeconfig {
            Some(path) => Some(Maker::Kubernetes(Access::Kubeconfig(path))),
            None if std::env::var_os(IN_CLUSTER_VARIABLE).is_some() => {
                Some(Maker::Kubernetes(Access::InCluster))
            }
            None => {
                let how = "is required outside a cluster; `souk connect-cluster` makes one, and \
                           SOUK_PROVISIONER=simulated does without a cluster";
                reader.refuse("kubeconfig", how);
                None
            }
        },
        _ => {
            reader.refuse("provisioner", "must be `kubernetes` or `simulated`");
            None
        }
    }
}

fn default_data_dir() -> String {
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let folder = base.or(home).map_or_else(|| PathBuf::from("/var/lib/souk"), |base| base.join("souk"));
    folder.to_string_lossy().into_owned()
}
