//! What the programs of a store write, as they write it.
//!
//! It is told as it is: whoever shows it to somebody strikes the store's secrets out first, for a program that goes
//! down may print its configuration.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;

use crate::{StepError, Target};

/// Longer lines are cut.
pub const MAX_LINE_BYTES: usize = 8 * 1024;
/// Of each container, before the first line that is followed.
pub const MAX_TAIL: u32 = 2_000;

/// Which lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// Of one container only, by its name.
    pub container: Option<String>,
    /// The last so many lines of each container; at most [`MAX_TAIL`].
    pub tail: u32,
    /// Only lines written after it.
    pub since: Option<DateTime<Utc>>,
    /// Whether to go on with what is written from now on, in pods that come later too. Such a stream does not end.
    pub follow: bool,
}

/// One line of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When the node took it; absent where it did not say.
    pub time: Option<DateTime<Utc>>,
    pub pod: String,
    pub container: String,
    /// Without its line break; at most [`MAX_LINE_BYTES`] and a little more, which whoever shows it cuts off.
    pub text: String,
}

pub type LogLines = BoxStream<'static, Result<LogLine, StepError>>;

/// Reads what a store's pods write.
#[async_trait]
pub trait PodLogs: Send + Sync + fmt::Debug {
    /// The lines in the order of their time, as far as they are there at once. A namespace that is not there has
    /// none, and is no error. What is not read is not kept: a reader that is slow slows nobody down.
    async fn lines(&self, target: &Target, query: LogQuery) -> Result<LogLines, StepError>;
}
