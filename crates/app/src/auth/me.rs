//! The caller's own user and account.

use souk_db::accounts::{self, Account};
use souk_db::users::{self, User};
use souk_domain::principal::Principal;

use crate::{App, AppError};

#[derive(Debug)]
pub struct Me {
    pub user: User,
    pub account: Account,
}

pub async fn me(app: &App, who: &Principal) -> Result<Me, AppError> {
    let mut tx = app.tenant(who).await?;
    let user = users::me(&mut tx, who.user_id).await?;
    let account = accounts::get(&mut tx, who.account_id).await?;
    Ok(Me { user, account })
}
