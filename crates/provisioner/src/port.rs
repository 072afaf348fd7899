//! The trait that makes and removes stores.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use souk_domain::id::{InstallationId, StoreId};
use souk_domain::operation::Step;

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

/// What the cluster shows of a store, for the reconciler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub namespace: String,
    /// The installation that the namespace's label names; `None` where it is not readable.
    pub installation: Option<InstallationId>,
    pub store: Option<StoreId>,
    /// The cluster is removing it already.
    pub terminating: bool,
}

/// Makes and removes stores, one step at a time.
///
/// The contract of `run` and `undo`, which the tests hold every implementation to:
/// - idempotent: run twice, they leave what running once leaves;
/// - safe to drop at any await point: what was half done is finished or removed by the next call;
/// - bounded: each returns within the limit that its step has in the implementation's settings.
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

    /// What `/health` calls it: `kubernetes`, or `simulated` for the fake.
    fn name(&self) -> &'static str;
}
