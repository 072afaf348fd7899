//! Being woken by the database instead of asking it again and again.
//!
//! A notification can be lost (a dropped connection, a full queue), so whoever waits here also looks
//! now and then by himself. After a lost connection every listener is woken once.

use souk_domain::id::{AccountId, OperationId, StoreId};
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use crate::{ApiPool, DbError, WorkerPool};

/// Notifications kept for a slow listener; one that falls further behind is told that it missed some.
const BUFFER: usize = 1024;
/// Pause before the listening connection is opened anew.
const RECONNECT_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// What changed. `Anything` means that some may have been missed: look for yourself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A store has new events; whose it is.
    Events(StoreId, AccountId),
    Operation(OperationId),
    Anything,
}

/// Hands out the changes that one connection listens for.
#[derive(Debug, Clone)]
pub struct Changes(broadcast::Sender<Change>);

impl Changes {
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}

impl ApiPool {
    /// Listens for new events of stores, until the pool is closed.
    pub async fn changes(&self) -> Result<Changes, DbError> {
        listen(&self.0, "souk_event", |payload| {
            let (store, account) = payload.split_once(' ')?;
            let (store, account) = (store.parse().ok()?, account.parse().ok()?);
            Some(Change::Events(StoreId::from_uuid(store), AccountId::from_uuid(account)))
        })
        .await
    }
}

impl WorkerPool {
    /// Listens for operations that changed their state, until the pool is closed.
    pub async fn changes(&self) -> Result<Changes, DbError> {
        listen(&self.0, "souk_operation", |payload| {
            Some(Change::Operation(OperationId::from_uuid(payload.parse().ok()?)))
        })
        .await
    }
}

async fn listen(
    pool: &sqlx::PgPool,
    channel: &'static str,
    change: fn(&str) -> Option<Change>,
) -> Result<Changes, DbError> {
    let (sender, _) = broadcast::channel(BUFFER);
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    let changes = Changes(sender.clone());
    let pool = pool.clone();
    tokio::spawn(async move {
        loop {
            let change = match listener.try_recv().await {
                Ok(Some(notification)) => change(notification.payload()).unwrap_or(Change::Anything),
                // The connection was lost; the listener opens a new one by itself.
                Ok(None) => Change::Anything,
                Err(_) if pool.is_closed() => return,
                Err(error) => {
                    tracing::warn!(%error, channel, "listening for changes failed; trying again");
                    tokio::time::sleep(RECONNECT_PAUSE).await;
                    Change::Anything
                }
            };
            // An error only means that nobody listens right now.
            let _ = sender.send(change);
        }
    });
    Ok(changes)
}
