//! An account's plan, and how many stores it may have.

use serde_json::json;
use souk_db::Caller;
use souk_db::accounts::{self, AccountDetails, Terms};
use souk_domain::id::AccountId;
use souk_domain::principal::Principal;
use souk_domain::reason::Reason;

use super::demand_admin;
use crate::error::OrNotFound;
use crate::{App, AppError, security};

pub async fn account(app: &App, who: &Principal, id: AccountId) -> Result<AccountDetails, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    accounts::details(&mut tx, id).await.or_not_found(AppError::AccountNotFound)
}

/// The plan counts from the next time that a store of the account is made, repaired or rebuilt; the number of stores
/// counts at once, for what is asked for after it.
pub async fn set_terms(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: AccountId,
    terms: &Terms,
    reason: Option<&Reason>,
) -> Result<AccountDetails, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    let changed = accounts::set_terms(&mut tx, id, terms, reason, json!({}), caller)
        .await
        .or_not_found(AppError::AccountNotFound)?;
    let account = accounts::details(&mut tx, id).await.or_not_found(AppError::AccountNotFound)?;
    tx.commit().await?;
    if changed {
        security::count("account_changed");
    }
    Ok(account)
}
