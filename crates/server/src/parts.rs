//! Puts the parts together as the settings say.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use souk_app::auth::password::PasswordSettings;
use souk_app::auth::setup;
use souk_app::auth::token::TokenSettings;
use souk_app::{App, AppSettings, Infrastructure};
use souk_db::{ApiPool, WorkerPool, installation, users};
use souk_domain::clock::SystemClock;
use souk_domain::entropy::Entropy;
use souk_domain::id::InstallationId;
use souk_http::{Draining, Server};
use souk_provisioner::Provisioner;
use souk_provisioner::fake::FakeCluster;
use souk_provisioner::logs::PodLogs;
use souk_provisioner_k8s::KubernetesProvisioner;
use souk_worker::{Parts, RunningWorker};

use crate::config::{Config, DatabaseConfig, Maker};
use crate::failure::Failure;

/// helm older than this has not been tried with Souk.
const TESTED_HELM: (u32, u32) = (4, 1);

pub async fn migrate(database: &DatabaseConfig) -> Result<(), Failure> {
    let admin = database.admin.as_ref().ok_or(NoAdmin)?;
    souk_db::migrate(admin.options.clone(), &database.role_passwords()).await?;
    tracing::info!("the database has this version's schema");
    Ok(())
}

#[derive(Debug, thiserror::Error)]
#[error("SOUK_DATABASE_ADMIN_URL is required: migrating makes roles and extensions")]
struct NoAdmin;

/// Takes the API's port; it answers once it is started.
pub async fn bind_api(config: &Config, entropy: &Arc<Entropy>) -> Result<(Server, ApiPool), Failure> {
    let pool = ApiPool::connect(config.database.api_pool()).await?;
    let infrastructure = Infrastructure {
        changes: pool.changes().await?,
        pool: pool.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::clone(entropy),
        keyring: config.secrets.keyring(),
        pod_logs: pod_logs(config, &pool).await?,
    };
    let tokens = TokenSettings {
        previous: config.secrets.previous_token.clone(),
        ..TokenSettings::new(config.secrets.token.clone())
    };
    let settings = AppSettings {
        limits: config.limits.clone(),
        addresses: config.addresses.clone(),
        tokens,
        passwords: PasswordSettings::default(),
        provisioner: config.cluster.maker.name(),
        brought_themes: config.brought_themes.clone(),
        setup_token: setup_token(config, &pool).await?,
        lent: config.cluster.mail_password().into_iter().collect(),
    };
    let app = Arc::new(App::new(infrastructure, settings)?);
    Ok((Server::bind(config.http.clone(), app, Draining::new())?, pool))
}

/// What the first user of a production system has to show. As long as there is none, it is printed: on standard
/// output, not in the log, which is kept.
async fn setup_token(config: &Config, pool: &ApiPool) -> Result<Option<SecretString>, Failure> {
    if !config.profile.is_strict() {
        return Ok(None);
    }
    let mut tx = pool.anonymous().await?;
    let token = setup::token(&config.secrets.token.secret, installation::id(&mut tx).await?);
    if !users::is_any(&mut tx).await? {
        println!(
            "souk: nobody has registered yet. Whoever does so with this setup token becomes the operator:"
        );
        println!("souk: {}", token.expose_secret());
    }
    Ok(Some(token))
}

/// Asks the cluster nothing yet.
async fn pod_logs(config: &Config, pool: &ApiPool) -> Result<Arc<dyn PodLogs>, Failure> {
    let Maker::Kubernetes(access) = &config.cluster.maker else {
        return Ok(Arc::new(FakeCluster::new()));
    };
    let mut tx = pool.anonymous().await?;
    let settings = config.cluster.kubernetes(installation::id(&mut tx).await?, access.clone());
    Ok(Arc::new(KubernetesProvisioner::connect(settings).await?))
}

pub async fn start_worker(
    config: &Config,
    entropy: &Arc<Entropy>,
) -> Result<(RunningWorker, WorkerPool), Failure> {
    let (parts, pool) = worker_parts(config, entropy).await?;
    Ok((RunningWorker::start(parts).await?, pool))
}

/// What a worker is made of, whether it runs or is only asked something.
pub async fn worker_parts(config: &Config, entropy: &Arc<Entropy>) -> Result<(Parts, WorkerPool), Failure> {
    let pool = WorkerPool::connect(config.database.worker_pool()).await?;
    let provisioner = provisioner(config, installation(&pool).await?).await?;
    let parts = Parts {
        settings: config.worker.clone(),
        pool: pool.clone(),
        provisioner,
        keyring: config.secrets.keyring(),
        entropy: Arc::clone(entropy),
        addresses: config.addresses.clone(),
    };
    Ok((parts, pool))
}

/// The id that everything this Souk makes is labelled with.
pub async fn installation(pool: &WorkerPool) -> Result<InstallationId, Failure> {
    let mut tx = pool.begin().await?;
    Ok(installation::id(&mut tx).await?)
}

async fn provisioner(config: &Config, installation: InstallationId) -> Result<Arc<dyn Provisioner>, Failure> {
    let access = match &config.cluster.maker {
        Maker::Simulated { step_time } => {
            tracing::warn!("stores are simulated: nothing is made anywhere");
            return Ok(Arc::new(FakeCluster::simulation(*step_time)));
        }
        Maker::Kubernetes(access) => access.clone(),
    };
    std::fs::create_dir_all(&config.cluster.helm.home)?;
    let provisioner = KubernetesProvisioner::connect(config.cluster.kubernetes(installation, access)).await?;
    match provisioner.helm_version().await {
        Ok(version) if version < TESTED_HELM => {
            tracing::warn!(?version, tested = ?TESTED_HELM, "this helm is older than the one Souk is tested with");
        }
        Ok(version) => tracing::info!(?version, "helm"),
        Err(error) => {
            tracing::error!(error = souk_provisioner_k8s::operator_text(&error), "helm does not work");
        }
    }
    Ok(Arc::new(provisioner))
}
