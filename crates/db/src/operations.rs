//! Operations: one row of durable work each, with its steps.

pub mod list;
pub mod provisioning;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use souk_domain::entropy::Entropy;
use souk_domain::event::EventKind;
use souk_domain::id::{AccountId, OperationId, StoreId, UserId};
use souk_domain::operation::{OperationKind, OperationState, Step, StepState};

use crate::convert::{count, json, word};
use crate::events::{self, NewEvent};
use crate::stores::{Failure, Store};
use crate::{DbError, Tx, queue};

#[derive(Debug, Clone)]
pub struct Operation {
    pub id: OperationId,
    pub account_id: AccountId,
    pub store_id: StoreId,
    pub kind: OperationKind,
    pub attempt: u32,
    pub state: OperationState,
    pub failure: Option<Failure>,
    pub waiting_for: Option<String>,
    /// When it goes on, while it waits for a time that is known.
    pub next_try_at: Option<DateTime<Utc>>,
    /// How often a worker has taken it up.
    pub claims: i64,
    /// `None`: Souk itself asked.
    pub requested_by: Option<UserId>,
    pub correlation_id: String,
    pub dead_letter: bool,
    pub queued_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// From the first start to the end, or until now.
    pub duration_ms: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct StepRecord {
    pub position: i32,
    pub name: Step,
    pub state: StepState,
    pub attempts: u32,
    pub reason: Option<String>,
    pub advice: Option<String>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// From the first try's start to the end, or until now; pauses between tries count.
    pub duration_ms: Option<i64>,
}

#[derive(Debug)]
pub struct NewOperation<'a> {
    pub id: OperationId,
    pub kind: OperationKind,
    /// `None`: Souk itself asks.
    pub requested_by: Option<UserId>,
    pub correlation_id: &'a str,
    /// How long it may wait to start; `None` waits as long as it takes.
    pub queue_timeout: Option<Duration>,
}

/// Inserts the operation, its steps, its event and its job. All of it, or with a rolled-back
/// transaction nothing. The trace of who asks goes on in whichever worker takes it up.
pub async fn enqueue(tx: &mut Tx, store: &Store, operation: NewOperation<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO operations (id, account_id, store_id, kind, attempt, requested_by, correlation_id, queue_deadline,
                                 traceparent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9)",
        operation.id.as_uuid(),
        store.account_id.as_uuid(),
        store.id.as_uuid(),
        operation.kind.as_str(),
        store.attempt.cast_signed(),
        operation.requested_by.map(UserId::as_uuid),
        operation.correlation_id,
        operation.queue_timeout.map(|timeout| timeout.as_secs_f64()),
        souk_trace::current()
    )
    .execute(tx.connection())
    .await?;
    let names: Vec<String> = operation.kind.steps().iter().map(|step| step.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO operation_steps (operation_id, account_id, position, name)
         SELECT $1, $2, s.position::int, s.name FROM unnest($3::text[]) WITH ORDINALITY AS s (name, position)",
        operation.id.as_uuid(),
        store.account_id.as_uuid(),
        &names
    )
    .execute(tx.connection())
    .await?;
    let message = match operation.kind {
        OperationKind::Provision => "Provisioning queued",
        OperationKind::Repair => "Repair queued",
        OperationKind::Resize => "Change of plan queued",
        OperationKind::Delete => "Deletion queued",
    };
    let event = NewEvent {
        store_id: store.id,
        operation_id: Some(operation.id),
        kind: EventKind::OperationQueued,
        message,
        data: json!({ "kind": operation.kind }),
        correlation_id: Some(operation.correlation_id),
    };
    events::append(tx, event).await?;
    queue::wake(tx, operation.id).await
}

struct Row {
    id: uuid::Uuid,
    account_id: uuid::Uuid,
    store_id: uuid::Uuid,
    kind: String,
    attempt: i32,
    state: String,
    failure: Option<serde_json::Value>,
    waiting_for: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    claims: i64,
    requested_by: Option<uuid::Uuid>,
    correlation_id: String,
    dead_letter: bool,
    queued_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    duration_ms: Option<i64>,
}

impl TryFrom<Row> for Operation {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: OperationId::from_uuid(row.id),
            account_id: AccountId::from_uuid(row.account_id),
            store_id: StoreId::from_uuid(row.store_id),
            kind: word(&row.kind)?,
            attempt: count(row.attempt)?,
            state: word(&row.state)?,
            failure: row.failure.map(json).transpose()?,
            waiting_for: row.waiting_for,
            next_try_at: row.next_try_at,
            claims: row.claims,
            requested_by: row.requested_by.map(UserId::from_uuid),
            correlation_id: row.correlation_id,
            dead_letter: row.dead_letter,
            queued_at: row.queued_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            duration_ms: row.duration_ms,
        })
    }
}

pub async fn get(tx: &mut Tx, id: OperationId) -> Result<Operation, DbError> {
    sqlx::query_as!(
        Row,
        "SELECT id, account_id, store_id, kind, attempt, state, failure, waiting_for, requested_by, correlation_id,
                dead_letter, queued_at, started_at, finished_at, lease_epoch AS claims,
                CASE WHEN state = 'queued' AND run_after > clock_timestamp() THEN run_after END AS next_try_at,
                milliseconds_between(started_at, finished_at) AS duration_ms
         FROM operations WHERE id = $1",
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?
    .try_into()
}

/// Whose it is.
pub async fn account_of(tx: &mut Tx, id: OperationId) -> Result<AccountId, DbError> {
    let row = sqlx::query!("SELECT account_id FROM operations WHERE id = $1", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(AccountId::from_uuid(row.account_id))
}

/// The store's newest operation.
pub async fn latest(tx: &mut Tx, store: StoreId) -> Result<Option<Operation>, DbError> {
    sqlx::query_as!(
        Row,
        "SELECT id, account_id, store_id, kind, attempt, state, failure, waiting_for, requested_by, correlation_id,
                dead_letter, queued_at, started_at, finished_at, lease_epoch AS claims,
                CASE WHEN state = 'queued' AND run_after > clock_timestamp() THEN run_after END AS next_try_at,
                milliseconds_between(started_at, finished_at) AS duration_ms
         FROM operations WHERE store_id = $1 ORDER BY queued_at DESC, id DESC LIMIT 1",
        store.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .map(Operation::try_from)
    .transpose()
}

pub async fn steps(tx: &mut Tx, id: OperationId) -> Result<Vec<StepRecord>, DbError> {
    let rows = sqlx::query!(
        "SELECT position, name, state, attempts, reason, advice, started_at, finished_at,
                milliseconds_between(started_at, finished_at) AS duration_ms
         FROM operation_steps WHERE operation_id = $1 ORDER BY position",
        id.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StepRecord {
                position: row.position,
                name: word(&row.name)?,
                state: word(&row.state)?,
                attempts: count(row.attempts)?,
                reason: row.reason,
                advice: row.advice,
                started_at: row.started_at,
                finished_at: row.finished_at,
                duration_ms: row.duration_ms,
            })
        })
        .collect()
}

/// An id for an operation that Souk itself asks for; the time in it is the database's.
pub async fn new_id(tx: &mut Tx, entropy: &Entropy) -> Result<OperationId, DbError> {
    let row = sqlx::query!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(tx.connection()).await?;
    Ok(OperationId::generate(row.now, entropy))
}

/// Whether an operation of the store works, waits to, or was asked to stop and has not yet.
pub async fn is_unfinished(tx: &mut Tx, store: StoreId) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM operations
                          WHERE store_id = $1 AND state IN ('queued', 'running', 'cancelling')) AS "unfinished!""#,
        store.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.unfinished)
}

/// How long ago the operation was queued, by the database's clock.
pub async fn age(tx: &mut Tx, id: OperationId) -> Result<Duration, DbError> {
    let row = sqlx::query!(
        r#"SELECT extract(epoch FROM clock_timestamp() - queued_at)::float8 AS "seconds!" FROM operations WHERE id = $1"#,
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Duration::from_secs_f64(row.seconds.max(0.0)))
}

/// Asks the store's unfinished operation to stop, for a delete that follows in the same transaction.
/// One that nobody holds is over at once; one that a worker holds becomes `cancelling`, and its
/// worker lets go.
pub async fn cancel_unfinished(tx: &mut Tx, store: StoreId) -> Result<(), DbError> {
    let rows = sqlx::query!(
        r#"UPDATE operations SET
               state = CASE WHEN held THEN 'cancelling' ELSE 'cancelled' END,
               finished_at = CASE WHEN held THEN NULL ELSE clock_timestamp() END,
               has_permit = has_permit AND held,
               lease_owner = CASE WHEN held THEN lease_owner END,
               lease_expires_at = CASE WHEN held THEN lease_expires_at END,
               waiting_for = NULL
           FROM (SELECT id AS at_work, (lease_expires_at > clock_timestamp()) IS TRUE AS held FROM operations
                 WHERE store_id = $1 AND state IN ('queued', 'running') FOR NO KEY UPDATE) mine
           WHERE id = at_work
           RETURNING id, state, correlation_id"#,
        store.as_uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        if row.state == OperationState::Cancelled.as_str() {
            let operation = OperationId::from_uuid(row.id);
            append_cancelled(tx, store, operation, &row.correlation_id).await?;
            // Asked for by another request, whose id is on the line as well.
            tracing::info!(
                %operation, %store, correlation_id = row.correlation_id,
                "the operation was cancelled; nobody was at work on it"
            );
        }
    }
    Ok(())
}

pub(crate) async fn append_failed(
    tx: &mut Tx,
    store: StoreId,
    operation: OperationId,
    correlation_id: &str,
    failure: &Failure,
) -> Result<(), DbError> {
    let event = NewEvent {
        store_id: store,
        operation_id: Some(operation),
        kind: EventKind::OperationFailed,
        message: &format!("Operation failed: {}", failure.reason),
        data: json!({ "failure": failure }),
        correlation_id: Some(correlation_id),
    };
    events::append(tx, event).await.map(drop)
}

pub(crate) async fn append_cancelled(
    tx: &mut Tx,
    store: StoreId,
    operation: OperationId,
    correlation_id: &str,
) -> Result<(), DbError> {
    let event = NewEvent {
        store_id: store,
        operation_id: Some(operation),
        kind: EventKind::OperationCancelled,
        message: "Operation cancelled",
        data: json!({}),
        correlation_id: Some(correlation_id),
    };
    events::append(tx, event).await.map(drop)
}

/// Provisionings that have not ended, over all accounts. Called under the lock on permits; answers
/// whether one more would be one too many.
pub async fn unfinished_provisionings(tx: &mut Tx) -> Result<i64, DbError> {
    // The API's role sees one account only, and the queue is everybody's.
    let row = sqlx::query!(r#"SELECT count_unfinished_provisionings() AS "count!""#)
        .fetch_one(tx.connection())
        .await?;
    Ok(row.count)
}
