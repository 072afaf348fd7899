//! The trait that makes and removes stores.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use souk_domain::operation::Step;
pub use souk_domain::reconcile::{Inspection, Observed};

use crate::{StepError, Target};

/// How a step ended when it did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect is there now.
    Done,
    /// Its effect was there already: an outcome, not an error.
    Unchanged,
    /// Not yet; something outside must happen first. The worker gives its permit back and comes
    /// again after the given time.
    Pending { reason: String, after: Duration },
}

/// Makes and removes stores, one step at a time.
///
/// The contract of `run` and `undo`, which the tests hold every implementation to:
/// - idempotent: run twice, they leave what running once leaves;
/// - safe to drop at any await point: what was half done is finished or removed by the next call;
/// - bounded: each returns within the limit that its step has in the implementation's settings.
///
/// Attempts at one store share its host, so `namespace` begins with removing what earlier ones left
/// ([`souk_domain::host::is_earlier_attempt`]), and is pending while they go.
///
/// The steps that are the worker's own (`publish`, `drain`) never get here.
#[async_trait]
pub trait Provisioner: Send + Sync + fmt::Debug {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError>;

    /// Removes what `run` of the same step made, whether it ended or not.
    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError>;

    /// Whether the cluster answers at all. Bounded to a few seconds.
    async fn ping(&self) -> Result<(), StepError>;

    /// The namespaces that carry Souk's labels, of any installation.
    async fn observe(&self) -> Result<Vec<Observed>, StepError>;

    /// Looks at an attempt that was ready at `ready_at`. Changes nothing. `None`: its namespace is gone
    /// or going.
    async fn inspect(
        &self,
        target: &Target,
        ready_at: DateTime<Utc>,
    ) -> Result<Option<Inspection>, StepError>;

    /// Removes a namespace that the caller has found to be left over: exactly that one, by its uid, and
    /// only one of this installation. [`Outcome::Unchanged`] when it is not there any more.
    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError>;

    /// Returns when the stores' namespaces may have changed without Souk, which is the moment to look;
    /// never, where nothing can be watched. May return for nothing, and may miss changes.
    async fn changed(&self);

    /// What `/health` calls it: `kubernetes`, or `simulated` for the fake.
    fn name(&self) -> &'static str;
}
