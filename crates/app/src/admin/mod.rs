//! What operators do through the API: see everything, suspend and restore, set plans and quotas, queue again what was
//! put aside.
//!
//! Invariant: each asks first whether it is an admin who asks. Each change asks the database as well: it is one function
//! there that writes its own row of the audit log, or a transaction that begins with that question.

mod accounts;
mod operations;
mod orphans;
mod stores;
mod users;

pub use accounts::{account, set_terms};
pub use operations::{operations, permits, provisioning, requeue};
pub use orphans::{Orphans, orphans};
pub use souk_db::accounts::{AccountDetails, Terms};
pub use souk_db::operations::list::{CurrentStep, Filter as OperationFilter, Listed as ListedOperation};
pub use souk_db::operations::provisioning::{Bucket, EngineTimes, Provisioning, StepTimes};
pub use souk_db::permits::overview::{Holder, Overview, Waiting, WaitsFor};
pub use souk_db::reconcile::findings::KeptFinding;
pub use souk_db::stores::list::Filter as StoreFilter;
pub use souk_db::users::list::{ListedUser, UserFilter};
pub use stores::{AnyPage, stores};
pub use users::{restore, suspend, user, users};

use souk_domain::principal::{Principal, Role};

use crate::AppError;

/// Items of one page, at most.
pub const MAX_PAGE: u32 = 100;

fn page_size(limit: u32) -> usize {
    limit.clamp(1, MAX_PAGE) as usize
}

fn demand_admin(who: &Principal) -> Result<(), AppError> {
    if who.role == Role::Admin { Ok(()) } else { Err(AppError::AdminOnly) }
}
