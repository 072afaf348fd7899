//! What happened to all of an account's stores, in one order.

use souk_db::events::{self, Event};
use souk_domain::principal::Principal;

use crate::{App, AppError};

/// The events of one's own account after its number `after`, oldest first, `limit` at most; each with its number there.
/// An operator, too, gets those of their own account only.
pub async fn account_events_after(
    app: &App,
    who: &Principal,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, Event)>, AppError> {
    let mut tx = app.tenant(who).await?;
    Ok(events::after_in_account(&mut tx, who.account_id, after, i64::from(limit)).await?)
}

/// The number of the account's newest event; 0 before the first one.
pub async fn last_account_event(app: &App, who: &Principal) -> Result<i64, AppError> {
    let mut tx = app.tenant(who).await?;
    Ok(events::last_in_account(&mut tx, who.account_id).await?)
}
