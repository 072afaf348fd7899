//! Accounts: who owns stores.

use std::time::Duration;

use souk_domain::id::AccountId;
use souk_domain::plan::Plan;

use crate::convert::word;
use crate::{DbError, Tx};

#[derive(Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub plan: Plan,
}

pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Account, DbError> {
    let row = sqlx::query!("SELECT id, name, plan FROM accounts WHERE id = $1", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(Account { id: AccountId::from_uuid(row.id), name: row.name, plan: word(&row.plan)? })
}

/// One creation at a time in an account, so that its limits are counted, not raced.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<Account, DbError> {
    let row =
        sqlx::query!("SELECT id, name, plan FROM accounts WHERE id = $1 FOR NO KEY UPDATE", id.as_uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(Account { id: AccountId::from_uuid(row.id), name: row.name, plan: word(&row.plan)? })
}

/// What counts against an account's limits.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Stores that hold cluster resources, or soon will. A failed one has been cleaned up and counts
    /// only while its removal is still going on.
    pub stores: i64,
    /// Since the last creation; `None` when there was none.
    pub since_last_creation: Option<Duration>,
}

pub async fn usage(tx: &mut Tx, id: AccountId) -> Result<Usage, DbError> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE state IN ('requested', 'provisioning', 'ready', 'deleting')) AS "stores!",
                  extract(epoch FROM now() - max(created_at))::float8 AS seconds
           FROM stores WHERE account_id = $1"#,
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Usage {
        stores: row.stores,
        since_last_creation: row.seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))),
    })
}
