//! One store with its newest operation.

use souk_db::operations::{self, Operation};
use souk_db::stores::{self, Store};
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;

use crate::error::OrNotFound;
use crate::{App, AppError};

#[derive(Debug)]
pub struct StoreDetails {
    pub store: Store,
    pub operation: Option<Operation>,
}

/// A deleted store can still be looked at: whoever waits for its end sees it.
pub async fn get(app: &App, who: &Principal, id: StoreId) -> Result<StoreDetails, AppError> {
    let mut tx = app.tenant(who).await?;
    let store = stores::get(&mut tx, id).await.or_not_found(AppError::StoreNotFound)?;
    let operation = operations::latest(&mut tx, id).await?;
    Ok(StoreDetails { store, operation })
}
