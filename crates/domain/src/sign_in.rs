//! The limits of signing in. They are counted in the database, by its clock, so that they hold over all
//! replicas.
//!
//! Invariant: what is counted is an attempt's outcome before it is told. However many guess at once, no more
//! of them are answered than the limit allows.

use std::time::Duration;

/// Wrong passwords or codes in a row for one address of e-mail, whether somebody has it or not.
pub const MAX_FAILURES: u32 = 5;
/// How long nobody can sign in with it then. Sessions that live do not feel it.
pub const LOCK: Duration = Duration::from_mins(15);
/// Failures further apart than this are not in a row.
pub const FAILURE_WINDOW: Duration = Duration::from_mins(15);
/// Between the password and the code.
pub const CHALLENGE_LIMIT: Duration = Duration::from_mins(5);
/// Codes that may be tried after one password.
pub const CHALLENGE_TRIES: u32 = 5;

/// How often something may happen from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressLimit {
    pub max: u32,
    pub window: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInLimits {
    /// Failed sign-ins; `None` for no limit.
    pub failures: Option<AddressLimit>,
    /// Registrations, whatever comes of them; `None` for no limit.
    pub registrations: Option<AddressLimit>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            failures: Some(AddressLimit { max: 30, window: Duration::from_mins(15) }),
            registrations: Some(AddressLimit { max: 20, window: Duration::from_hours(1) }),
        }
    }
}
