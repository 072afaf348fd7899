//! Who holds permits and who waits for one, in the order in which they go: for operators. It looks and takes no lock, so it
//! may be a moment behind.

use chrono::{DateTime, Utc};
use souk_domain::dispatch::{PermitLimits, Turn, turns};
use souk_domain::id::{AccountId, OperationId, StoreId};

use super::WAITING_WINDOW;
use crate::{DbError, Tx};

/// An operation that holds a permit.
#[derive(Debug, Clone)]
pub struct Holder {
    pub operation: OperationId,
    pub account: AccountId,
    pub store: StoreId,
    /// As it stands in the row.
    pub kind: String,
    /// When it was claimed.
    pub since: Option<DateTime<Utc>>,
    pub lease_expires_at: Option<DateTime<Utc>>,
    pub worker: Option<String>,
}

/// What an operation that holds none waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// The cluster does not answer; nothing starts.
    Cluster,
    /// The time of its next try.
    Time(DateTime<Utc>),
    Turn(Turn),
}

#[derive(Debug, Clone)]
pub struct Waiting {
    pub operation: OperationId,
    pub account: AccountId,
    pub store: StoreId,
    pub kind: String,
    /// Since when it could run; its place in the queue goes by this.
    pub since: DateTime<Utc>,
    pub waits_for: WaitsFor,
    /// Why it gave its permit back, where it did.
    pub reason: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Overview {
    /// Longest first.
    pub holders: Vec<Holder>,
    /// In the order in which they go: those that could run, then those that pause. The first 200.
    pub waiting: Vec<Waiting>,
    /// How many wait in all.
    pub waiting_count: i64,
}

/// As `permits::claim` would decide this moment.
pub async fn read(tx: &mut Tx, limits: PermitLimits) -> Result<Overview, DbError> {
    let holders: Vec<Holder> = sqlx::query!(
        "SELECT id, account_id, store_id, kind, claimed_at, lease_expires_at, lease_owner FROM operations
         WHERE has_permit AND lease_expires_at > now() AND state IN ('running', 'cancelling')
         ORDER BY claimed_at, id"
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| Holder {
        operation: OperationId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        store: StoreId::from_uuid(row.store_id),
        kind: row.kind,
        since: row.claimed_at,
        lease_expires_at: row.lease_expires_at,
        worker: row.lease_owner,
    })
    .collect();
    let rows = sqlx::query!(
        r#"SELECT id, account_id, store_id, kind, waiting_for, run_after, greatest(run_after, queued_at) AS "since!",
                  run_after > now() AS "pauses!", count(*) OVER () AS "count!",
                  EXISTS (SELECT FROM clusters WHERE unavailable_since IS NOT NULL) AS "away!"
           FROM operations
           WHERE state IN ('queued', 'running') AND (lease_expires_at IS NULL OR lease_expires_at <= now())
           ORDER BY run_after > now(), greatest(run_after, queued_at), id LIMIT $1"#,
        WAITING_WINDOW
    )
    .fetch_all(tx.connection())
    .await?;
    let running: Vec<AccountId> = holders.iter().map(|holder| holder.account).collect();
    let in_line: Vec<_> = rows
        .iter()
        .filter(|row| !row.pauses)
        .map(|row| (OperationId::from_uuid(row.id), AccountId::from_uuid(row.account_id)))
        .collect();
    let mut turns = turns(limits, &running, &in_line).into_iter();
    let waiting_count = rows.first().map_or(0, |row| row.count);
    let waiting = rows.into_iter().map(|row| Waiting {
        operation: OperationId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        store: StoreId::from_uuid(row.store_id),
        kind: row.kind,
        since: row.since,
        // Those that pause come last, so the turns are for those before.
        waits_for: match (row.pauses, turns.next()) {
            (true, _) | (false, None) => WaitsFor::Time(row.run_after),
            (false, Some(_)) if row.away => WaitsFor::Cluster,
            (false, Some(turn)) => WaitsFor::Turn(turn),
        },
        reason: row.waiting_for,
    });
    Ok(Overview { waiting: waiting.collect(), holders, waiting_count })
}
