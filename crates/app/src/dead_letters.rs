//! An operation that was put aside is queued again: by an operator, through the API or at the command line.
//!
//! Invariant: only while it is the last thing that was asked of its store, and the store waits where it left it. What
//! its owner has asked for since is never undone by it.

use serde_json::{Value, json};
use souk_db::dead_letters::{self, Aside};
use souk_db::stores::{self, Change, Store};
use souk_db::{DbError, Tx};
use souk_domain::id::OperationId;
use souk_domain::operation::OperationKind;
use souk_domain::reason::Reason;
use souk_domain::state::{Event, StoreState};

use crate::AppError;

/// Why it is not queued again, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CannotRequeue {
    #[error("there is no such operation")]
    NoOperation,
    #[error("the operation was not put aside, or is queued again already")]
    NotDeadLetter,
    #[error("the store has gone on since: it is {current}, and this operation is not what it waits for")]
    GoneOn { current: StoreState },
    #[error("the database did not do it")]
    Database(#[source] DbError),
}

impl From<DbError> for CannotRequeue {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NotFound => Self::NoOperation,
            error => Self::Database(error),
        }
    }
}

impl From<CannotRequeue> for AppError {
    fn from(error: CannotRequeue) -> Self {
        match error {
            CannotRequeue::NoOperation => Self::OperationNotFound,
            CannotRequeue::NotDeadLetter => Self::NotDeadLetter,
            CannotRequeue::GoneOn { current } => Self::GoneOn { current },
            CannotRequeue::Database(error) => error.into(),
        }
    }
}

/// What was queued again.
#[derive(Debug)]
pub(crate) struct Requeued {
    pub store: Store,
    pub kind: OperationKind,
}

impl Requeued {
    /// For the audit log.
    pub fn details(&self, operation: OperationId, reason: &Reason) -> Value {
        json!({ "name": self.store.name, "operation": operation, "kind": self.kind, "reason": reason })
    }
}

/// The caller commits, with the audit row.
pub(crate) async fn requeue(tx: &mut Tx, id: OperationId) -> Result<Requeued, CannotRequeue> {
    let store = dead_letters::store_of(tx, id).await?;
    let mut store = stores::lock(tx, store).await?;
    let aside = dead_letters::lock(tx, id).await?;
    if !aside.is_dead_letter {
        return Err(CannotRequeue::NotDeadLetter);
    }
    if !waits_for(&store, &aside) {
        return Err(CannotRequeue::GoneOn { current: store.state });
    }
    if store.state == StoreState::Failed {
        // As its owner's retry would: a new namespace, new secrets, the same address.
        let change =
            Change { operation_id: Some(id), correlation_id: Some(&aside.correlation_id), failure: None };
        stores::apply(tx, &mut store, Event::Retry, change).await?;
    }
    dead_letters::requeue(tx, id, &aside, &store).await?;
    Ok(Requeued { store, kind: aside.kind })
}

fn waits_for(store: &Store, aside: &Aside) -> bool {
    let fits = match aside.kind {
        // Failed as a rule; untouched where not even the operation's row could be read.
        OperationKind::Provision => {
            matches!(store.state, StoreState::Failed | StoreState::Requested | StoreState::Provisioning)
        }
        // What is lost is neither to be repaired nor to be made larger.
        OperationKind::Repair | OperationKind::Resize => store.state == StoreState::Ready && !store.data_lost,
        OperationKind::Delete => store.state == StoreState::Deleting,
    };
    fits && aside.is_newest && aside.attempt == store.attempt
}
