//! Stores of all accounts.

use souk_db::stores::{self, AnyFilter, Store};
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;

use super::{MAX_PAGE, demand_admin};
use crate::{App, AppError};

#[derive(Debug)]
pub struct AnyPage {
    /// Newest first.
    pub stores: Vec<Store>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<StoreId>,
}

pub async fn stores(app: &App, who: &Principal, filter: &AnyFilter, limit: u32) -> Result<AnyPage, AppError> {
    demand_admin(who)?;
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let mut tx = app.tenant(who).await?;
    let one_more = i64::try_from(limit + 1).map_err(AppError::internal)?;
    let mut stores = stores::list_any(&mut tx, filter, one_more).await?;
    let next = (stores.len() > limit).then(|| stores[limit - 1].id);
    stores.truncate(limit);
    Ok(AnyPage { stores, next })
}
