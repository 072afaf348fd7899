//! A store whose data is lost begins again, empty, at the same address. Souk never does that by itself.

use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::{Caller, audit, operations};
use souk_domain::id::StoreId;
use souk_domain::operation::OperationKind;
use souk_domain::principal::Principal;
use souk_domain::state::{Event, StoreState};

use super::{Accepted, enqueue, lock_own, move_on, own};
use crate::once::{Answered, Once};
use crate::{App, AppError, Precondition};

/// `typed` is the store's name, as its owner typed it: an empty shop in place of a full one is not made by
/// a slip of the hand.
pub async fn rebuild(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: StoreId,
    precondition: &Precondition,
    typed: &str,
    once: &Once<'_>,
) -> Result<Answered, AppError> {
    let mut tx = app.tenant(who).await?;
    if let Some(answered) = once.before(&mut tx, who).await? {
        return Ok(answered);
    }
    // Before any lock: who has no such store waits for nobody and keeps nobody waiting.
    own(&mut tx, who, id).await?;
    app.limits.lock(&mut tx, who.account_id).await?;
    let mut store = lock_own(&mut tx, who, id).await?;
    precondition.check(store.version)?;
    if typed != store.name.as_str() {
        return Err(AppError::NameMismatch);
    }
    if store.state != StoreState::Ready || !store.data_lost {
        return Err(AppError::DataNotLost { current: store.state });
    }
    // It holds its place among the account's stores already, but it waits for a permit as others do.
    app.limits.check_queue(&mut tx).await?;

    move_on(&mut tx, &mut store, Event::Rebuild, caller).await?;
    let operation = enqueue(app, &mut tx, who, caller, &store, OperationKind::Provision).await?;
    let details = json!({ "attempt": store.attempt, "operation": operation });
    audit::store(&mut tx, AuditEvent::StoreRebuilt, who, id, caller, details).await?;
    let operation = operations::get(&mut tx, operation).await?;
    once.commit(tx, who, &Accepted { store, operation }).await
}
