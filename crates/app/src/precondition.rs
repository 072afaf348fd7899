//! "Only if it is still as I saw it."

use crate::AppError;

/// The versions of a store that the caller accepts; none named means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition(Option<Vec<i64>>);

impl Precondition {
    #[must_use]
    pub const fn any() -> Self {
        Self(None)
    }

    /// An empty list matches nothing: the caller named versions that never were.
    #[must_use]
    pub const fn one_of(versions: Vec<i64>) -> Self {
        Self(Some(versions))
    }

    pub(crate) fn check(&self, version: i64) -> Result<(), AppError> {
        match &self.0 {
            Some(versions) if !versions.contains(&version) => Err(AppError::VersionMismatch { version }),
            _ => Ok(()),
        }
    }
}
