//! What can go wrong, told to the person at the terminal: what happened, where the whole story is, what to do.

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what}")]
    Io { what: String, source: io::Error },
    #[error("{what}")]
    Json { what: String, source: serde_json::Error },
    /// A command of ours ended with a failure; `tail` is the end of its log.
    #[error("{part} failed ({status}). The end of its log:\n\n{tail}\n\nWhole log: {}\nWhat to do: {advice}", log.display())]
    Failed { part: String, status: ExitStatus, tail: String, log: PathBuf, advice: String },
    #[error("{part} took longer than {} s and was stopped. The end of its log:\n\n{tail}\n\nWhole log: {}\nWhat to do: {advice}", limit.as_secs(), log.display())]
    TooLong { part: String, limit: Duration, tail: String, log: PathBuf, advice: String },
    /// Something here is not as it must be; the text says what, and what to do about it.
    #[error("{0}")]
    Refused(String),
}

/// Names what was being done when an IO error came, which the error itself does not know.
pub trait Doing<T> {
    fn doing(self, what: impl Into<String>) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|source| Error::Io { what: what.into(), source })
    }
}

impl<T> Doing<T> for serde_json::Result<T> {
    fn doing(self, what: impl Into<String>) -> Result<T> {
        self.map_err(|source| Error::Json { what: what.into(), source })
    }
}
