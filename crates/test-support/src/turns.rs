//! Who had a permit when, read from the operations' own times.

use chrono::{DateTime, Utc};
use souk_domain::id::{AccountId, OperationId};
use sqlx::Row;

use crate::TestDatabase;

/// One operation's time with a permit, where it was never given back in between.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    pub operation: OperationId,
    pub account: AccountId,
    pub queued: DateTime<Utc>,
    pub started: DateTime<Utc>,
    pub ended: DateTime<Utc>,
}

impl Turn {
    #[must_use]
    pub fn holds_at(&self, time: DateTime<Utc>) -> bool {
        self.started <= time && time < self.ended
    }
}

impl TestDatabase {
    /// The turns of all operations, oldest operation first; each must have ended.
    pub async fn turns(&self) -> Vec<Turn> {
        let rows = sqlx::query("SELECT id, account_id, queued_at, started_at, finished_at FROM operations ORDER BY queued_at, id")
            .fetch_all(&mut self.superuser().await)
            .await
            .expect("the operations");
        let turn = |row: sqlx::postgres::PgRow| Turn {
            operation: OperationId::from_uuid(row.get(0)),
            account: AccountId::from_uuid(row.get(1)),
            queued: row.get(2),
            started: row.get(3),
            ended: row.get(4),
        };
        rows.into_iter().map(turn).collect()
    }
}
