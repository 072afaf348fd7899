//! An account's stores, newest first, page by page.

use souk_db::stores::{self, Store};
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;

use crate::{App, AppError};

/// Stores of one page, at most.
pub const MAX_PAGE: u32 = 100;

#[derive(Debug)]
pub struct Page {
    pub stores: Vec<Store>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<StoreId>,
}

/// The stores after `cursor`, `limit` (1 to [`MAX_PAGE`]) at most.
pub async fn list(app: &App, who: &Principal, cursor: Option<StoreId>, limit: u32) -> Result<Page, AppError> {
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let mut tx = app.tenant(who).await?;
    // One more than asked for tells whether there is another page.
    let one_more = i64::try_from(limit + 1).map_err(AppError::internal)?;
    let mut stores = stores::list(&mut tx, who.account_id, cursor, one_more).await?;
    let next = (stores.len() > limit).then(|| stores[limit - 1].id);
    stores.truncate(limit);
    Ok(Page { stores, next })
}
