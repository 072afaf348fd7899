//! Stores: one row each, changed only through the state machine.

pub mod edit;
pub mod list;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use souk_domain::email::Email;
use souk_domain::engine::Engine;
use souk_domain::event::EventKind;
use souk_domain::health::Health;
use souk_domain::host::Slug;
use souk_domain::id::{AccountId, ClusterId, OperationId, StoreId, UserId};
use souk_domain::name::StoreName;
use souk_domain::options::{StoreOptions, Wishes};
use souk_domain::plan::Plan;
use souk_domain::state::{self, StoreState};
use souk_domain::theme::Theme;
use souk_domain::title::Title;

use crate::convert::{count, json, word};
use crate::events::{self, NewEvent};
use crate::{DbError, Tx};

/// Why a store failed, in words its owner can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The step that failed; absent when no step had begun.
    pub step: Option<String>,
    pub reason: String,
    pub advice: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Store {
    pub id: StoreId,
    pub account_id: AccountId,
    pub cluster_id: ClusterId,
    pub name: StoreName,
    pub title: Title,
    pub engine: Engine,
    pub slug: Slug,
    pub host: String,
    pub admin_email: Email,
    pub options: StoreOptions,
    /// The plan to whose size it was last brought; `None` before the first time.
    pub plan: Option<Plan>,
    /// The one that its owner chose for it; `None`: the account's.
    pub chosen_plan: Option<Plan>,
    pub state: StoreState,
    pub health: Health,
    pub health_reason: Option<String>,
    /// What the merchant had put into it is gone; only a rebuild helps.
    pub data_lost: bool,
    pub attempt: u32,
    pub version: i64,
    pub failure: Option<Failure>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub ready_at: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub struct NewStore {
    pub id: StoreId,
    pub account_id: AccountId,
    pub cluster_id: ClusterId,
    pub created_by: UserId,
    pub name: StoreName,
    pub title: Title,
    pub engine: Engine,
    pub slug: Slug,
    pub host: String,
    pub admin_email: Email,
    pub options: StoreOptions,
}

struct Row {
    id: uuid::Uuid,
    account_id: uuid::Uuid,
    cluster_id: uuid::Uuid,
    name: String,
    title: String,
    engine: String,
    slug: String,
    host: String,
    admin_email: String,
    catalogue: String,
    currency: String,
    country: String,
    theme: Option<String>,
    plan: Option<String>,
    chosen_plan: Option<String>,
    state: String,
    health: String,
    health_reason: Option<String>,
    data_lost: bool,
    attempt: i32,
    version: i64,
    failure: Option<serde_json::Value>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    ready_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Store {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let engine = word(&row.engine)?;
        let options = Wishes {
            catalogue: Some(word(&row.catalogue)?),
            currency: Some(word(&row.currency)?),
            country: Some(word(&row.country)?),
            theme: row.theme.as_deref().map(word).transpose()?,
        };
        Ok(Self {
            id: StoreId::from_uuid(row.id),
            account_id: AccountId::from_uuid(row.account_id),
            cluster_id: ClusterId::from_uuid(row.cluster_id),
            name: word(&row.name)?,
            title: word(&row.title)?,
            engine,
            slug: Slug::stored(row.slug),
            host: row.host,
            admin_email: word(&row.admin_email)?,
            options: StoreOptions::new(engine, options).map_err(|error| DbError::Corrupt(Box::new(error)))?,
            plan: row.plan.as_deref().map(word).transpose()?,
            chosen_plan: row.chosen_plan.as_deref().map(word).transpose()?,
            state: word(&row.state)?,
            health: word(&row.health)?,
            health_reason: row.health_reason,
            data_lost: row.data_lost,
            attempt: count(row.attempt)?,
            version: row.version,
            failure: row.failure.map(json).transpose()?,
            created_at: row.created_at,
            updated_at: row.updated_at,
            ready_at: row.ready_at,
        })
    }
}

/// Inserts a store in state `requested`, with its host and its first event.
pub async fn insert(tx: &mut Tx, store: &NewStore, correlation_id: &str) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO stores (id, account_id, cluster_id, created_by, name, title, engine, slug, admin_email,
                             catalogue, currency, country, theme, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'requested')",
        store.id.as_uuid(),
        store.account_id.as_uuid(),
        store.cluster_id.as_uuid(),
        store.created_by.as_uuid(),
        store.name.as_str(),
        store.title.as_str(),
        store.engine.as_str(),
        store.slug.as_str(),
        store.admin_email.as_str(),
        store.options.catalogue().as_str(),
        store.options.currency().code(),
        store.options.country().to_string(),
        store.options.theme().map(Theme::as_str)
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "INSERT INTO store_hosts (host, store_id, account_id) VALUES ($1, $2, $3)",
        store.host,
        store.id.as_uuid(),
        store.account_id.as_uuid()
    )
    .execute(tx.connection())
    .await?;
    open_interval(tx, store.id, store.account_id, StoreState::Requested).await?;
    let event = NewEvent {
        store_id: store.id,
        operation_id: None,
        kind: EventKind::StateChanged,
        message: "Store requested",
        data: json!({ "to": StoreState::Requested }),
        correlation_id: Some(correlation_id),
    };
    events::append(tx, event).await?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: StoreId) -> Result<Store, DbError> {
    sqlx::query_as!(
        Row,
        "SELECT s.id, s.account_id, s.cluster_id, s.name, s.title, s.engine, s.slug, h.host, s.admin_email, s.catalogue, s.currency,
                s.country, s.theme, s.plan, s.chosen_plan, s.state, s.health, s.health_reason, s.data_lost, s.attempt, s.version, s.failure, s.created_at, s.updated_at, s.ready_at
         FROM stores s JOIN store_hosts h ON h.store_id = s.id AND h.is_primary WHERE s.id = $1",
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?
    .try_into()
}

/// As [`get`], and nobody else changes the store until this transaction ends.
pub async fn lock(tx: &mut Tx, id: StoreId) -> Result<Store, DbError> {
    sqlx::query!("SELECT id FROM stores WHERE id = $1 FOR NO KEY UPDATE", id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    get(tx, id).await
}

/// The account's failed store of that name, locked: creating with its name retires it.
pub async fn lock_failed_by_name(
    tx: &mut Tx,
    account: AccountId,
    name: &StoreName,
) -> Result<Option<Store>, DbError> {
    let row = sqlx::query!(
        "SELECT id FROM stores WHERE account_id = $1 AND name = $2 AND state = 'failed'
         ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE",
        account.as_uuid(),
        name.as_str()
    )
    .fetch_optional(tx.connection())
    .await?;
    match row {
        Some(row) => Ok(Some(get(tx, StoreId::from_uuid(row.id)).await?)),
        None => Ok(None),
    }
}

/// Who has a name within its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameHolders {
    /// The store that keeps the name from others.
    pub living: Option<StoreId>,
    /// The failed one that would be retired.
    pub failed: Option<StoreId>,
}

/// Who has the name now; [`lock_failed_by_name`] finds the same failed one.
pub async fn holders_of_name(
    tx: &mut Tx,
    account: AccountId,
    name: &StoreName,
) -> Result<NameHolders, DbError> {
    let rows = sqlx::query!(
        "SELECT id, state FROM stores WHERE account_id = $1 AND name = $2 AND state NOT IN ('deleting', 'deleted')
         ORDER BY id",
        account.as_uuid(),
        name.as_str()
    )
    .fetch_all(tx.connection())
    .await?;
    let mut holders = NameHolders::default();
    for row in rows {
        let (id, state) = (Some(StoreId::from_uuid(row.id)), word::<StoreState>(&row.state)?);
        if state.holds_name() {
            holders.living = id;
        } else if state == StoreState::Failed {
            // The newest.
            holders.failed = id;
        }
    }
    Ok(holders)
}

/// A page of the cluster's ready stores on which no operation is at work, by id, after `cursor`.
pub(crate) async fn ready_and_idle(
    tx: &mut Tx,
    cluster: ClusterId,
    cursor: Option<StoreId>,
    limit: i64,
) -> Result<Vec<Store>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT s.id, s.account_id, s.cluster_id, s.name, s.title, s.engine, s.slug, h.host, s.admin_email, s.catalogue, s.currency,
                s.country, s.theme, s.plan, s.chosen_plan, s.state, s.health, s.health_reason, s.data_lost, s.attempt, s.version, s.failure, s.created_at, s.updated_at, s.ready_at
         FROM stores s JOIN store_hosts h ON h.store_id = s.id AND h.is_primary
         WHERE s.cluster_id = $1 AND s.state = 'ready' AND ($2::uuid IS NULL OR s.id > $2)
           AND NOT EXISTS (SELECT FROM operations o
                           WHERE o.store_id = s.id AND o.state IN ('queued', 'running', 'cancelling'))
         ORDER BY s.id LIMIT $3",
        cluster.as_uuid(),
        cursor.map(StoreId::as_uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Store::try_from).collect()
}

/// The operation that removes the store.
pub async fn deletion(tx: &mut Tx, id: StoreId) -> Result<OperationId, DbError> {
    let row = sqlx::query!(
        "SELECT id FROM operations WHERE store_id = $1 AND kind = 'delete' ORDER BY queued_at DESC LIMIT 1",
        id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(OperationId::from_uuid(row.id))
}

/// What a transition writes besides the state.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub operation_id: Option<OperationId>,
    pub correlation_id: Option<&'a str>,
    /// For [`state::Event::Fail`].
    pub failure: Option<&'a Failure>,
}

/// Moves the store on, if it is still as `store` shows it; the loser of a race learns the current
/// state. Writes the new state, its interval and its event, and updates `store`.
pub async fn apply(
    tx: &mut Tx,
    store: &mut Store,
    event: state::Event,
    change: Change<'_>,
) -> Result<(), DbError> {
    let conflict = DbError::Conflict { current: store.state };
    let next = state::transition(store.state, event).map_err(|_| conflict)?;
    let attempt = match event {
        state::Event::Retry | state::Event::Rebuild => store.attempt + 1,
        state::Event::Start
        | state::Event::Ready
        | state::Event::Fail
        | state::Event::Delete
        | state::Event::Gone => store.attempt,
    };
    let failure = change.failure.map(|failure| json!(failure));
    let row = sqlx::query!(
        "UPDATE stores SET state = $4, attempt = $5, version = version + 1, updated_at = now(),
                failure = CASE WHEN $4 = 'failed' THEN $6 WHEN $4 = 'requested' THEN NULL ELSE failure END,
                health = CASE WHEN $4 = 'ready' THEN 'up' ELSE 'unknown' END, health_reason = NULL,
                data_lost = CASE WHEN $4 = 'requested' THEN false ELSE data_lost END,
                ready_at = CASE WHEN $4 = 'ready' THEN now() ELSE ready_at END,
                deleted_at = CASE WHEN $4 = 'deleted' THEN now() ELSE deleted_at END
         WHERE id = $1 AND version = $2 AND state = $3
         RETURNING version, updated_at, ready_at, health, data_lost",
        store.id.as_uuid(),
        store.version,
        store.state.as_str(),
        next.as_str(),
        attempt.cast_signed(),
        failure
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Err(DbError::Conflict { current: get(tx, store.id).await?.state });
    };
    open_interval(tx, store.id, store.account_id, next).await?;
    let message = match change.failure {
        Some(failure) if next == StoreState::Failed => format!("Store failed: {}", failure.reason),
        _ => format!("Store is {next}"),
    };
    let event = NewEvent {
        store_id: store.id,
        operation_id: change.operation_id,
        kind: EventKind::StateChanged,
        message: &message,
        data: json!({ "from": store.state, "to": next, "failure": change.failure }),
        correlation_id: change.correlation_id,
    };
    events::append(tx, event).await?;
    store.state = next;
    store.attempt = attempt;
    store.version = row.version;
    store.health = word(&row.health)?;
    store.health_reason = None;
    store.data_lost = row.data_lost;
    store.updated_at = row.updated_at;
    store.ready_at = row.ready_at;
    store.failure = change.failure.cloned();
    Ok(())
}

async fn open_interval(
    tx: &mut Tx,
    id: StoreId,
    account: AccountId,
    state: StoreState,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE store_state_intervals SET ended_at = clock_timestamp() WHERE store_id = $1 AND ended_at IS NULL",
        id.as_uuid()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "INSERT INTO store_state_intervals (store_id, account_id, state, started_at)
         VALUES ($1, $2, $3, clock_timestamp())",
        id.as_uuid(),
        account.as_uuid(),
        state.as_str()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
