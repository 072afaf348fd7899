//! `souk connect-cluster`: Souk's own account in a cluster, made once with an admin's rights.
//!
//! Running it again brings the account up to date and renews the token.

use std::time::Duration;

use souk_db::WorkerPool;
use souk_provisioner_k8s::access::Grant;
use souk_provisioner_k8s::settings::HelmSettings;

use crate::cli::ConnectCluster;
use crate::config::Config;
use crate::failure::Failure;
use crate::{logging, parts};

const DAY: Duration = Duration::from_hours(24);

#[derive(Debug, thiserror::Error)]
#[error("say where to write the kubeconfig: --out FILE, or SOUK_KUBECONFIG")]
struct NoWhere;

pub async fn run(config: &Config, connect: &ConnectCluster) -> Result<(), Failure> {
    logging::start(&config.log_level, config.log_format, None)?;
    let out = connect.out.clone().or_else(|| config.cluster.kubeconfig.clone()).ok_or(NoWhere)?;
    let pool = WorkerPool::connect(config.database.worker_pool()).await?;
    let installation = parts::installation(&pool).await?;
    pool.close().await;
    std::fs::create_dir_all(&config.cluster.helm.home)?;
    let grant = Grant {
        admin: connect.admin_kubeconfig.clone(),
        installation,
        account: config.cluster.account.clone(),
        image_pull_secrets: config.cluster.image_pull_secrets.clone(),
        helm: HelmSettings { chart: connect.chart.clone(), ..config.cluster.helm.clone() },
    };
    grant.install().await?;
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let days = u32::try_from(connect.days).unwrap_or(u32::MAX);
    grant.write_kubeconfig(&out, DAY.saturating_mul(days)).await?;
    println!("Souk's account is in the cluster; its kubeconfig is {}", out.display());
    println!("Use it with SOUK_KUBECONFIG={}", out.display());
    Ok(())
}
