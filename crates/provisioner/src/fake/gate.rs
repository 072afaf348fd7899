//! Places where the fake stands still until a test lets it go on.
//!
//! A gate is used once, first come first used, as faults are. Whoever is dropped while it stands at a
//! gate has made its effect when the gate was after it, and has not when it was before.

use std::sync::Arc;

use tokio::sync::watch;

/// Where in a step the fake stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Nothing has been made (or removed) yet.
    Before,
    /// All has been made (or removed), and the worker has not heard of it.
    After,
}

impl Point {
    pub const ALL: [Self; 2] = [Self::Before, Self::After];
}

#[derive(Debug)]
struct Flags {
    reached: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

/// One place to stand still at.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Flags>);

impl Gate {
    pub(super) fn closed() -> Self {
        Self(Arc::new(Flags { reached: watch::Sender::new(false), open: watch::Sender::new(false) }))
    }

    /// Returns when a step stands here, or has stood here.
    pub async fn reached(&self) {
        is_true(&self.0.reached).await;
    }

    #[must_use]
    pub fn is_reached(&self) -> bool {
        *self.0.reached.borrow()
    }

    /// Lets the step go on that stands here, or that will come.
    pub fn open(&self) {
        self.0.open.send_replace(true);
    }

    pub(super) async fn pass(&self) {
        self.0.reached.send_replace(true);
        is_true(&self.0.open).await;
    }
}

async fn is_true(flag: &watch::Sender<bool>) {
    // The sender is held by the gate, which outlives this borrow: it cannot be closed.
    let _ = flag.subscribe().wait_for(|value| *value).await;
}
