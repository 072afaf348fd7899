//! Stores of all accounts.

use std::collections::BTreeMap;

use souk_db::stores::Store;
use souk_db::stores::list::{self, Filter};
use souk_domain::email::Email;
use souk_domain::id::AccountId;
use souk_domain::page::{Cursor, Page, Sort, StoreSort};
use souk_domain::principal::Principal;

use super::{demand_admin, page_size};
use crate::{App, AppError};

#[derive(Debug)]
pub struct AnyPage {
    pub page: Page<Store, StoreSort>,
    /// Whose the page's accounts are.
    pub owners: BTreeMap<AccountId, Email>,
}

pub async fn stores(
    app: &App,
    who: &Principal,
    filter: &Filter,
    sort: Sort<StoreSort>,
    cursor: Option<&Cursor<StoreSort>>,
    limit: u32,
) -> Result<AnyPage, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    let page = list::page(&mut tx, filter, sort, cursor, page_size(limit)).await?;
    let accounts: Vec<AccountId> = page.items.iter().map(|store| store.account_id).collect();
    let owners = list::owners(&mut tx, &accounts).await?;
    Ok(AnyPage { page, owners })
}
