//! An account's stores, page by page.

use souk_db::stores::Store;
use souk_db::stores::list::{self, Filter};
use souk_domain::engine::Engine;
use souk_domain::health::Health;
use souk_domain::page::{Cursor, Page, Sort, StoreSort};
use souk_domain::part::Part;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;

use crate::{App, AppError};

/// Stores of one page, at most.
pub const MAX_PAGE: u32 = 100;

/// What is looked for among one's own; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// In one of these; when absent, in any but `deleted`.
    pub states: Option<Vec<StoreState>>,
    pub engines: Option<Vec<Engine>>,
    pub healths: Option<Vec<Health>>,
    /// A part of the name or the title.
    pub text: Option<Part>,
}

/// The stores after `cursor`, `limit` (1 to [`MAX_PAGE`]) at most.
pub async fn list(
    app: &App,
    who: &Principal,
    filter: ListFilter,
    sort: Sort<StoreSort>,
    cursor: Option<&Cursor<StoreSort>>,
    limit: u32,
) -> Result<Page<Store, StoreSort>, AppError> {
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let ListFilter { states, engines, healths, text } = filter;
    let own = Filter { account: Some(who.account_id), states, engines, healths, text, owner: None };
    let mut tx = app.tenant(who).await?;
    Ok(list::page(&mut tx, &own, sort, cursor, limit).await?)
}
