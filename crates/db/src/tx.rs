//! Transactions that know who is asking.
//!
//! Invariant: the context is set with the transaction's beginning and ends with it (`SET LOCAL`), so a pooled connection
//! never carries one caller's rights to the next.

use std::net::IpAddr;

use souk_domain::id::AccountId;
use souk_domain::principal::{Principal, Role};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, SqlSafeStr as _, SqlStr, Transaction};

use crate::{ApiPool, DbError, WorkerPool};

/// Where a request came from, for the audit log.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub correlation_id: String,
}

/// One transaction. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub struct Tx(Transaction<'static, Postgres>);

impl ApiPool {
    /// For a principal: row-level security shows their account (and an admin everything, to read).
    pub async fn tenant(&self, principal: &Principal) -> Result<Tx, DbError> {
        let admin = if principal.role == Role::Admin { "on" } else { "off" };
        // One round trip for all of it. Ids are digits and hyphens, so that none can end its quotes.
        let begin_as = format!(
            "BEGIN; SET LOCAL souk.account_id = '{}'; SET LOCAL souk.user_id = '{}'; SET LOCAL souk.admin = '{admin}'",
            principal.account_id.as_uuid().hyphenated(),
            principal.user_id.as_uuid().hyphenated(),
        );
        Ok(Tx(begin(&self.0, Some(AssertSqlSafe(begin_as).into_sql_str())).await?))
    }

    /// For an operator who acts on what belongs to `account`: the database itself asks whether they are one, and then the
    /// transaction has that account's rights. What is written says who they are.
    pub async fn operator(&self, principal: &Principal, account: AccountId) -> Result<Tx, DbError> {
        let mut tx = self.tenant(principal).await?;
        sqlx::query!("SELECT acting_operator() AS operator").fetch_one(tx.connection()).await?;
        sqlx::query!(
            "SELECT set_config('souk.account_id', $1, true) AS account",
            account.as_uuid().to_string()
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(tx)
    }

    /// Before there is a principal: no tenant row is visible, only the sign-in functions work.
    pub async fn anonymous(&self) -> Result<Tx, DbError> {
        Ok(Tx(begin(&self.0, None).await?))
    }
}

impl WorkerPool {
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(Tx(begin(&self.0, None).await?))
    }
}

/// Begins a transaction, even if nobody waits for it any more.
///
/// sqlx 0.9.0 forgets a transaction whose `BEGIN` was sent and not waited for (a request that was given up, a
/// heartbeat whose operation has ended). Whoever gets the connection next is in that one, whose `now()` is long
/// past (sqlx issues 4385 and 4393).
async fn begin(
    pool: &PgPool,
    statement: Option<SqlStr>,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let connection = pool.acquire().await?;
    let begun = tokio::spawn(Transaction::begin(connection, statement));
    // It is cancelled only with the runtime, and then this is, too.
    begun.await.unwrap_or(Err(sqlx::Error::PoolClosed))
}

impl Tx {
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
