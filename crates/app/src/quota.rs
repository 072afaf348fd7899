//! What an account has and may have, as a creation would count it this moment.

use std::time::Duration;

use chrono::{DateTime, Utc};
use souk_db::{accounts, permits};
use souk_domain::plan::Plan;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;

use crate::{App, AppError};

#[derive(Debug)]
pub struct Quota {
    pub plan: Plan,
    /// Those of the account's stores that count against `limit`.
    pub used: i64,
    pub limit: u32,
    /// Stores in each state but `deleted`; a state without a store is not in it.
    pub by_state: Vec<(StoreState, i64)>,
    /// The pause between two creations; `None` where there is none.
    pub cooldown: Option<Duration>,
    pub cooldown_left: Option<Duration>,
    /// When that is over.
    pub next_creation_at: Option<DateTime<Utc>>,
    /// Provisionings that wait for their first permit, of all accounts.
    pub queue_depth: i64,
    pub max_queue: usize,
    /// No account may ask for one more at this moment.
    pub queue_full: bool,
}

pub async fn quota(app: &App, who: &Principal) -> Result<Quota, AppError> {
    let limits = app.limits();
    let mut tx = app.tenant(who).await?;
    let account = accounts::get(&mut tx, who.account_id).await?;
    let standing = limits.standing(&mut tx, &account, limits.creation_cooldown).await?;
    let load = permits::load(&mut tx).await?;
    let queue_full = limits.is_queue_full(&mut tx).await?;
    Ok(Quota {
        plan: account.plan,
        used: standing.usage.stores,
        limit: standing.max,
        by_state: standing.usage.by_state,
        cooldown: limits.creation_cooldown,
        cooldown_left: standing.cooldown_left,
        next_creation_at: standing.cooldown_left.map(|left| app.clock().now() + left),
        queue_depth: load.queued,
        max_queue: limits.max_queue,
        queue_full,
    })
}
