//! What the last whole look at the cluster has found, for operators to read.
//!
//! Invariant: the rows are of one look. Each look replaces them, in the transaction that ends it, and there are never more
//! than [`MAX_KEPT`]; how many there were of each kind is counted apart.

use chrono::{DateTime, Utc};
use souk_domain::id::{AccountId, ClusterId, StoreId};

use crate::{DbError, Tx};

/// Findings that are kept, the gravest first.
pub const MAX_KEPT: usize = 1_000;

/// What is kept of a finding.
#[derive(Debug, Clone)]
pub struct NewFinding<'a> {
    pub finding: &'a str,
    pub namespace: &'a str,
    pub store: Option<StoreId>,
    pub reason: &'a str,
    /// What follows, in plain words.
    pub next: &'a str,
}

/// What is known of one.
#[derive(Debug, Clone)]
pub struct KeptFinding {
    pub finding: String,
    pub namespace: String,
    pub store: Option<StoreId>,
    /// Where the store is known.
    pub account: Option<AccountId>,
    pub reason: String,
    pub next: String,
    /// Since when each look has found it.
    pub since: DateTime<Utc>,
}

/// Puts `found` in the place of what the look before has found.
pub(super) async fn replace(
    tx: &mut Tx,
    cluster: ClusterId,
    found: &[NewFinding<'_>],
) -> Result<(), DbError> {
    let found = &found[..found.len().min(MAX_KEPT)];
    let column = |value: fn(&NewFinding<'_>) -> String| found.iter().map(value).collect::<Vec<_>>();
    let (findings, namespaces) = (column(|f| f.finding.to_owned()), column(|f| f.namespace.to_owned()));
    let (reasons, next) = (column(|f| f.reason.to_owned()), column(|f| f.next.to_owned()));
    let stores: Vec<Option<uuid::Uuid>> = found.iter().map(|f| f.store.map(StoreId::as_uuid)).collect();
    sqlx::query!(
        "DELETE FROM reconcile_findings f WHERE cluster_id = $1 AND NOT EXISTS (
             SELECT FROM unnest($2::text[], $3::text[]) AS n (namespace, finding)
             WHERE n.namespace = f.namespace AND n.finding = f.finding)",
        cluster.as_uuid(),
        &namespaces,
        &findings
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "INSERT INTO reconcile_findings (cluster_id, namespace, finding, store_id, reason, next, since)
         SELECT DISTINCT ON (n.namespace, n.finding) $1::uuid, n.namespace, n.finding, n.store_id, n.reason, n.next, clock_timestamp()
         FROM unnest($2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[]) AS n (namespace, finding, store_id, reason, next)
         ON CONFLICT (cluster_id, namespace, finding) DO UPDATE
         SET store_id = excluded.store_id, reason = excluded.reason, next = excluded.next",
        cluster.as_uuid(),
        &namespaces,
        &findings,
        &stores as &[Option<uuid::Uuid>],
        &reasons,
        &next
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What is kept, and when it was found; `None` before the first look that was whole.
pub async fn kept(
    tx: &mut Tx,
    cluster: ClusterId,
) -> Result<(Option<DateTime<Utc>>, Vec<KeptFinding>), DbError> {
    let look = sqlx::query!("SELECT found_at FROM clusters WHERE id = $1", cluster.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    let rows = sqlx::query!(
        r#"SELECT f.finding, f.namespace, f.store_id, s.account_id AS "account_id?", f.reason, f.next, f.since
           FROM reconcile_findings f LEFT JOIN stores s ON s.id = f.store_id
           WHERE f.cluster_id = $1 ORDER BY f.since, f.namespace, f.finding"#,
        cluster.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let kept = rows.into_iter().map(|row| KeptFinding {
        finding: row.finding,
        namespace: row.namespace,
        store: row.store_id.map(StoreId::from_uuid),
        account: row.account_id.map(AccountId::from_uuid),
        reason: row.reason,
        next: row.next,
        since: row.since,
    });
    Ok((look.found_at, kept.collect()))
}
