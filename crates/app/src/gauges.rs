//! The gauges, for whichever process is scraped.

use async_trait::async_trait;
use souk_db::WorkerPool;
pub use souk_db::gauges::Gauges;

use crate::App;
use crate::health::{DATABASE_LIMIT, Unhealthy};

/// Who can be asked for the gauges.
#[async_trait]
pub trait GaugeSource: Send + Sync + std::fmt::Debug {
    async fn gauges(&self) -> Result<Gauges, Unhealthy>;
}

#[async_trait]
impl GaugeSource for App {
    async fn gauges(&self) -> Result<Gauges, Unhealthy> {
        let read = async { Ok(souk_db::gauges::read(&mut self.pool.anonymous().await?).await?) };
        tokio::time::timeout(DATABASE_LIMIT, read).await.map_err(|_| Unhealthy::TooSlow)?
    }
}

/// A process that has workers and no API.
#[async_trait]
impl GaugeSource for WorkerPool {
    async fn gauges(&self) -> Result<Gauges, Unhealthy> {
        let read = async { Ok(souk_db::gauges::read(&mut self.begin().await?).await?) };
        tokio::time::timeout(DATABASE_LIMIT, read).await.map_err(|_| Unhealthy::TooSlow)?
    }
}
