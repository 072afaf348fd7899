//! What happened to a store, in order.

use souk_db::events::{self, Event};
use souk_db::stores;
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;

use crate::error::OrNotFound;
use crate::{App, AppError};

/// The events after number `seq`, oldest first, `limit` at most. A deleted store's can be read too.
pub async fn events_after(
    app: &App,
    who: &Principal,
    id: StoreId,
    seq: i64,
    limit: u32,
) -> Result<Vec<Event>, AppError> {
    let mut tx = app.tenant(who).await?;
    stores::get(&mut tx, id).await.or_not_found(AppError::StoreNotFound)?;
    Ok(events::after(&mut tx, id, seq, i64::from(limit)).await?)
}
