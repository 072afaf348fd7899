//! Who is asking.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, SessionId, TokenId, UserId};
use crate::scope::{Scope, Scopes};
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

/// How they have proven it, and what that is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// By signing in: everything that the user may do.
    Session(SessionId),
    /// By a personal access token: what it was made for, and never its user's passwords, sessions or tokens.
    Token(TokenId, Scopes),
}

impl Credential {
    #[must_use]
    pub const fn allows(self, scope: Scope) -> bool {
        match self {
            Self::Session(_) => true,
            Self::Token(_, scopes) => scopes.contains(scope),
        }
    }
}
