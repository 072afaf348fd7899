//! What a look at the cluster needs to know, and how its findings are written.
//!
//! Invariants:
//! - One look at a time, over all replicas: a claim on the cluster's row that ends by itself. It only
//!   saves work; correctness does not hang on it.
//! - A finding is written in a transaction of its own that locks the store and looks again: when the
//!   store has changed since it was read, or somebody works on it, nothing is written.

pub mod findings;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use souk_domain::entropy::Entropy;
use souk_domain::event::EventKind;
use souk_domain::host::Slug;
use souk_domain::id::{AccountId, ClusterId, OperationId, StoreId};
use souk_domain::operation::{OperationKind, OperationState};
use souk_domain::plan::Plan;
use souk_domain::reconcile::{Finding, KnownStore, PastRepair, REPAIR_LIMIT, Verdict};
use souk_domain::state::StoreState;

use crate::convert::{count, json, word};
use crate::events::{self, NewEvent};
use crate::health::{self, Found};
use crate::operations::{self, NewOperation};
use crate::reconcile::findings::NewFinding;
use crate::stores::{self, Failure, Store};
use crate::{DbError, Tx};

/// Of a repair that ended without saying why.
const NO_REASON: &str = "no worker survived it";

/// Whether a look may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    Yes,
    /// The breaker is open.
    Unavailable,
    /// Another one looks at this moment.
    Busy,
    /// The last look began a shorter time ago than was asked for.
    Fresh,
}

/// Claims the look for `looker`, for `length`; with `older_than` only if the last look began so long ago.
pub async fn claim(
    tx: &mut Tx,
    cluster: ClusterId,
    looker: &str,
    length: Duration,
    older_than: Option<Duration>,
) -> Result<Claimed, DbError> {
    let row = sqlx::query!(
        r#"SELECT unavailable_since IS NOT NULL AS "away!",
                  COALESCE(look_expires_at > clock_timestamp(), false) AS "busy!",
                  COALESCE(looked_at > clock_timestamp() - make_interval(secs => $2), false) AS "fresh!"
           FROM clusters WHERE id = $1 FOR UPDATE"#,
        cluster.as_uuid(),
        older_than.map(|age| age.as_secs_f64())
    )
    .fetch_one(tx.connection())
    .await?;
    let claimed = match (row.away, row.busy, row.fresh) {
        (true, _, _) => Claimed::Unavailable,
        (false, true, _) => Claimed::Busy,
        (false, false, true) => Claimed::Fresh,
        (false, false, false) => Claimed::Yes,
    };
    if claimed == Claimed::Yes {
        sqlx::query!(
            "UPDATE clusters SET looker = $2, looked_at = clock_timestamp(),
                    look_expires_at = clock_timestamp() + make_interval(secs => $3)
             WHERE id = $1",
            cluster.as_uuid(),
            looker,
            length.as_secs_f64()
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(claimed)
}

/// Whether the claim was still the looker's; then it is good for another `length`.
pub async fn extend(
    tx: &mut Tx,
    cluster: ClusterId,
    looker: &str,
    length: Duration,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE clusters SET look_expires_at = clock_timestamp() + make_interval(secs => $3)
         WHERE id = $1 AND looker = $2 AND look_expires_at > clock_timestamp()",
        cluster.as_uuid(),
        looker,
        length.as_secs_f64()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a look that was whole has found.
#[derive(Debug)]
pub struct Whole<'a> {
    /// How much of each kind.
    pub counts: &'a BTreeMap<Finding, usize>,
    /// One by one, the gravest first.
    pub found: Vec<NewFinding<'a>>,
}

/// Ends the looker's claim, and keeps what a look that was whole has found.
pub async fn end(
    tx: &mut Tx,
    cluster: ClusterId,
    looker: &str,
    whole: Option<&Whole<'_>>,
) -> Result<(), DbError> {
    let done = sqlx::query!(
        "UPDATE clusters SET looker = NULL, look_expires_at = NULL, findings = COALESCE($3, findings),
                found_at = CASE WHEN $3::jsonb IS NULL THEN found_at ELSE clock_timestamp() END
         WHERE id = $1 AND looker = $2",
        cluster.as_uuid(),
        looker,
        whole.map(|whole| json!(whole.counts))
    )
    .execute(tx.connection())
    .await?;
    // Whoever took over has found more recent things.
    match whole {
        Some(whole) if done.rows_affected() == 1 => findings::replace(tx, cluster, &whole.found).await,
        Some(_) | None => Ok(()),
    }
}

/// What the last whole look found, over all replicas.
pub async fn findings(tx: &mut Tx, cluster: ClusterId) -> Result<BTreeMap<Finding, usize>, DbError> {
    let row = sqlx::query!("SELECT findings FROM clusters WHERE id = $1", cluster.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    json(row.findings)
}

/// Those of the stores that there are, whatever their state.
pub async fn known(tx: &mut Tx, ids: &[StoreId]) -> Result<BTreeMap<StoreId, KnownStore>, DbError> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT s.id, s.slug, s.state, s.attempt,
                  EXISTS (SELECT FROM operations o
                          WHERE o.store_id = s.id AND o.state IN ('queued', 'running', 'cancelling')) AS "unfinished!",
                  extract(epoch FROM clock_timestamp() - COALESCE(
                      (SELECT max(o.finished_at) FROM operations o WHERE o.store_id = s.id), s.updated_at
                  ))::float8 AS "settled_s!"
           FROM stores s WHERE s.id = ANY ($1)"#,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let known = KnownStore {
                slug: Slug::stored(row.slug),
                state: word(&row.state)?,
                attempt: count(row.attempt)?,
                unfinished: row.unfinished,
                settled_for: Duration::from_secs_f64(row.settled_s.max(0.0)),
            };
            Ok((StoreId::from_uuid(row.id), known))
        })
        .collect()
}

/// A ready store that nobody works on, with what a look at it needs.
#[derive(Debug, Clone)]
pub struct Ready {
    pub store: Store,
    pub plan: Plan,
    /// The repairs of this attempt that have ended, newest first; as many as a decision needs.
    pub repairs: Vec<PastRepair>,
}

/// A page of the cluster's ready stores that nobody works on, by their ids, after `after`.
pub async fn ready(
    tx: &mut Tx,
    cluster: ClusterId,
    after: Option<StoreId>,
    limit: i64,
) -> Result<Vec<Ready>, DbError> {
    let stores = stores::ready_and_idle(tx, cluster, after, limit).await?;
    let plans = plans(tx, &stores).await?;
    let mut repairs = repairs(tx, &stores).await?;
    let with_all = |store: Store| {
        let plan = plans.get(&store.account_id).copied().ok_or(DbError::NotFound)?;
        let repairs = repairs.remove(&store.id).unwrap_or_default();
        let plan = Plan::of_store(store.chosen_plan, plan);
        Ok(Ready { store, plan, repairs })
    };
    stores.into_iter().map(with_all).collect()
}

async fn plans(tx: &mut Tx, stores: &[Store]) -> Result<BTreeMap<AccountId, Plan>, DbError> {
    let accounts: Vec<_> = stores.iter().map(|store| store.account_id.as_uuid()).collect();
    let rows = sqlx::query!("SELECT id, plan FROM accounts WHERE id = ANY ($1)", &accounts)
        .fetch_all(tx.connection())
        .await?;
    rows.into_iter().map(|row| Ok((AccountId::from_uuid(row.id), word(&row.plan)?))).collect()
}

async fn repairs(tx: &mut Tx, stores: &[Store]) -> Result<BTreeMap<StoreId, Vec<PastRepair>>, DbError> {
    let ids: Vec<_> = stores.iter().map(|store| store.id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT s.id, o.state, o.failure, extract(epoch FROM clock_timestamp() - o.finished_at)::float8 AS "ago_s!"
           FROM stores s CROSS JOIN LATERAL (
               SELECT failure, finished_at, state FROM operations
               WHERE store_id = s.id AND kind = 'repair' AND attempt = s.attempt AND state IN ('succeeded', 'failed')
               ORDER BY finished_at DESC LIMIT $2
           ) o
           WHERE s.id = ANY ($1) ORDER BY s.id, o.finished_at DESC"#,
        &ids,
        i64::from(REPAIR_LIMIT)
    )
    .fetch_all(tx.connection())
    .await?;
    let mut repairs: BTreeMap<StoreId, Vec<PastRepair>> = BTreeMap::new();
    for row in rows {
        let failure: Option<Failure> = row.failure.map(json).transpose()?;
        let reason = failure.map_or_else(|| NO_REASON.to_owned(), |failure| failure.reason);
        repairs.entry(StoreId::from_uuid(row.id)).or_default().push(PastRepair {
            ago: Duration::from_secs_f64(row.ago_s.max(0.0)),
            failure: (word::<OperationState>(&row.state)? == OperationState::Failed).then_some(reason),
        });
    }
    Ok(repairs)
}

/// What came of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The store is not any more what was looked at.
    Outdated,
    /// The row said so already.
    Unchanged,
    Changed {
        repair: Option<OperationId>,
    },
}

/// Writes what a look at `seen` has shown: its health, and the repair that it needs.
pub async fn apply(
    tx: &mut Tx,
    seen: &Store,
    verdict: &Verdict,
    entropy: &Entropy,
    correlation_id: &str,
) -> Result<Applied, DbError> {
    let mut store = stores::lock(tx, seen.id).await?;
    let is_as_seen = store.state == StoreState::Ready && store.version == seen.version;
    if !is_as_seen || operations::is_unfinished(tx, store.id).await? {
        return Ok(Applied::Outdated);
    }
    let reason = verdict.reason();
    let found = Found {
        health: verdict.health(),
        reason: reason.as_deref(),
        data_lost: verdict.is_data_lost(),
        operation_id: None,
        correlation_id,
    };
    let changed = health::set(tx, &mut store, found).await?;
    if verdict.wants_repair() {
        let operation = NewOperation {
            id: operations::new_id(tx, entropy).await?,
            kind: OperationKind::Repair,
            requested_by: None,
            correlation_id,
            queue_timeout: None,
        };
        let repair = Some(operation.id);
        operations::enqueue(tx, &store, operation).await?;
        return Ok(Applied::Changed { repair });
    }
    Ok(if changed { Applied::Changed { repair: None } } else { Applied::Unchanged })
}

/// Tells the store's owner that a namespace that was left over is gone.
pub async fn note_removal(
    tx: &mut Tx,
    store: StoreId,
    namespace: &str,
    correlation_id: &str,
) -> Result<(), DbError> {
    let event = NewEvent {
        store_id: store,
        operation_id: None,
        kind: EventKind::LeftOverRemoved,
        message: &format!("Namespace {namespace} was left over and is gone now"),
        data: json!({ "namespace": namespace }),
        correlation_id: Some(correlation_id),
    };
    events::append(tx, event).await.map(drop)
}
