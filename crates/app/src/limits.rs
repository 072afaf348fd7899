//! The limits that hold over all replicas, because they are counted in the database.

use std::time::Duration;

use souk_db::accounts::{self, Account, Usage};
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

/// Where an account stands with its limits.
#[derive(Debug)]
pub(crate) struct Standing {
    pub usage: Usage,
    /// How many stores it may have.
    pub max: u32,
    /// Until it may make the next one; `None`: now, unless it is full.
    pub cooldown_left: Option<Duration>,
}

impl Standing {
    pub fn is_full(&self) -> bool {
        self.usage.stores >= i64::from(self.max)
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

    /// Where the account stands; `cooldown` is the pause that counts, if any.
    pub(crate) async fn standing(
        &self,
        tx: &mut Tx,
        account: &Account,
        cooldown: Option<Duration>,
    ) -> Result<Standing, AppError> {
        let usage = accounts::usage(tx, account.id).await?;
        let left =
            cooldown.zip(usage.since_last_creation).and_then(|(pause, since)| pause.checked_sub(since));
        Ok(Standing {
            max: self.stores_of(account.max_stores),
            cooldown_left: left.filter(|left| !left.is_zero()),
            usage,
        })
    }

    /// Whether the account may have one more store, and now.
    pub(crate) async fn check_account(
        &self,
        tx: &mut Tx,
        account: &Account,
        cooldown: Option<Duration>,
    ) -> Result<(), AppError> {
        let standing = self.standing(tx, account, cooldown).await?;
        if standing.is_full() {
            return Err(AppError::StoreLimit { max: standing.max });
        }
        match standing.cooldown_left {
            Some(retry_after) => Err(AppError::Cooldown { retry_after }),
            None => Ok(()),
        }
    }

    /// Whether the queue takes no more provisioning.
    pub(crate) async fn is_queue_full(&self, tx: &mut Tx) -> Result<bool, AppError> {
        let unfinished = operations::unfinished_provisionings(tx).await?;
        let room = self.permits.total.saturating_add(self.max_queue);
        Ok(usize::try_from(unfinished).unwrap_or(usize::MAX) >= room)
    }

    /// Whether one more provisioning may wait.
    pub(crate) async fn check_queue(&self, tx: &mut Tx) -> Result<(), AppError> {
        if self.is_queue_full(tx).await? {
            metrics::counter!("provisioning_rejections_total", "reason" => "queue_full").increment(1);
            return Err(AppError::QueueFull { retry_after: QUEUE_RETRY_AFTER });
        }
        Ok(())
    }
}
