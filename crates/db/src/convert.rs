//! From columns to domain types. A value that does not fit means that a newer build wrote it, or a
//! hand did: an error with its own name, never a guess.

use std::str::FromStr;

use crate::DbError;

pub(crate) fn word<T>(text: &str) -> Result<T, DbError>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|error: T::Err| DbError::Corrupt(Box::new(error)))
}

pub(crate) fn count(number: i32) -> Result<u32, DbError> {
    u32::try_from(number).map_err(|error| DbError::Corrupt(Box::new(error)))
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, DbError> {
    serde_json::from_value(value).map_err(|error| DbError::Corrupt(Box::new(error)))
}
