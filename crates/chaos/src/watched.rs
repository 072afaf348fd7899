//! The fake cluster as one start of one worker meets it: with trouble on the way, and watched.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use souk_domain::operation::Step;
use souk_provisioner::fake::FakeCluster;
use souk_provisioner::{Inspection, Observed, Outcome, Provisioner, StepError, Target};

use crate::ledger::Ledger;
use crate::schedule::Trouble;

/// How long a step takes when nothing is wrong: long enough to be killed in, short enough for hundreds of stores.
const STEP_TIME: Duration = Duration::from_millis(15);

/// A worker that stood still needs a moment to find out what it has missed.
const WAKING_UP: Duration = Duration::from_secs(2);

type Answer = Result<Outcome, StepError>;

/// The troubles that wait for somebody to run into them, each used once.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<BTreeMap<(&'static str, bool), VecDeque<Trouble>>>);

impl Troubles {
    pub fn lay(&self, step: Step, undo: bool, trouble: Trouble) {
        self.all().entry((step.as_str(), undo)).or_default().push_back(trouble);
    }

    pub fn clear(&self) {
        self.all().clear();
    }

    fn take(&self, step: Step, undo: bool) -> Option<Trouble> {
        self.all().get_mut(&(step.as_str(), undo)).and_then(VecDeque::pop_front)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<(&'static str, bool), VecDeque<Trouble>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops a whole worker for a while, as a frozen process or a starved machine does: its thread is blocked, so
/// that no heartbeat and no timer of it runs either.
#[derive(Debug, Default)]
pub struct Freezer {
    order: Mutex<Option<Duration>>,
    thawed: Condvar,
}

impl Freezer {
    /// The worker's next step begins with standing still.
    pub fn order(&self, length: Duration) {
        *self.lock() = Some(length);
    }

    /// Whoever stands still goes on.
    pub fn thaw(&self) {
        *self.lock() = None;
        self.thawed.notify_all();
    }

    fn take_order(&self) -> Option<Duration> {
        self.lock().take()
    }

    fn freeze(&self, length: Duration) {
        let _ = self.thawed.wait_timeout(self.lock(), length);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Duration>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub struct Watched {
    pub cluster: Arc<FakeCluster>,
    pub troubles: Arc<Troubles>,
    pub freezer: Arc<Freezer>,
    pub ledger: Arc<Ledger>,
    /// Which start of which worker this is.
    pub start: u64,
}

impl Watched {
    /// What stands between the worker and its effect. Breaks with the answer when there shall be no effect.
    async fn before(&self, step: Step, undo: bool) -> ControlFlow<Answer, Option<Trouble>> {
        let trouble = self.troubles.take(step, undo);
        tokio::time::sleep(STEP_TIME).await;
        match trouble {
            Some(Trouble::Fail(kind)) => {
                let reason = format!("{step} was told to fail ({})", kind.metric_label());
                return ControlFlow::Break(Err(StepError::new(kind, reason)));
            }
            Some(Trouble::Pending(after)) => {
                let reason = "something outside is not there yet".to_owned();
                return ControlFlow::Break(Ok(Outcome::Pending { reason, after }));
            }
            Some(Trouble::Slow(time)) => tokio::time::sleep(time).await,
            Some(Trouble::Hang) => std::future::pending().await,
            Some(Trouble::LoseAnswer | Trouble::HangAfter) | None => {}
        }
        // Last before the effect: nothing of this worker runs between its waking and what it was about to do,
        // so it is done however long ago its lease has ended.
        if let Some(length) = self.freezer.take_order() {
            self.ledger.excuse(self.start, Some(length + WAKING_UP));
            self.freezer.freeze(length);
        }
        ControlFlow::Continue(trouble)
    }
}

async fn after(step: Step, trouble: Option<Trouble>, answer: Answer) -> Answer {
    match trouble {
        Some(Trouble::LoseAnswer) => Err(StepError::transient(format!("the answer of {step} was lost"))),
        Some(Trouble::HangAfter) => std::future::pending().await,
        _ => answer,
    }
}

#[async_trait]
impl Provisioner for Watched {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        let _inside = self.ledger.enter(step, target, self.start);
        match self.before(step, false).await {
            ControlFlow::Break(answer) => answer,
            ControlFlow::Continue(trouble) => {
                after(step, trouble, self.cluster.run(step, target).await).await
            }
        }
    }

    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        let _inside = self.ledger.enter(step, target, self.start);
        match self.before(step, true).await {
            ControlFlow::Break(answer) => answer,
            ControlFlow::Continue(trouble) => {
                after(step, trouble, self.cluster.undo(step, target).await).await
            }
        }
    }

    async fn ping(&self) -> Result<(), StepError> {
        self.cluster.ping().await
    }

    async fn observe(&self) -> Result<Vec<Observed>, StepError> {
        self.cluster.observe().await
    }

    async fn inspect(
        &self,
        target: &Target,
        ready_at: DateTime<Utc>,
    ) -> Result<Option<Inspection>, StepError> {
        self.cluster.inspect(target, ready_at).await
    }

    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError> {
        self.cluster.remove(left_over).await
    }

    async fn changed(&self) {
        self.cluster.changed().await;
    }

    fn name(&self) -> &'static str {
        self.cluster.name()
    }
}
