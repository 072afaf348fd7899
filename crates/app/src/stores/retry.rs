//! A failed store gets another attempt: the same host, a new namespace, new secrets.

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

pub async fn retry(
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
    // Before any lock: who has no such store waits for nobody and keeps nobody waiting.
    own(&mut tx, who, id).await?;
    let account = app.limits.lock(&mut tx, who.account_id).await?;
    let mut store = lock_own(&mut tx, who, id).await?;
    precondition.check(store.version)?;
    if store.state != StoreState::Failed {
        return Err(AppError::NotFailed { current: store.state });
    }
    // A failed store holds nothing in the cluster, so it counts again from now. The pause between
    // creations is for new stores only.
    app.limits.check_account(&mut tx, &account, None).await?;
    app.limits.check_queue(&mut tx).await?;

    move_on(&mut tx, &mut store, Event::Retry, caller).await?;
    let operation = enqueue(app, &mut tx, who, caller, &store, OperationKind::Provision).await?;
    let details = json!({ "attempt": store.attempt, "operation": operation });
    audit::store(&mut tx, AuditEvent::StoreRetried, who, id, caller, details).await?;
    let operation = operations::get(&mut tx, operation).await?;
    once.commit(tx, who, &Accepted { store, operation }).await
}
