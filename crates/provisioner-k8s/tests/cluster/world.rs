//! What the tests share: Souk's account, installed once, and stores that are cleaned up however a test ends.

use std::env;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use chrono::DateTime;
use futures::FutureExt;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{DeleteParams, ListParams};
use kube::{Api, Client};
use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;
use souk_domain::entropy::Entropy;
use souk_domain::host::Slug;
use souk_domain::id::{AccountId, InstallationId, OperationId, StoreId};
use souk_domain::options::StoreOptions;
use souk_domain::plan::Plan;
use souk_provisioner::Target;
use souk_provisioner_k8s::access::{Grant, RELEASE};
use souk_provisioner_k8s::settings::{Access, Account, HelmSettings, StoreImages};
use souk_provisioner_k8s::{KubernetesProvisioner, KubernetesSettings};
use souk_shopper::StoreClient;

/// An account of the tests' own, so that the one of a Souk that runs in this cluster is not touched.
const ACCOUNT: &str = "souk-adapter-test";
/// A namespace that is there in any case: the account comes and goes without waiting for one.
const HOME: &str = "default";
const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

pub struct World {
    pub admin: Client,
    pub souk: Client,
    pub account: Account,
    pub installation: InstallationId,
    settings: KubernetesSettings,
    targets: Mutex<Vec<Target>>,
}

fn entropy() -> &'static Entropy {
    static ENTROPY: OnceLock<Entropy> = OnceLock::new();
    ENTROPY.get_or_init(|| Entropy::from_system().unwrap())
}

fn installation() -> InstallationId {
    static INSTALLATION: OnceLock<InstallationId> = OnceLock::new();
    *INSTALLATION.get_or_init(|| InstallationId::generate(DateTime::UNIX_EPOCH, entropy()))
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn folder() -> PathBuf {
    let folder = repository().join("target/adapter-test");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn helm(chart: &str, values_files: Vec<PathBuf>) -> HelmSettings {
    let binary = env::var_os("SOUK_HELM_BIN").map_or_else(|| "helm".into(), PathBuf::from);
    HelmSettings { binary, chart: repository().join(chart), values_files, home: folder().join("helm") }
}

fn images() -> StoreImages {
    let file = env::var_os("SOUK_E2E_IMAGES")
        .map_or_else(|| repository().join("target/dev/images.json"), PathBuf::from);
    // Without it the tests that make whole stores fail at the chart's schema, which names what is missing.
    let text = std::fs::read(&file).unwrap_or_else(|_| b"{}".to_vec());
    let images: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let image = |name: &str| images[name].as_str().map(str::to_owned);
    StoreImages {
        medusa: image("medusa"),
        postgres: image("postgres"),
        redis: image("redis"),
        woocommerce: image("woocommerce"),
        mariadb: image("mariadb"),
    }
}

/// The account while tests of this run use it: how many do, and its kubeconfig.
static ACCOUNT_IN_USE: tokio::sync::Mutex<(usize, Option<PathBuf>)> =
    tokio::sync::Mutex::const_new((0, None));

fn grant(account: &Account) -> Grant {
    let admin =
        env::var_os("KUBECONFIG").expect("KUBECONFIG names no admin: run `cargo xtask test --only e2e`");
    Grant {
        admin: admin.into(),
        installation: installation(),
        account: account.clone(),
        image_pull_secrets: Vec::new(),
        helm: helm("helm/souk-account", Vec::new()),
    }
}

/// Installs the account for the first test that needs it.
async fn enter(account: &Account) -> PathBuf {
    let mut in_use = ACCOUNT_IN_USE.lock().await;
    in_use.0 += 1;
    if let (2.., Some(kubeconfig)) = &*in_use {
        return kubeconfig.clone();
    }
    let grant = grant(account);
    grant.install().await.unwrap();
    grant.install().await.expect("installing it twice is installing it once");
    let kubeconfig = folder().join("kubeconfig");
    grant.write_kubeconfig(&kubeconfig, TOKEN_LIFETIME).await.unwrap();
    in_use.1 = Some(kubeconfig.clone());
    kubeconfig
}

/// Removes the account after the last one.
async fn leave(account: &Account) {
    let mut in_use = ACCOUNT_IN_USE.lock().await;
    in_use.0 -= 1;
    if in_use.0 == 0 {
        let args = ["uninstall", RELEASE, "--namespace", &account.namespace];
        let helm = grant(account).helm.binary;
        let removed = tokio::process::Command::new(helm).args(args).output().await.unwrap();
        assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
    }
}

impl World {
    /// Runs a test, and removes the namespaces of its stores whether it passed or not.
    pub async fn run<T: Future<Output = ()>>(test: impl FnOnce(&'static Self) -> T) {
        let account_names =
            Account { name: ACCOUNT.into(), namespace: HOME.into(), store_role: format!("{ACCOUNT}-store") };
        let kubeconfig = enter(&account_names).await;
        let access = Access::Kubeconfig(kubeconfig.clone());
        let chart = env::var("SOUK_HELM_CHART_PATH").unwrap_or_else(|_| "helm/ecommerce-store".to_owned());
        let helm = helm(&chart, vec![repository().join(&chart).join("values-local.yaml")]);
        let mut settings = KubernetesSettings::new(installation(), access, helm);
        settings.account = account_names.clone();
        settings.ingress_connect =
            Some(env::var("SOUK_INGRESS_CONNECT").unwrap_or_else(|_| "127.0.0.1:8080".to_owned()));
        settings.images = images();
        let souk = kube::config::Kubeconfig::read_from(&kubeconfig).unwrap();
        let options = kube::config::KubeConfigOptions::default();
        let souk = kube::Config::from_custom_kubeconfig(souk, &options);
        // One per test, for as long as the process: a test's future may then borrow it.
        let world: &'static Self = Box::leak(Box::new(Self {
            admin: Client::try_default().await.unwrap(),
            souk: Client::try_from(souk.await.unwrap()).unwrap(),
            account: account_names,
            installation: installation(),
            settings,
            targets: Mutex::default(),
        }));
        let outcome = AssertUnwindSafe(test(world)).catch_unwind().await;
        world.clean_up().await;
        leave(&world.account).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    /// A store of this test's own; nothing is made yet.
    pub fn target(&self, name: &str) -> Target {
        let entropy = entropy();
        let slug = Slug::generate(&name.parse().unwrap(), entropy);
        let host = slug.host(".localhost");
        let email = format!("owner-{name}@example.com").parse().unwrap();
        let target = Target {
            installation: self.installation,
            account: AccountId::generate(DateTime::UNIX_EPOCH, entropy),
            store: StoreId::generate(DateTime::UNIX_EPOCH, entropy),
            operation: OperationId::generate(DateTime::UNIX_EPOCH, entropy),
            engine: Engine::Medusa,
            plan: Plan::Free,
            title: "Anna's \"Shoes\", {{ hats }} & متجر".parse().unwrap(),
            options: StoreOptions::defaults(Engine::Medusa),
            url: format!("http://{host}:8080"),
            host,
            namespace: slug.namespace(1),
            secrets: Some(StoreSecrets::generate(Engine::Medusa, email, entropy)),
        };
        self.targets.lock().unwrap().push(target.clone());
        target
    }

    /// The same store's next attempt, in its own namespace.
    pub fn next_attempt(&self, target: &Target) -> Target {
        let (store, attempt) = target.namespace.rsplit_once('-').unwrap();
        let attempt: u32 = attempt.parse().unwrap();
        let next = Target { namespace: format!("{store}-{}", attempt + 1), ..target.clone() };
        self.targets.lock().unwrap().push(next.clone());
        next
    }

    pub async fn provisioner(&self) -> KubernetesProvisioner {
        self.provisioner_with(|_| {}).await
    }

    pub async fn provisioner_with(
        &self,
        change: impl FnOnce(&mut KubernetesSettings),
    ) -> KubernetesProvisioner {
        let mut settings = self.settings.clone();
        change(&mut settings);
        KubernetesProvisioner::connect(settings).await.unwrap()
    }

    pub async fn namespace(&self, name: &str) -> Option<Namespace> {
        Api::<Namespace>::all(self.admin.clone()).get_opt(name).await.unwrap()
    }

    /// The versions of everything in a namespace that a step could have changed.
    pub async fn versions(&self, namespace: &str) -> Vec<String> {
        use k8s_openapi::api::{
            apps::v1 as apps, core::v1 as core, networking::v1 as networking, rbac::v1 as rbac,
        };
        let mut versions = self.versions_of::<core::Secret>(namespace).await;
        versions.extend(self.versions_of::<core::Service>(namespace).await);
        versions.extend(self.versions_of::<rbac::RoleBinding>(namespace).await);
        versions.extend(self.versions_of::<networking::Ingress>(namespace).await);
        versions.extend(self.versions_of::<networking::NetworkPolicy>(namespace).await);
        versions.extend(self.generations_of::<apps::Deployment>(namespace).await);
        versions.extend(self.generations_of::<apps::StatefulSet>(namespace).await);
        versions.extend(self.namespace(namespace).await.unwrap().metadata.resource_version);
        versions
    }

    async fn versions_of<K: Listed>(&self, namespace: &str) -> Vec<String> {
        let all =
            Api::<K>::namespaced(self.admin.clone(), namespace).list(&ListParams::default()).await.unwrap();
        all.items.iter().map(|o| format!("{:?} {:?}", o.meta().name, o.meta().resource_version)).collect()
    }

    /// Their controllers write the status of these all the time; what was asked for has a generation.
    async fn generations_of<K: Listed>(&self, namespace: &str) -> Vec<String> {
        let all =
            Api::<K>::namespaced(self.admin.clone(), namespace).list(&ListParams::default()).await.unwrap();
        all.items.iter().map(|o| format!("{:?} {:?}", o.meta().name, o.meta().generation)).collect()
    }

    /// Runs helm with an admin's rights: somebody who works behind Souk's back.
    pub async fn helm(&self, args: &[&str]) {
        let helm = grant(&self.account).helm.binary;
        let done = tokio::process::Command::new(helm).args(args).output().await.unwrap();
        assert!(done.status.success(), "helm {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// A visitor of the store, through the ingress.
    pub async fn visitor(&self, target: &Target) -> StoreClient {
        let ingress = self.settings.ingress_connect.as_deref().unwrap();
        let address = tokio::net::lookup_host(ingress).await.unwrap().next();
        StoreClient::new(&target.url, address).unwrap()
    }

    async fn clean_up(&self) {
        let namespaces: Api<Namespace> = Api::all(self.admin.clone());
        let targets = self.targets.lock().unwrap().clone();
        for target in targets {
            let _ = namespaces.delete(&target.namespace, &DeleteParams::background()).await;
        }
    }
}

pub trait Listed:
    kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
    + Clone
    + std::fmt::Debug
    + Send
    + serde::de::DeserializeOwned
    + 'static
{
}

impl<K> Listed for K where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + std::fmt::Debug
        + Send
        + serde::de::DeserializeOwned
        + 'static
{
}
