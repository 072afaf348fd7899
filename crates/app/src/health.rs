//! How Souk itself is doing.

use std::time::Duration;

use souk_db::permits::{self, Load};
use souk_db::{DbError, installation};

use crate::{App, Limits};

/// A database that takes longer than this to answer counts as away.
pub(crate) const DATABASE_LIMIT: Duration = Duration::from_secs(2);

/// What the database knows, if it answers.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    pub latency: Duration,
    /// The breaker is open: workers found that the cluster does not answer.
    pub cluster_unavailable: bool,
    pub load: Load,
}

#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    #[error("the database did not answer within {} s", DATABASE_LIMIT.as_secs())]
    TooSlow,
    #[error("the database does not answer")]
    Database(#[from] DbError),
}

impl App {
    pub async fn health(&self) -> Result<Health, Unhealthy> {
        tokio::time::timeout(DATABASE_LIMIT, self.ask()).await.map_err(|_| Unhealthy::TooSlow)?
    }

    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    #[must_use]
    pub const fn provisioner(&self) -> &'static str {
        self.provisioner
    }

    async fn ask(&self) -> Result<Health, Unhealthy> {
        let latency = self.pool.ping().await?;
        let mut tx = self.pool.anonymous().await?;
        let cluster_unavailable = installation::cluster_unavailable(&mut tx).await?;
        let load = permits::load(&mut tx).await?;
        Ok(Health { latency, cluster_unavailable, load })
    }
}
