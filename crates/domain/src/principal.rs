//! Who is asking.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, UserId};
use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    User,
    /// The platform operator: sees every store, deletes none but their own through the API.
    Admin,
}

words!(Role is "a role": User = "user", Admin = "admin");

/// A user who has proven who they are, and the account they act for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    pub user_id: UserId,
    pub account_id: AccountId,
    pub role: Role,
}
