//! What every part of the worker needs, made once.

use std::fmt;
use std::sync::Arc;

use souk_db::leases::Lease;
use souk_db::listen::Changes;
use souk_db::secrets::Keyring;
use souk_db::stores::Store;
use souk_db::{DbError, Tx, WorkerPool, installation};
use souk_domain::address::StoreAddresses;
use souk_domain::entropy::Entropy;
use souk_domain::id::{ClusterId, InstallationId, OperationId};
use souk_domain::plan::Plan;
use souk_provisioner::{Provisioner, Target};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::WorkerSettings;

const NAME_ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 characters of 5 bits: no two starts share a name.
const NAME_LEN: usize = 26;

/// A name that no worker ever had: rows that a namesake had locked would never be given to anybody.
pub(crate) fn fresh_name(entropy: &Entropy) -> String {
    format!("worker-{}", entropy.text(NAME_ALPHABET, NAME_LEN))
}

/// What a worker is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    pub settings: WorkerSettings,
    pub pool: WorkerPool,
    pub provisioner: Arc<dyn Provisioner>,
    pub keyring: Keyring,
    pub entropy: Arc<Entropy>,
    pub addresses: StoreAddresses,
}

#[derive(Clone)]
pub struct WorkerContext {
    pub(crate) settings: WorkerSettings,
    pub(crate) pool: WorkerPool,
    pub(crate) provisioner: Arc<dyn Provisioner>,
    pub(crate) keyring: Keyring,
    pub(crate) entropy: Arc<Entropy>,
    pub(crate) addresses: StoreAddresses,
    pub(crate) installation: InstallationId,
    pub(crate) cluster: ClusterId,
    /// Unique to this start: what an earlier one of the same machine left running is not ours.
    pub(crate) name: String,
    pub(crate) changes: Changes,
    /// Cancelled when the worker is asked to stop: whatever runs hands its operation back.
    pub(crate) stopping: CancellationToken,
    pub(crate) operations: TaskTracker,
    /// Rung when it is time to look at the cluster; see `watch`.
    pub(crate) look: Arc<Notify>,
}

impl WorkerContext {
    pub async fn new(parts: Parts) -> Result<Self, DbError> {
        let mut tx = parts.pool.begin().await?;
        let installation = installation::id(&mut tx).await?;
        let cluster = installation::default_cluster(&mut tx).await?;
        tx.commit().await?;
        let changes = parts.pool.changes().await?;
        Ok(Self {
            settings: parts.settings,
            pool: parts.pool,
            provisioner: parts.provisioner,
            keyring: parts.keyring,
            addresses: parts.addresses,
            installation,
            cluster,
            name: fresh_name(&parts.entropy),
            entropy: parts.entropy,
            changes,
            stopping: CancellationToken::new(),
            operations: TaskTracker::new(),
            look: Arc::default(),
        })
    }

    /// Whose namespaces this worker looks after.
    #[must_use]
    pub fn installation(&self) -> InstallationId {
        self.installation
    }

    pub(crate) async fn begin(&self) -> Result<Tx, DbError> {
        self.pool.begin().await
    }

    /// What the provisioner is told of one attempt at a store; the caller adds its secrets.
    pub(crate) fn target(&self, store: &Store, plan: Plan, attempt: u32, operation: OperationId) -> Target {
        Target {
            installation: self.installation,
            account: store.account_id,
            store: store.id,
            operation,
            engine: store.engine,
            plan,
            title: store.title.clone(),
            options: store.options,
            url: self.addresses.url(&store.host),
            host: store.host.clone(),
            namespace: store.slug.namespace(attempt),
            secrets: None,
        }
    }

    /// One transaction around one write of the lease's holder.
    pub(crate) async fn write<T>(
        &self,
        lease: &Lease,
        work: impl AsyncFnOnce(&mut Tx, &Lease) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let mut tx = self.begin().await?;
        let value = work(&mut tx, lease).await?;
        tx.commit().await?;
        Ok(value)
    }
}

impl fmt::Debug for WorkerContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerContext").field("name", &self.name).finish_non_exhaustive()
    }
}
