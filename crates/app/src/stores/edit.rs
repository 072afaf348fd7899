//! What its owner changes of a store: its title at once, its plan by an operation.

use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::stores::Store;
use souk_db::stores::edit::{self, Edit};
use souk_db::{Caller, accounts, audit, operations};
use souk_domain::id::StoreId;
use souk_domain::operation::OperationKind;
use souk_domain::plan::Plan;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;

use super::{Accepted, enqueue, lock_own};
use crate::{App, AppError, Precondition};

/// How it was taken.
#[derive(Debug)]
pub enum Edited {
    /// It is so now, or is so from the next attempt on.
    Done(Box<Store>),
    /// The store is brought to its plan's size.
    Resizing(Box<Accepted>),
}

/// The title is what Souk calls the store; what its shop calls itself is its owner's to change in the shop. A plan
/// counts at once for a ready store, and from the next attempt on for any other. Asked again after a change of plan has
/// failed, it is tried again.
pub async fn edit(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: StoreId,
    wanted: &Edit,
    precondition: &Precondition,
) -> Result<Edited, AppError> {
    super::words::check_title(wanted.title.as_ref())?;
    let mut tx = app.tenant(who).await?;
    let mut store = lock_own(&mut tx, who, id).await?;
    precondition.check(store.version)?;
    if store.state == StoreState::Deleting {
        return Err(AppError::Conflict { current: store.state });
    }
    let account = accounts::get(&mut tx, store.account_id).await?;
    if let Some(Some(plan)) = wanted.plan
        && plan > account.plan
    {
        return Err(AppError::PlanTooLarge { most: account.plan });
    }
    let changed = edit::edit(&mut tx, &mut store, wanted, &caller.correlation_id).await?;
    let due = Plan::of_store(store.chosen_plan, account.plan);
    let is_to_resize = wanted.plan.is_some()
        && store.state == StoreState::Ready
        && !store.data_lost
        && store.plan != Some(due);
    let mut operation = None;
    if is_to_resize {
        if operations::is_unfinished(&mut tx, id).await? {
            return Err(AppError::OperationInProgress);
        }
        operation = Some(enqueue(app, &mut tx, who, caller, &store, OperationKind::Resize).await?);
    }
    if changed.is_some() || operation.is_some() {
        let details = json!({ "name": store.name, "changed": changed, "operation": operation });
        audit::store(&mut tx, AuditEvent::StoreChanged, who, id, caller, details).await?;
    }
    let edited = match operation {
        Some(operation) => {
            let operation = operations::get(&mut tx, operation).await?;
            Edited::Resizing(Box::new(Accepted { store, operation }))
        }
        None => Edited::Done(Box::new(store)),
    };
    tx.commit().await?;
    Ok(edited)
}
