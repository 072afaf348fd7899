//! Users of this Souk, and who may not come in.

use serde_json::json;
use souk_db::users::list::{self, ListedUser, UserFilter};
use souk_db::{Caller, Tx, users};
use souk_domain::id::UserId;
use souk_domain::page::{Cursor, Page, Sort, UserSort};
use souk_domain::principal::Principal;
use souk_domain::reason::Reason;

use super::{demand_admin, page_size};
use crate::error::OrNotFound;
use crate::{App, AppError, security};

pub async fn users(
    app: &App,
    who: &Principal,
    filter: &UserFilter,
    sort: Sort<UserSort>,
    cursor: Option<&Cursor<UserSort>>,
    limit: u32,
) -> Result<Page<ListedUser, UserSort>, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    Ok(list::page(&mut tx, filter, sort, cursor, page_size(limit)).await?)
}

pub async fn user(app: &App, who: &Principal, id: UserId) -> Result<ListedUser, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    one(&mut tx, id).await
}

/// Counts at once: whoever asks is looked up on each request, and streams end within seconds. The user's stores go on.
pub async fn suspend(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: UserId,
    reason: &Reason,
) -> Result<ListedUser, AppError> {
    if who.user_id == id {
        demand_admin(who)?;
        return Err(AppError::OwnSuspension);
    }
    change(app, who, caller, (id, true), Some(reason)).await
}

pub async fn restore(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: UserId,
    reason: Option<&Reason>,
) -> Result<ListedUser, AppError> {
    change(app, who, caller, (id, false), reason).await
}

/// As it is wanted already, it stays, and nothing is noted.
async fn change(
    app: &App,
    who: &Principal,
    caller: &Caller,
    (id, suspend): (UserId, bool),
    reason: Option<&Reason>,
) -> Result<ListedUser, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    let more = json!({ "user": id });
    let changed = users::set_suspension(&mut tx, id, suspend, reason, more, caller)
        .await
        .or_not_found(AppError::UserNotFound)?;
    let user = one(&mut tx, id).await?;
    tx.commit().await?;
    if changed {
        let event = if suspend { "user_suspended" } else { "user_restored" };
        security::count(event);
    }
    Ok(user)
}

async fn one(tx: &mut Tx, id: UserId) -> Result<ListedUser, AppError> {
    list::get(tx, id).await.or_not_found(AppError::UserNotFound)
}
