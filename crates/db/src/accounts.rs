//! Accounts: who owns stores.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use souk_domain::id::AccountId;
use souk_domain::plan::Plan;
use souk_domain::reason::Reason;
use souk_domain::state::StoreState;

use crate::convert::{count, word};
use crate::{Caller, DbError, Tx};

#[derive(Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub plan: Plan,
    /// How many stores it may have; `None`: as many as the settings say.
    pub max_stores: Option<u32>,
    pub created_at: DateTime<Utc>,
}

/// An account as operators see it.
#[derive(Debug, Clone)]
pub struct AccountDetails {
    pub id: AccountId,
    pub name: String,
    pub plan: Plan,
    pub max_stores: Option<u32>,
    pub created_at: DateTime<Utc>,
    /// As [`Usage::stores`].
    pub stores: i64,
}

/// What an operator sets of an account; what is absent stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub plan: Option<Plan>,
    /// `Some(None)`: as many as the settings say.
    #[allow(clippy::option_option, reason = "left, cleared and set are three things")]
    pub max_stores: Option<Option<u32>>,
}

impl Terms {
    /// The most stores that an account may be given; the schema holds the same.
    pub const MOST_STORES: u32 = 10_000;
}

pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Account, DbError> {
    let row = sqlx::query!(
        "SELECT id, name, plan, max_stores, created_at FROM accounts WHERE id = $1",
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Account {
        id: AccountId::from_uuid(row.id),
        name: row.name,
        plan: word(&row.plan)?,
        max_stores: row.max_stores.map(count).transpose()?,
        created_at: row.created_at,
    })
}

/// As [`get`], for operators.
pub async fn details(tx: &mut Tx, id: AccountId) -> Result<AccountDetails, DbError> {
    let Account { id, name, plan, max_stores, created_at } = get(tx, id).await?;
    let stores = usage(tx, id).await?.stores;
    Ok(AccountDetails { id, name, plan, max_stores, created_at, stores })
}

/// Sets plan and quota, and notes it in the audit log. Returns whether anything changed; what is so already leaves
/// no trace.
pub async fn set_terms(
    tx: &mut Tx,
    id: AccountId,
    terms: &Terms,
    reason: Option<&Reason>,
    more: Value,
    caller: &Caller,
) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT set_terms($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9) AS changed"#,
        id.as_uuid(),
        terms.plan.map(Plan::as_str),
        terms.max_stores.is_some(),
        terms.max_stores.flatten().map(u32::cast_signed),
        reason.map(Reason::as_str),
        more,
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    row.changed.ok_or(DbError::NotFound)
}

/// One creation at a time in an account, so that its limits are counted, not raced.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<Account, DbError> {
    let row = sqlx::query!("SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    get(tx, AccountId::from_uuid(row.id)).await
}

/// What counts against an account's limits.
#[derive(Debug, Clone)]
pub struct Usage {
    /// Those of its stores that count: see [`StoreState::counts`].
    pub stores: i64,
    /// All of them but the deleted ones; a state without a store is not in it.
    pub by_state: Vec<(StoreState, i64)>,
    /// Since the last creation; `None` when there was none.
    pub since_last_creation: Option<Duration>,
}

pub async fn usage(tx: &mut Tx, id: AccountId) -> Result<Usage, DbError> {
    let rows = sqlx::query!(
        r#"SELECT state, count(*) AS "count!", extract(epoch FROM now() - max(created_at))::float8 AS "seconds!"
           FROM stores WHERE account_id = $1 GROUP BY state"#,
        id.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let mut usage = Usage { stores: 0, by_state: Vec::new(), since_last_creation: None };
    for row in rows {
        let state: StoreState = word(&row.state)?;
        if state.counts() {
            usage.stores += row.count;
        }
        if state != StoreState::Deleted {
            usage.by_state.push((state, row.count));
        }
        let since = Duration::from_secs_f64(row.seconds.max(0.0));
        usage.since_last_creation =
            usage.since_last_creation.map_or(Some(since), |least| Some(least.min(since)));
    }
    Ok(usage)
}

/// The states that count, as the database writes them.
pub(crate) fn counted_states() -> Vec<String> {
    StoreState::ALL.iter().filter(|state| state.counts()).map(ToString::to_string).collect()
}
