//! Stores: what their owners can do with them.

mod availability;
mod create;
mod credentials;
mod delete;
mod edit;
mod events;
mod get;
mod list;
mod pod_logs;
mod rebuild;
mod retry;
mod wait;
mod words;

pub use availability::{Availability, Unavailable, availability};
pub use create::{NewStore, create};
pub use credentials::{Credentials, credentials};
pub use delete::delete;
pub use edit::{Edited, edit};
pub use events::events_after;
pub use get::{StoreDetails, get};
pub use list::{ListFilter, MAX_PAGE, list};
pub use pod_logs::{Lines, pod_logs};
pub use rebuild::rebuild;
pub use retry::retry;
pub use wait::wait;

use souk_db::operations::{self, NewOperation, Operation};
pub use souk_db::stores::edit::Edit;
use souk_db::stores::{self, Change, Store};
use souk_db::{Caller, DbError, Tx};
use souk_domain::id::{OperationId, StoreId};
use souk_domain::operation::OperationKind;
use souk_domain::principal::Principal;
use souk_domain::state::{Event, StoreState};

use crate::error::OrNotFound;
use crate::{App, AppError, security};

/// Work that will be done, and the store as it is now.
#[derive(Debug)]
pub struct Accepted {
    pub store: Store,
    pub operation: Operation,
}

/// The store, if it is the caller's own. An admin sees those of others too, and is told so.
async fn own(tx: &mut Tx, who: &Principal, id: StoreId) -> Result<Store, AppError> {
    let store = stores::get(tx, id).await.or_not_found(AppError::StoreNotFound)?;
    if store.state == StoreState::Deleted {
        return Err(AppError::StoreNotFound);
    }
    if store.account_id != who.account_id {
        security::count("foreign_store_refused");
        return Err(AppError::StoreNotOwner);
    }
    Ok(store)
}

/// As [`own`], and nobody else changes it until the transaction ends.
async fn lock_own(tx: &mut Tx, who: &Principal, id: StoreId) -> Result<Store, AppError> {
    own(tx, who, id).await?;
    // The owner never changes; the state may have, meanwhile.
    let store = stores::lock(tx, id).await.or_not_found(AppError::StoreNotFound)?;
    if store.state == StoreState::Deleted { Err(AppError::StoreNotFound) } else { Ok(store) }
}

/// Stops what is at work on the store, which is to go. The caller holds the store's lock.
pub(crate) async fn stop_for_deletion(
    tx: &mut Tx,
    store: &mut Store,
    caller: &Caller,
) -> Result<(), DbError> {
    operations::cancel_unfinished(tx, store.id).await?;
    move_on(tx, store, Event::Delete, caller).await
}

/// As [`stop_for_deletion`], and queues the removal.
async fn begin_deletion(
    app: &App,
    tx: &mut Tx,
    who: &Principal,
    caller: &Caller,
    store: &mut Store,
) -> Result<OperationId, AppError> {
    stop_for_deletion(tx, store, caller).await?;
    enqueue(app, tx, who, caller, store, OperationKind::Delete).await
}

async fn move_on(tx: &mut Tx, store: &mut Store, event: Event, caller: &Caller) -> Result<(), DbError> {
    let change = Change { operation_id: None, correlation_id: Some(&caller.correlation_id), failure: None };
    stores::apply(tx, store, event, change).await
}

async fn enqueue(
    app: &App,
    tx: &mut Tx,
    who: &Principal,
    caller: &Caller,
    store: &Store,
    kind: OperationKind,
) -> Result<OperationId, AppError> {
    let id = OperationId::generate(app.clock().now(), app.entropy());
    let queue_timeout = match kind {
        OperationKind::Provision => Some(app.limits.queue_timeout),
        // These wait as long as it takes.
        OperationKind::Repair | OperationKind::Resize | OperationKind::Delete => None,
    };
    let operation = NewOperation {
        id,
        kind,
        requested_by: Some(who.user_id),
        correlation_id: &caller.correlation_id,
        queue_timeout,
    };
    operations::enqueue(tx, store, operation).await?;
    Ok(id)
}
