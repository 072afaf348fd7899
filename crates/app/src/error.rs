//! What can go wrong in a use case, in words for the caller. The source is for operators and is never
//! repeated in `Display`.

use std::time::Duration;

use souk_db::DbError;
use souk_domain::plan::Plan;
use souk_domain::state::StoreState;
use souk_domain::theme::Theme;
use souk_provisioner::StepError;

use crate::auth::password::{PasswordFault, WeakPassword};

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("The access token is not one of this Souk's, or its user is gone")]
    TokenInvalid,
    #[error("The access token has expired; sign in again")]
    TokenExpired,
    #[error("E-mail address or password is wrong")]
    InvalidCredentials,
    #[error("The refresh token is not good any more; sign in again")]
    RefreshInvalid,
    #[error("The sign-in took too long or too many codes; begin again with the password")]
    ChallengeInvalid,
    #[error("The password is wrong")]
    WrongPassword,
    #[error("The code is wrong, or it was used before; wait for the next one")]
    WrongCode,
    #[error("Too many attempts to sign in have failed; nobody can sign in with this address for {} s", seconds(*.retry_after))]
    Locked { retry_after: Duration },
    #[error("Too many attempts to sign in from your network have failed; wait {} s", seconds(*.retry_after))]
    SignInLimited { retry_after: Duration },
    #[error("Too many have registered from your network; wait {} s", seconds(*.retry_after))]
    RegistrationLimited { retry_after: Duration },
    #[error("The first user has to show the setup token that souk has printed at its start")]
    SetupTokenMissing,
    #[error("There is no such session")]
    SessionNotFound,
    #[error("There is no such token")]
    TokenNotFound,
    #[error("You have {max} tokens already, which is all you may have; revoke one first")]
    TokenLimit { max: u32 },
    #[error("A second factor is set up already; disable it first")]
    FactorEnabled,
    #[error("There is no second factor; begin with its enrolment")]
    FactorNotEnrolled,
    #[error("This user is suspended; ask the operator")]
    Suspended,
    #[error("Only an operator may do this")]
    AdminOnly,
    #[error("The e-mail address is registered already")]
    EmailTaken,
    #[error("The password {0}")]
    WeakPassword(WeakPassword),
    #[error("Too many people sign in at this moment")]
    SignInBusy,
    #[error("There is no such store")]
    StoreNotFound,
    #[error("There is no such operation")]
    OperationNotFound,
    #[error("There is no such user")]
    UserNotFound,
    #[error("There is no such account")]
    AccountNotFound,
    #[error("Nobody suspends themselves; another operator can, and `souk admin suspend`")]
    OwnSuspension,
    #[error("The store belongs to another account; only its owner may do this")]
    StoreNotOwner,
    #[error("The account has {max} stores already, which is all it may have; delete one first")]
    StoreLimit { max: u32 },
    #[error("The account made a store a moment ago; wait {} s", seconds(*.retry_after))]
    Cooldown { retry_after: Duration },
    #[error("The queue of stores to make is full; try again in {} s", seconds(*.retry_after))]
    QueueFull { retry_after: Duration },
    #[error("The account has a living store of this name already")]
    NameTaken,
    #[error("The account's plan is {most}, and no store of it gets more; ask the operator for a larger one")]
    PlanTooLarge { most: Plan },
    #[error("Only a failed store can be retried; this one is {current}")]
    NotFailed { current: StoreState },
    #[error("Only a store whose data is lost can be rebuilt; this one is {current}, and its data is there")]
    DataNotLost { current: StoreState },
    #[error("The name is not that of the store; type it as it is, so that nothing is rebuilt by mistake")]
    NameMismatch,
    #[error(
        "The theme {theme} is not part of Souk, and SOUK_WP_THEMES holds no {theme}.zip; ask the operator for it"
    )]
    ThemeMissing { theme: Theme },
    #[error("The {field} holds a word that stores here do not go by; choose another one")]
    WordRefused { field: &'static str },
    #[error("The store has no credentials to show yet; it is {current}")]
    NotReady { current: StoreState },
    #[error("The store has changed meanwhile; it is {current} now")]
    Conflict { current: StoreState },
    #[error("Another operation is at work on the store")]
    OperationInProgress,
    #[error("The operation was not put aside, or is queued again already")]
    NotDeadLetter,
    #[error("The store has gone on since; it is {current} now")]
    GoneOn { current: StoreState },
    #[error("The store has changed: its version is {version}")]
    VersionMismatch { version: i64 },
    #[error("The key came with another request within the last 24 hours; take a new one")]
    KeyReused,
    #[error("The first request with this key is still at work; ask again in a moment")]
    KeyAtWork,
    #[error("The database does not answer; try again in a moment")]
    DatabaseAway(#[source] DbError),
    #[error("The cluster with the stores does not answer: {0}; try again in a moment")]
    ClusterAway(#[source] StepError),
    #[error("Something went wrong on our side")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Rounded up: who waits so long is not told to wait again.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl AppError {
    /// Stable: clients may branch on it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TokenInvalid => "auth.token_invalid",
            Self::TokenExpired => "auth.token_expired",
            Self::InvalidCredentials => "auth.invalid_credentials",
            Self::RefreshInvalid => "auth.refresh_invalid",
            Self::ChallengeInvalid => "auth.challenge_invalid",
            Self::WrongPassword => "auth.wrong_password",
            Self::WrongCode => "auth.wrong_code",
            Self::Locked { .. } => "auth.locked",
            Self::SignInLimited { .. } => "auth.sign_in_limited",
            Self::RegistrationLimited { .. } => "auth.registration_limited",
            Self::SetupTokenMissing => "auth.setup_token_missing",
            Self::SessionNotFound => "session.not_found",
            Self::TokenNotFound => "token.not_found",
            Self::TokenLimit { .. } => "token.limit",
            Self::FactorEnabled => "auth.factor_enabled",
            Self::FactorNotEnrolled => "auth.factor_not_enrolled",
            Self::Suspended => "auth.suspended",
            Self::AdminOnly => "auth.admin_only",
            Self::EmailTaken => "auth.email_taken",
            Self::WeakPassword(_) => "auth.weak_password",
            Self::SignInBusy => "auth.busy",
            Self::StoreNotFound => "store.not_found",
            Self::OperationNotFound => "operation.not_found",
            Self::UserNotFound => "user.not_found",
            Self::AccountNotFound => "account.not_found",
            Self::OwnSuspension => "user.is_you",
            Self::StoreNotOwner => "store.not_owner",
            Self::StoreLimit { .. } => "store.limit",
            Self::Cooldown { .. } => "store.cooldown",
            Self::QueueFull { .. } => "provisioning.queue_full",
            Self::NameTaken => "store.name_taken",
            Self::PlanTooLarge { .. } => "store.plan_too_large",
            Self::NotFailed { .. } => "store.not_failed",
            Self::DataNotLost { .. } => "store.data_not_lost",
            Self::NameMismatch => "store.name_mismatch",
            Self::ThemeMissing { .. } => "store.theme_missing",
            Self::WordRefused { .. } => "store.word_refused",
            Self::NotReady { .. } => "store.not_ready",
            Self::Conflict { .. } => "store.conflict",
            Self::OperationInProgress => "store.operation_in_progress",
            Self::NotDeadLetter => "operation.not_dead_letter",
            Self::GoneOn { .. } => "operation.superseded",
            Self::VersionMismatch { .. } => "store.version_mismatch",
            Self::KeyReused => "idempotency.key_reused",
            Self::KeyAtWork => "idempotency.at_work",
            Self::DatabaseAway(_) => "database.unavailable",
            Self::ClusterAway(_) => "cluster.unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// When it makes sense to try again, in whole seconds, if the answer is known.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Cooldown { retry_after }
            | Self::QueueFull { retry_after }
            | Self::Locked { retry_after }
            | Self::SignInLimited { retry_after }
            | Self::RegistrationLimited { retry_after } => Some(seconds(*retry_after).max(1)),
            Self::SignInBusy | Self::KeyAtWork | Self::DatabaseAway(_) | Self::ClusterAway(_) => Some(1),
            _ => None,
        }
    }

    /// The store's current state, where the caller's idea of it was wrong.
    #[must_use]
    pub const fn current_state(&self) -> Option<StoreState> {
        match self {
            Self::NotFailed { current }
            | Self::DataNotLost { current }
            | Self::NotReady { current }
            | Self::GoneOn { current }
            | Self::Conflict { current } => Some(*current),
            _ => None,
        }
    }

    /// A fault of ours; the source goes to the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::EmailTaken => Self::EmailTaken,
            DbError::NameTaken => Self::NameTaken,
            DbError::OperationInProgress => Self::OperationInProgress,
            DbError::Conflict { current } => Self::Conflict { current },
            DbError::Unavailable(_) => Self::DatabaseAway(error),
            DbError::NotFound
            | DbError::LeaseLost
            | DbError::Cancelled
            | DbError::Corrupt(_)
            | DbError::Crypto
            | DbError::Queue(_)
            | DbError::Unexpected(_) => Self::internal(error),
        }
    }
}

impl From<PasswordFault> for AppError {
    fn from(fault: PasswordFault) -> Self {
        match fault {
            PasswordFault::Busy => Self::SignInBusy,
            PasswordFault::Hashing(_) | PasswordFault::Stopped(_) => Self::internal(fault),
        }
    }
}

/// A missing row means something else in each use case.
pub(crate) trait OrNotFound<T> {
    fn or_not_found(self, error: AppError) -> Result<T, AppError>;
}

impl<T> OrNotFound<T> for Result<T, DbError> {
    fn or_not_found(self, error: AppError) -> Result<T, AppError> {
        self.map_err(|found| if matches!(found, DbError::NotFound) { error } else { found.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_so_that_nobody_comes_back_too_early() {
        let error = AppError::Cooldown { retry_after: Duration::from_millis(1_001) };
        assert_eq!(error.retry_after_s(), Some(2));
        assert!(error.to_string().contains("wait 2 s"), "{error}");
        assert_eq!(AppError::Cooldown { retry_after: Duration::ZERO }.retry_after_s(), Some(1));
    }
}
