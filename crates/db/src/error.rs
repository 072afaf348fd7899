//! What can go wrong with the database, in the caller's words.
//!
//! Constraints become what they mean here, once, so that no caller looks at an SQL state.

use souk_domain::state::StoreState;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("there is no such row, or the caller may not see it")]
    NotFound,
    #[error("the e-mail address is registered already")]
    EmailTaken,
    #[error("a living store of this account has the name already")]
    NameTaken,
    #[error("another operation is at work on the store")]
    OperationInProgress,
    #[error("the store has changed meanwhile; it is {current} now")]
    Conflict { current: StoreState },
    #[error("the lease on the operation is no longer ours")]
    LeaseLost,
    #[error("the operation has been asked to stop")]
    Cancelled,
    #[error("the database did not answer in time")]
    Unavailable(#[source] sqlx::Error),
    #[error("a row holds a value that this build does not know")]
    Corrupt(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(
        "secrets could not be encrypted or decrypted; is the encryption key the one they were made with?"
    )]
    Crypto,
    #[error("the job could not be queued")]
    Queue(#[source] apalis_postgres::Error),
    #[error("the database refused a statement")]
    Unexpected(#[source] sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(database) => match (database.constraint(), database.code().as_deref()) {
                (Some("users_email_key" | "identities_pkey"), _) => Self::EmailTaken,
                (Some("stores_live_name"), _) => Self::NameTaken,
                (Some("operations_one_at_work"), _) => Self::OperationInProgress,
                // Class 08: connection exceptions; 57P0x: the server is shutting down or starting.
                (_, Some(code)) if code.starts_with("08") || code.starts_with("57P0") => {
                    Self::Unavailable(error)
                }
                _ => Self::Unexpected(error),
            },
            _ => Self::Unexpected(error),
        }
    }
}
