//! Operations of all accounts, page by page: for operators.
//!
//! A row that this build cannot read in full is shown all the same: an operator looks for what went wrong, and a
//! list that one bad row keeps from being shown would hide all others.

use chrono::{DateTime, Utc};
use souk_domain::engine::Engine;
use souk_domain::id::{AccountId, OperationId, StoreId, UserId};
use souk_domain::operation::{OperationKind, OperationState};
use souk_domain::page::{Cursor, Key, OperationSort, Page, Sort};

use crate::page::{one_more, plan_anew};
use crate::{DbError, Tx};

/// What is looked for; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub states: Option<Vec<OperationState>>,
    pub kinds: Option<Vec<OperationKind>>,
    pub engines: Option<Vec<Engine>>,
    pub account: Option<AccountId>,
    pub store: Option<StoreId>,
    pub dead_letter: Option<bool>,
    /// Queued at this moment or later.
    pub since: Option<DateTime<Utc>>,
}

/// An operation at a glance.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: OperationId,
    pub account_id: AccountId,
    pub store_id: StoreId,
    pub store_name: String,
    pub store_state: String,
    /// As they stand in the row, like the other words here.
    pub engine: String,
    pub kind: String,
    pub state: String,
    pub attempt: i32,
    pub dead_letter: bool,
    /// Whether it could be queued again: see `dead_letters`.
    pub is_newest: bool,
    pub failure: Option<String>,
    pub waiting_for: Option<String>,
    /// When it goes on, while it waits for a time that is known.
    pub next_try_at: Option<DateTime<Utc>>,
    pub step: Option<CurrentStep>,
    pub steps_done: i64,
    pub steps_total: i64,
    /// Whose lease it is, while that lasts.
    pub worker: Option<String>,
    pub lease_expires_at: Option<DateTime<Utc>>,
    pub has_permit: bool,
    pub claims: i64,
    /// `None`: Souk itself asked.
    pub requested_by: Option<UserId>,
    pub correlation_id: String,
    pub queued_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// From its request to its first start, or until now.
    pub queue_wait_ms: i64,
}

/// The step that is at work or has failed; else the one that comes next.
#[derive(Debug, Clone)]
pub struct CurrentStep {
    pub name: String,
    pub state: String,
    pub attempts: i32,
    /// Why its last try did not succeed.
    pub reason: Option<String>,
}

struct Row {
    id: uuid::Uuid,
    account_id: uuid::Uuid,
    store_id: uuid::Uuid,
    store_name: String,
    store_state: String,
    engine: String,
    kind: String,
    state: String,
    attempt: i32,
    dead_letter: bool,
    is_newest: bool,
    failure: Option<String>,
    waiting_for: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    step_name: Option<String>,
    step_state: Option<String>,
    step_attempts: Option<i32>,
    step_reason: Option<String>,
    steps_done: i64,
    steps_total: i64,
    worker: Option<String>,
    lease_expires_at: Option<DateTime<Utc>>,
    has_permit: bool,
    claims: i64,
    requested_by: Option<uuid::Uuid>,
    correlation_id: String,
    queued_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    queue_wait_ms: i64,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        let step = row.step_name.zip(row.step_state).zip(row.step_attempts);
        Self {
            id: OperationId::from_uuid(row.id),
            account_id: AccountId::from_uuid(row.account_id),
            store_id: StoreId::from_uuid(row.store_id),
            store_name: row.store_name,
            store_state: row.store_state,
            engine: row.engine,
            kind: row.kind,
            state: row.state,
            attempt: row.attempt,
            dead_letter: row.dead_letter,
            is_newest: row.is_newest,
            failure: row.failure,
            waiting_for: row.waiting_for,
            next_try_at: row.next_try_at,
            step: step.map(|((name, state), attempts)| CurrentStep {
                name,
                state,
                attempts,
                reason: row.step_reason,
            }),
            steps_done: row.steps_done,
            steps_total: row.steps_total,
            worker: row.worker,
            lease_expires_at: row.lease_expires_at,
            has_permit: row.has_permit,
            claims: row.claims,
            requested_by: row.requested_by.map(UserId::from_uuid),
            correlation_id: row.correlation_id,
            queued_at: row.queued_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            queue_wait_ms: row.queue_wait_ms,
        }
    }
}

/// The same query in both orders, and where each begins.
macro_rules! sorted {
    ($compare:tt $first:tt $first_id:tt $direction:tt, $tx:ident, $words:ident, $filter:ident, $cursor:ident, $limit:ident) => {
        sqlx::query_as!(
            Row,
            r#"SELECT o.id, o.account_id, o.store_id, s.name AS store_name, s.state AS store_state, s.engine, o.kind, o.state,
                      o.attempt, o.dead_letter, o.failure->>'reason' AS failure, o.waiting_for, o.requested_by,
                      o.correlation_id, o.queued_at, o.started_at, o.finished_at, o.lease_epoch AS claims,
                      NOT EXISTS (SELECT FROM operations n WHERE n.store_id = o.store_id
                                  AND (n.queued_at, n.id) > (o.queued_at, o.id)) AS "is_newest!",
                      CASE WHEN o.state = 'queued' AND o.run_after > clock_timestamp() THEN o.run_after END AS next_try_at,
                      CASE WHEN o.lease_expires_at > clock_timestamp() THEN o.lease_owner END AS worker,
                      CASE WHEN o.lease_expires_at > clock_timestamp() THEN o.lease_expires_at END AS lease_expires_at,
                      (o.has_permit AND o.lease_expires_at > clock_timestamp()) IS TRUE AS "has_permit!",
                      milliseconds_between(o.queued_at, COALESCE(o.started_at, o.finished_at)) AS "queue_wait_ms!",
                      step.name AS "step_name?", step.state AS "step_state?", step.attempts AS "step_attempts?",
                      step.reason AS step_reason,
                      (SELECT count(*) FROM operation_steps d WHERE d.operation_id = o.id AND d.state = 'done') AS "steps_done!",
                      (SELECT count(*) FROM operation_steps t WHERE t.operation_id = o.id) AS "steps_total!"
               FROM operations o JOIN stores s ON s.id = o.store_id
               LEFT JOIN LATERAL (
                   SELECT c.name, c.state, c.attempts, c.reason FROM operation_steps c
                   WHERE c.operation_id = o.id AND c.state IN ('running', 'failed', 'cancelled', 'waiting')
                   ORDER BY c.state = 'waiting', c.position LIMIT 1) step ON true
               WHERE ($1::text[] IS NULL OR o.state = ANY ($1)) AND ($2::text[] IS NULL OR o.kind = ANY ($2))
                 AND ($3::text[] IS NULL OR s.engine = ANY ($3)) AND ($4::uuid IS NULL OR o.account_id = $4)
                 AND ($5::uuid IS NULL OR o.store_id = $5) AND ($6::boolean IS NULL OR o.dead_letter = $6)
                 AND ($7::timestamptz IS NULL OR o.queued_at >= $7)
                 AND (o.queued_at, o.id) "# + $compare + " (COALESCE($8, " + $first + "), COALESCE($9, " + $first_id + "::uuid))
               ORDER BY o.queued_at " + $direction + ", o.id " + $direction + " LIMIT $10",
            $words[0].as_deref(),
            $words[1].as_deref(),
            $words[2].as_deref(),
            $filter.account.map(AccountId::as_uuid),
            $filter.store.map(StoreId::as_uuid),
            $filter.dead_letter,
            $filter.since,
            $cursor.and_then(Cursor::time),
            $cursor.map(|cursor| cursor.id),
            one_more($limit)
        )
        .fetch_all($tx.connection())
        .await?
    };
}

fn words<T: ToString>(list: Option<&[T]>) -> Option<Vec<String>> {
    list.map(|list| list.iter().map(ToString::to_string).collect())
}

/// A page of operations, `limit` at most, after `cursor`.
pub async fn page(
    tx: &mut Tx,
    filter: &Filter,
    sort: Sort<OperationSort>,
    cursor: Option<&Cursor<OperationSort>>,
    limit: usize,
) -> Result<Page<Listed, OperationSort>, DbError> {
    plan_anew(tx).await?;
    let words =
        [words(filter.states.as_deref()), words(filter.kinds.as_deref()), words(filter.engines.as_deref())];
    let rows = match (sort.by, sort.descending) {
        (OperationSort::QueuedAt, true) => {
            sorted!("<" "'infinity'::timestamptz" "'ffffffff-ffff-ffff-ffff-ffffffffffff'" "DESC", tx, words, filter, cursor, limit)
        }
        (OperationSort::QueuedAt, false) => {
            sorted!(">" "'-infinity'::timestamptz" "'00000000-0000-0000-0000-000000000000'" "ASC", tx, words, filter, cursor, limit)
        }
    };
    let operations = rows.into_iter().map(Listed::from).collect();
    Ok(Page::cut(operations, limit, |operation: &Listed| Cursor {
        sort,
        key: Key::Time(operation.queued_at),
        id: operation.id.as_uuid(),
    }))
}
