//! A store is to go: always accepted, whatever is at work on it.

use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::{Caller, audit, operations, stores};
use souk_domain::id::StoreId;
use souk_domain::operation::OperationKind;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;

use super::{Accepted, begin_deletion, enqueue, lock_own};
use crate::error::OrNotFound;
use crate::once::{Answered, Once};
use crate::{App, AppError, Precondition};

/// Asked again while the store is being removed, it answers with the same operation; should that one
/// have been put aside as a dead letter, with a new one: a removal can always be asked for.
pub async fn delete(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: StoreId,
    precondition: &Precondition,
    once: &Once<'_>,
) -> Result<Answered, AppError> {
    let mut tx = app.tenant(who).await?;
    if let Some(answered) = once.before(&mut tx, who).await? {
        return Ok(answered);
    }
    let mut store = lock_own(&mut tx, who, id).await?;
    precondition.check(store.version)?;
    if store.state == StoreState::Deleting {
        let operation = stores::deletion(&mut tx, id).await.or_not_found(AppError::StoreNotFound)?;
        let operation = operations::get(&mut tx, operation).await?;
        if !operation.state.is_final() {
            return once.commit(tx, who, &Accepted { store, operation }).await;
        }
        let again = enqueue(app, &mut tx, who, caller, &store, OperationKind::Delete).await?;
        let details = json!({ "name": store.name, "operation": again, "instead_of": operation.id });
        audit::store(&mut tx, AuditEvent::StoreDeleted, who, id, caller, details).await?;
        let operation = operations::get(&mut tx, again).await?;
        return once.commit(tx, who, &Accepted { store, operation }).await;
    }
    let operation = begin_deletion(app, &mut tx, who, caller, &mut store).await?;
    let details = json!({ "name": store.name, "operation": operation });
    audit::store(&mut tx, AuditEvent::StoreDeleted, who, id, caller, details).await?;
    let operation = operations::get(&mut tx, operation).await?;
    once.commit(tx, who, &Accepted { store, operation }).await
}
