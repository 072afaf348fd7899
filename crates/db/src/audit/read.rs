//! The audit log, read: an operator sees all of it, everybody else what concerns their account.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use souk_domain::id::{AccountId, StoreId, UserId};
use souk_domain::principal::Principal;

use crate::convert::json;
use crate::{DbError, Tx};

/// A row as it stands in the table, every column of it: what is sealed.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub event_type: String,
    pub actor_user_id: Option<uuid::Uuid>,
    pub account_id: Option<uuid::Uuid>,
    pub store_id: Option<uuid::Uuid>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub correlation_id: Option<String>,
    /// As the database writes a jsonb: one text for one value.
    pub details: String,
    /// By the database's clock, when it was read.
    pub seen_at: DateTime<Utc>,
}

/// One entry of the log, for people.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Grows; the cursor of a page.
    pub id: i64,
    pub at: DateTime<Utc>,
    pub event_type: String,
    /// Nobody who is known, or an operator at the command line.
    pub actor: Option<UserId>,
    /// Their address today.
    pub actor_email: Option<String>,
    pub account: Option<AccountId>,
    pub store: Option<StoreId>,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
    pub correlation_id: Option<String>,
    pub details: serde_json::Value,
}

/// What is looked for; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub event_type: Option<String>,
    pub actor: Option<UserId>,
    pub account: Option<AccountId>,
    pub store: Option<StoreId>,
    /// From this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Only what is older than the entry with this number.
    pub before: Option<i64>,
}

/// The newest entries that `filter` lets through, newest first. `own` leaves those that concern the principal: of
/// their account, or done by them.
pub async fn list(
    tx: &mut Tx,
    own: Option<&Principal>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<AuditEntry>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT log.id, at, event_type, actor_user_id, users.email AS "actor_email?", log.account_id, store_id,
                  host(ip) AS ip, user_agent, correlation_id, details
           FROM audit_log log LEFT JOIN users ON users.id = actor_user_id
           WHERE ($1::text IS NULL OR event_type = $1) AND ($2::uuid IS NULL OR actor_user_id = $2)
             AND ($3::uuid IS NULL OR log.account_id = $3) AND ($4::uuid IS NULL OR store_id = $4)
             AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
             AND ($7::bigint IS NULL OR log.id < $7)
             AND ($8::uuid IS NULL OR log.account_id = $8 OR actor_user_id = $9)
           ORDER BY log.id DESC LIMIT $10"#,
        filter.event_type,
        filter.actor.map(UserId::as_uuid),
        filter.account.map(AccountId::as_uuid),
        filter.store.map(StoreId::as_uuid),
        filter.since,
        filter.until,
        filter.before,
        own.map(|who| who.account_id.as_uuid()),
        own.map(|who| who.user_id.as_uuid()),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let ip = row.ip.map(|ip| ip.parse().map_err(|error| DbError::Corrupt(Box::new(error))));
            Ok(AuditEntry {
                id: row.id,
                at: row.at,
                event_type: row.event_type,
                actor: row.actor_user_id.map(UserId::from_uuid),
                actor_email: row.actor_email,
                account: row.account_id.map(AccountId::from_uuid),
                store: row.store_id.map(StoreId::from_uuid),
                ip: ip.transpose()?,
                user_agent: row.user_agent,
                correlation_id: row.correlation_id,
                details: json(row.details)?,
            })
        })
        .collect()
}
