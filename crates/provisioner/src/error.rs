//! Why a step failed, in two voices: plain words for the store's owner, the source for the log.

use std::error::Error;
use std::fmt;

/// What the worker does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// May work next time: tried again a few times, with growing pauses.
    Transient,
    /// Will not work however often it is tried: the operation fails at once.
    Permanent,
    /// The cluster itself does not answer: the operation waits, and no attempt is counted.
    Unavailable,
}

impl ErrorKind {
    /// The value of the `kind` label in metrics and logs.
    #[must_use]
    pub const fn metric_label(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Permanent => "permanent",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A failed step. `Display` is the owner's text; the source is for operators and never repeated in it.
#[derive(Debug)]
pub struct StepError {
    pub kind: ErrorKind,
    /// What happened, in plain words, without secrets. Ends without a full stop.
    pub reason: String,
    /// What the reader can do about it, if anything.
    pub advice: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StepError {
    pub fn new(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), advice: None, source: None }
    }

    pub fn transient(reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Transient, reason)
    }

    pub fn permanent(reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Permanent, reason)
    }

    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, reason)
    }

    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for StepError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
