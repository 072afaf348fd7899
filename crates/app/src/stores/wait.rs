//! Waits for an operation's end, for a client that would ask again and again.

use std::time::Duration;

use souk_db::listen::Change;
use souk_db::{operations, stores};
use souk_domain::id::{OperationId, StoreId};
use souk_domain::principal::Principal;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use super::Accepted;
use crate::error::OrNotFound;
use crate::{App, AppError};

/// A notification of the database can be lost, so it also looks by itself.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The operation and its store as they are when it has ended, or when the time is up. Dropped, it has done nothing.
pub async fn wait(
    app: &App,
    who: &Principal,
    id: OperationId,
    limit: Duration,
) -> Result<Accepted, AppError> {
    // Before the first look, so that nothing falls between the two.
    let mut changes = app.changes();
    let until = Instant::now() + limit;
    loop {
        let mut tx = app.tenant(who).await?;
        let operation = operations::get(&mut tx, id).await.or_not_found(AppError::OperationNotFound)?;
        let store = stores::get(&mut tx, operation.store_id).await.or_not_found(AppError::StoreNotFound)?;
        tx.commit().await?;
        if operation.state.is_final() || Instant::now() >= until {
            return Ok(Accepted { store, operation });
        }
        let next_look = until.min(Instant::now() + LOOK_EVERY);
        // Either way it looks again.
        let _ = timeout_at(next_look, changed(&mut changes, operation.store_id)).await;
    }
}

/// Returns when something has happened to the store, or may have.
async fn changed(changes: &mut Receiver<Change>, store: StoreId) {
    loop {
        match changes.recv().await {
            Ok(Change::Events(other, _)) if other != store => {}
            Ok(Change::Events(..) | Change::Operation(_) | Change::Anything) | Err(RecvError::Lagged(_)) => {
                return;
            }
            // Only looking is left.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
