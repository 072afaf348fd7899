//! What operators do through the API: see everything, suspend and restore, set plans and quotas.
//!
//! Invariant: each asks first whether it is an admin who asks, and each change is one function of the database that
//! asks again and writes its own row of the audit log.

mod accounts;
mod stores;
mod users;

pub use accounts::{account, set_terms};
pub use souk_db::accounts::{AccountDetails, Terms};
pub use souk_db::stores::AnyFilter as StoreFilter;
pub use souk_db::users::{ListedUser, UserFilter};
pub use stores::{AnyPage, stores};
pub use users::{UserPage, restore, suspend, user, users};

use souk_domain::principal::{Principal, Role};

use crate::AppError;

/// Items of one page, at most.
pub const MAX_PAGE: u32 = 100;

fn demand_admin(who: &Principal) -> Result<(), AppError> {
    if who.role == Role::Admin { Ok(()) } else { Err(AppError::AdminOnly) }
}
