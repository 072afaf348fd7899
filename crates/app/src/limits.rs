//! The limits that hold over all replicas, because they are counted in the database.

use std::time::Duration;

use souk_db::accounts::{self, Account};
use souk_db::{Tx, operations, permits};
use souk_domain::dispatch::PermitLimits;
use souk_domain::id::AccountId;
use souk_domain::sign_in::SignInLimits;

use crate::AppError;

/// What a client is told to wait when the queue is full: about what one provisioning takes.
const QUEUE_RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub struct Limits {
    /// Stores of one account that hold cluster resources, or soon will.
    pub stores_per_account: u32,
    /// Between two creations of one account; `None` switches it off.
    pub creation_cooldown: Option<Duration>,
    /// Operations that run at once, over all replicas.
    pub permits: PermitLimits,
    /// Provisionings that may wait beyond those that run.
    pub max_queue: usize,
    /// How long a provisioning may wait for its first permit.
    pub queue_timeout: Duration,
    pub sign_in: SignInLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stores_per_account: 5,
            creation_cooldown: Some(Duration::from_secs(30)),
            permits: PermitLimits::default(),
            max_queue: 10,
            queue_timeout: Duration::from_mins(2),
            sign_in: SignInLimits::default(),
        }
    }
}

impl Limits {
    /// How many stores an account may have for which an operator has set this.
    #[must_use]
    pub fn stores_of(&self, max_stores: Option<u32>) -> u32 {
        max_stores.unwrap_or(self.stores_per_account)
    }

    /// Takes the locks under which the limits are counted: permits, then the account.
    pub(crate) async fn lock(&self, tx: &mut Tx, account: AccountId) -> Result<Account, AppError> {
        permits::lock(tx).await?;
        Ok(accounts::lock(tx, account).await?)
    }

    /// Whether the account may have one more store, and now.
    pub(crate) async fn check_account(
        &self,
        tx: &mut Tx,
        account: &Account,
        cooldown: Option<Duration>,
    ) -> Result<(), AppError> {
        let usage = accounts::usage(tx, account.id).await?;
        let max = self.stores_of(account.max_stores);
        if usage.stores >= i64::from(max) {
            return Err(AppError::StoreLimit { max });
        }
        if let (Some(cooldown), Some(since)) = (cooldown, usage.since_last_creation)
            && let Some(retry_after) = cooldown.checked_sub(since).filter(|left| !left.is_zero())
        {
            return Err(AppError::Cooldown { retry_after });
        }
        Ok(())
    }

    /// Whether one more provisioning may wait.
    pub(crate) async fn check_queue(&self, tx: &mut Tx) -> Result<(), AppError> {
        let unfinished = operations::unfinished_provisionings(tx).await?;
        let room = self.permits.total.saturating_add(self.max_queue);
        if usize::try_from(unfinished).unwrap_or(usize::MAX) >= room {
            metrics::counter!("provisioning_rejections_total", "reason" => "queue_full").increment(1);
            return Err(AppError::QueueFull { retry_after: QUEUE_RETRY_AFTER });
        }
        Ok(())
    }
}
