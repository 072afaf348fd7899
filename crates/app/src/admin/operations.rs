//! Operations of all accounts: what is at work, what waits and for what, and what was put aside.

use souk_db::audit::{self, AuditEvent};
use souk_db::operations::list::{self, Filter, Listed};
use souk_db::operations::provisioning::{self, Provisioning};
use souk_db::permits::overview::{self, Overview};
use souk_db::{Caller, operations as rows};
use souk_domain::id::OperationId;
use souk_domain::page::{Cursor, OperationSort, Page, Sort};
use souk_domain::principal::Principal;
use souk_domain::reason::Reason;

use super::{demand_admin, page_size};
use crate::error::OrNotFound;
use crate::operations::{self, OperationDetails};
use crate::{App, AppError, dead_letters, security};

pub async fn operations(
    app: &App,
    who: &Principal,
    filter: &Filter,
    sort: Sort<OperationSort>,
    cursor: Option<&Cursor<OperationSort>>,
    limit: u32,
) -> Result<Page<Listed, OperationSort>, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    Ok(list::page(&mut tx, filter, sort, cursor, page_size(limit)).await?)
}

/// How the provisionings went that ended in so many days up to now.
pub async fn provisioning(app: &App, who: &Principal, days: u32) -> Result<Provisioning, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    Ok(provisioning::read(&mut tx, days).await?)
}

/// Who holds permits, and who waits for one.
pub async fn permits(app: &App, who: &Principal) -> Result<Overview, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    Ok(overview::read(&mut tx, app.limits().permits).await?)
}

/// Queues an operation again that was put aside, whatever its account's limits say.
pub async fn requeue(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: OperationId,
    reason: &Reason,
) -> Result<OperationDetails, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    let account = rows::account_of(&mut tx, id).await.or_not_found(AppError::OperationNotFound)?;
    drop(tx);
    let mut tx = app.pool.operator(who, account).await?;
    let requeued = dead_letters::requeue(&mut tx, id).await?;
    // In the log of whose store it is.
    let in_account = Principal { account_id: account, ..*who };
    let details = requeued.details(id, reason);
    let event = AuditEvent::OperationRequeued;
    audit::store(&mut tx, event, &in_account, requeued.store.id, caller, details).await?;
    tx.commit().await?;
    security::count("operation_requeued");
    operations::get(app, who, id).await
}
