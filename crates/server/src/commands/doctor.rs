//! `souk doctor`: what is missing, and how to get it. Changes nothing.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use k8s_openapi::api::networking::v1::IngressClass;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::ListParams;
use souk_db::{ApiPool, WorkerPool, installation};
use souk_domain::clock::{Clock, SystemClock};
use souk_domain::entropy::Entropy;
use souk_domain::id::InstallationId;
use souk_provisioner::Provisioner;
use souk_provisioner_k8s::command::Invocation;
use souk_provisioner_k8s::settings::Access;
use souk_provisioner_k8s::{Cluster, KubernetesProvisioner, operator_text};

use crate::cli::{Doctor, Flags};
use crate::config::{self, Config, Maker};
use crate::failure::Failure;

const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// Waiting for a database that is only starting is for `serve`.
const DATABASE_LIMIT: Duration = Duration::from_secs(5);
const OLDEST_HELM: (u32, u32) = (3, 17);

/// Prints each finding as it is made, and remembers whether something is missing.
#[derive(Debug, Default)]
struct Findings {
    good: usize,
    missing: usize,
}

impl Findings {
    fn good(&mut self, what: &str) {
        self.good += 1;
        println!("ok       {what}");
    }

    fn missing(&mut self, what: &str, how: &str) {
        self.missing += 1;
        println!("missing  {what}\n         -> {how}");
    }
}

/// Neither good nor missing.
fn note(what: &str) {
    println!("note     {what}");
}

pub async fn run(flags: &Flags, doctor: &Doctor) -> Result<ExitCode, Failure> {
    let mut findings = Findings::default();
    match config::load(flags) {
        Ok(config) => {
            findings.good("settings");
            let installation = database(&mut findings, &config).await;
            match &config.cluster.maker {
                Maker::Simulated { .. } => note("stores are simulated, so no cluster is looked for"),
                Maker::Kubernetes(access) => {
                    chart(&mut findings, &config);
                    cluster(&mut findings, &config, access, installation).await;
                    classes(&mut findings, doctor.admin_kubeconfig.as_deref()).await;
                }
            }
        }
        Err(faults) => findings.missing(&faults.to_string(), "docs/settings.md names every setting"),
    }
    if findings.missing == 0 {
        println!("\n{} checks, nothing is missing", findings.good);
        Ok(ExitCode::SUCCESS)
    } else {
        println!("\n{} missing", findings.missing);
        Ok(ExitCode::FAILURE)
    }
}

async fn database(findings: &mut Findings, config: &Config) -> Option<InstallationId> {
    let api = tokio::time::timeout(DATABASE_LIMIT, ApiPool::connect(config.database.api_pool())).await;
    if let Ok(Ok(pool)) = &api {
        findings.good("database, as souk_api");
        pool.close().await;
    } else {
        findings.missing(
            "the database does not let souk_api in",
            "start it and run `souk migrate`; then check SOUK_DATABASE_URL",
        );
    }
    let worker =
        tokio::time::timeout(DATABASE_LIMIT, WorkerPool::connect(config.database.worker_pool())).await;
    let Ok(Ok(pool)) = worker else {
        findings.missing(
            "the database does not let souk_worker in",
            "run `souk migrate`; then check SOUK_DATABASE_WORKER_URL",
        );
        return None;
    };
    findings.good("database, as souk_worker");
    let found = look_inside(findings, &pool).await;
    pool.close().await;
    found
}

async fn look_inside(findings: &mut Findings, pool: &WorkerPool) -> Option<InstallationId> {
    let Ok(mut tx) = pool.begin().await else { return None };
    match installation::has_hstore(&mut tx).await {
        Ok(true) => findings.good("database extension hstore"),
        _ => findings.missing(
            "the database extension hstore",
            "install postgresql-contrib on its machine, then run `souk migrate`",
        ),
    }
    let Ok(id) = installation::id(&mut tx).await else {
        findings.missing("the schema", "run `souk migrate`");
        return None;
    };
    findings.good(&format!("schema, of installation {id}"));
    Some(id)
}

fn chart(findings: &mut Findings, config: &Config) {
    let helm = &config.cluster.helm;
    if helm.chart.join("Chart.yaml").is_file() {
        findings.good("chart of the stores");
    } else {
        let what = format!("no chart in {}", helm.chart.display());
        findings.missing(&what, "set SOUK_HELM_CHART_PATH to the folder helm/ecommerce-store");
    }
    for file in &helm.values_files {
        if file.is_file() {
            findings.good(&format!("values file {}", file.display()));
        } else {
            findings.missing(&format!("values file {}", file.display()), "check SOUK_HELM_VALUES_FILE");
        }
    }
}

async fn cluster(
    findings: &mut Findings,
    config: &Config,
    access: &Access,
    installation: Option<InstallationId>,
) {
    // Without a database there is no id; the questions asked here need none.
    let id = installation.unwrap_or_else(|| InstallationId::generate(SystemClock.now(), &Entropy::seeded(0)));
    if std::fs::create_dir_all(&config.cluster.helm.home).is_err() {
        findings
            .missing("helm's folder cannot be made", "set SOUK_DATA_DIR to a folder that Souk may write to");
    }
    let provisioner = match KubernetesProvisioner::connect(config.cluster.kubernetes(id, access.clone()))
        .await
    {
        Ok(provisioner) => provisioner,
        Err(error) => {
            let what = format!("no access to a cluster: {error}");
            findings.missing(&what, "run `souk connect-cluster`, and set SOUK_KUBECONFIG to what it writes");
            helm_alone(findings, config).await;
            return;
        }
    };
    match provisioner.helm_version().await {
        Ok(version @ (major, minor)) if version >= OLDEST_HELM => {
            findings.good(&format!("helm {major}.{minor}"));
        }
        Ok((major, minor)) => {
            findings.missing(&format!("helm {major}.{minor} is too old"), "install helm 3.17 or newer");
        }
        Err(error) => findings.missing(
            &format!("helm: {}", operator_text(&error)),
            "install helm 4.1, or set SOUK_HELM_BIN to where it is",
        ),
    }
    match provisioner.ping().await {
        Ok(()) => findings.good("cluster answers"),
        Err(error) => findings.missing(
            &format!("the cluster: {}", operator_text(&error)),
            "start it; if it runs, run `souk connect-cluster` again",
        ),
    }
}

/// Whether helm is there, where no cluster is.
async fn helm_alone(findings: &mut Findings, config: &Config) {
    let helm = &config.cluster.helm;
    let asked = Invocation::new(&helm.binary, REQUEST_LIMIT)
        .args(["version", "--short"])
        .env("HOME", &helm.home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .run();
    match asked.await {
        Ok(output) if output.success() => {
            findings.good(&format!("helm {}", String::from_utf8_lossy(&output.stdout).trim()));
        }
        _ => findings.missing("helm", "install helm 4.1, or set SOUK_HELM_BIN to where it is"),
    }
}

/// Souk's own account may not look at these: an admin can.
async fn classes(findings: &mut Findings, admin: Option<&Path>) {
    let Some(admin) = admin else {
        note("ingress and storage classes: looked at with --admin-kubeconfig FILE");
        return;
    };
    let cluster = match Cluster::connect(&Access::Kubeconfig(admin.to_owned()), REQUEST_LIMIT).await {
        Ok(cluster) => cluster,
        Err(error) => {
            findings.missing(&format!("the admin's kubeconfig: {error}"), "check --admin-kubeconfig");
            return;
        }
    };
    let params = ListParams::default();
    match cluster.ask("list ingress classes", cluster.all::<IngressClass>().list(&params)).await {
        Ok(found) if !found.items.is_empty() => findings.good("ingress class"),
        Ok(_) => findings.missing("an ingress class", "install an ingress controller, such as Traefik"),
        Err(error) => note(&format!("ingress classes: {}", operator_text(&error))),
    }
    match cluster.ask("list storage classes", cluster.all::<StorageClass>().list(&params)).await {
        Ok(found) if found.items.iter().any(is_default) => findings.good("default storage class"),
        Ok(_) => findings.missing(
            "a default storage class",
            "install a provisioner, such as local-path, and mark its class as default",
        ),
        Err(error) => note(&format!("storage classes: {}", operator_text(&error))),
    }
}

fn is_default(class: &StorageClass) -> bool {
    let annotations = class.metadata.annotations.as_ref();
    annotations
        .and_then(|all| all.get("storageclass.kubernetes.io/is-default-class"))
        .is_some_and(|value| value == "true")
}
