//! The time between "we are stopping" and the stop.
//!
//! Invariant: once begun, new requests are refused with 503 and streams end, while the listener still
//! accepts: who is sent here by a balancer that has not noticed gets an answer, not a reset.

use tokio_util::sync::CancellationToken;

/// Shared by all who must know. Begins once, never ends.
#[derive(Debug, Clone, Default)]
pub struct Draining(CancellationToken);

impl Draining {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn begin(&self) {
        self.0.cancel();
    }

    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Returns once it has begun.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }
}
