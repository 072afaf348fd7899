//! The walk through an operation's steps.
//!
//! Each step is: note that it begins, do it, commit that it is done. A crash between any two of these
//! leads to the step being run again, which its idempotence makes harmless; a crash after the commit
//! leads to the next step.

use std::time::Duration;

use souk_db::leases::{self, Ending, Lease};
use souk_db::operations::Operation;
use souk_db::stores::{self, Change, Failure, Store};
use souk_db::{DbError, accounts, operations, permits, reaper, secrets, steps};
use souk_domain::credentials::StoreSecrets;
use souk_domain::operation::{OnFailure, OperationKind, Step, StepState, TryOutcome};
use souk_domain::plan::Plan;
use souk_domain::state::{Event, StoreState};
use souk_provisioner::{ErrorKind, Outcome, StepError, Target};
use tracing::Instrument;

use crate::settings::pause_after;
use crate::{WorkerContext, breaker, repair, undo};

/// No pause for the cluster to come back: nothing is claimed while the breaker is open, and whoever
/// waits is rung for when it closes.
pub(crate) const UNAVAILABLE_PAUSE: Duration = Duration::ZERO;

/// Everything that one walk works with.
pub(crate) struct Walk<'a> {
    pub context: &'a WorkerContext,
    pub lease: &'a Lease,
    pub operation: Operation,
    pub store: Store,
    pub target: Target,
}

/// Whether the walk goes on or has given the operation back.
pub(crate) enum Next {
    GoOn,
    Rest,
}

pub(crate) async fn walk(context: &WorkerContext, lease: &Lease) -> Result<(), DbError> {
    let loaded = Walk::load(context, lease).await;
    if lease.lost >= context.settings.lost_leases {
        return match loaded {
            Ok((mut walk, _)) => walk.put_aside().await,
            Err(error @ (DbError::LeaseLost | DbError::Cancelled | DbError::Unavailable(_))) => Err(error),
            Err(error) => put_aside_unread(context, lease, &error).await,
        };
    }
    let (mut walk, done) = loaded?;
    if walk.operation.failure.is_some() {
        return walk.give_up().await;
    }
    walk.begin().await?;
    for step in walk.operation.kind.steps().iter().filter(|step| !done.contains(step)) {
        match walk.step(*step).await? {
            Next::GoOn => {}
            Next::Rest => return Ok(()),
        }
    }
    Ok(())
}

impl<'a> Walk<'a> {
    /// Reads all that the steps need; returns it with the steps that are done already.
    async fn load(context: &'a WorkerContext, lease: &'a Lease) -> Result<(Self, Vec<Step>), DbError> {
        let mut tx = context.begin().await?;
        let operation = operations::get(&mut tx, lease.operation).await?;
        let store = stores::get(&mut tx, lease.store).await?;
        let account = accounts::get(&mut tx, lease.account).await?;
        let done = operations::steps(&mut tx, lease.operation)
            .await?
            .into_iter()
            .filter(|step| step.state == StepState::Done)
            .map(|step| step.name)
            .collect();
        let secrets = match operation.kind {
            OperationKind::Provision | OperationKind::Repair | OperationKind::Resize => {
                secrets::get(&mut tx, &context.keyring, store.id, operation.attempt).await?
            }
            OperationKind::Delete => None,
        };
        tx.commit().await?;
        let plan = Plan::of_store(store.chosen_plan, account.plan);
        let target = Target { secrets, ..context.target(&store, plan, operation.attempt, operation.id) };
        Ok((Self { context, lease, operation, store, target }, done))
    }

    /// The first claim of a provisioning moves its store on.
    async fn begin(&mut self) -> Result<(), DbError> {
        if self.operation.kind != OperationKind::Provision || self.store.state != StoreState::Requested {
            return Ok(());
        }
        let mut tx = self.context.begin().await?;
        leases::fence(&mut tx, self.lease).await?;
        stores::apply(&mut tx, &mut self.store, Event::Start, change(self.lease, None)).await?;
        let waited = operations::age(&mut tx, self.operation.id).await?;
        tx.commit().await?;
        metrics::histogram!("provisioning_queue_wait_seconds").record(waited.as_secs_f64());
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<Next, DbError> {
        let attempt =
            self.context.write(self.lease, async |tx, lease| steps::start(tx, lease, step).await).await?;
        let started = std::time::Instant::now();
        let limit = self.context.settings.step_limit;
        let span = tracing::info_span!("step", %step, attempt);
        let work = tokio::time::timeout(limit, self.run(step)).instrument(span.clone());
        let result = match work.await {
            Ok(result) => result?,
            Err(_) => Err(StepError::transient(format!("{step} took longer than {} s", limit.as_secs()))),
        };
        if let Err(error) = &result {
            souk_trace::failed(&span, error.kind.metric_label());
        }
        drop(span);
        match result {
            Ok(Outcome::Done | Outcome::Unchanged) => {
                self.record(step, started.elapsed());
                tracing::info!(%step, attempt, seconds = started.elapsed().as_secs_f64(), "step done");
                self.succeed(step).await?;
                Ok(Next::GoOn)
            }
            Ok(Outcome::Pending { reason, after }) => {
                self.wait(step, (reason.as_str(), None), after, false).await
            }
            Err(error) => self.meet(step, attempt, error).await,
        }
    }

    /// Does the step's work: its own, or the provisioner's.
    async fn run(&mut self, step: Step) -> Result<Result<Outcome, StepError>, DbError> {
        match step {
            Step::Publish => Ok(Ok(Outcome::Done)),
            Step::Drain => self.drain().await.map(Ok),
            // A repair has the secrets that the data was made with, or none: new ones would not fit it.
            Step::Secrets if self.operation.kind != OperationKind::Repair => {
                self.ensure_secrets().await?;
                Ok(self.context.provisioner.run(step, &self.target).await)
            }
            Step::Release if self.operation.kind.keeps_data() => {
                Ok(match repair::refuse_if_lost(self).await {
                    Ok(()) => self.context.provisioner.run(step, &self.target).await,
                    Err(error) => Err(error),
                })
            }
            _ => Ok(self.context.provisioner.run(step, &self.target).await),
        }
    }

    /// Makes the attempt's secrets, once: whoever comes later reads what was kept first.
    async fn ensure_secrets(&mut self) -> Result<(), DbError> {
        let context = self.context;
        let key = (self.store.id, self.store.account_id, self.operation.attempt);
        let made =
            StoreSecrets::generate(self.store.engine, self.store.admin_email.clone(), &context.entropy);
        self.target.secrets = context
            .write(self.lease, async |tx, lease| {
                leases::fence(tx, lease).await?;
                secrets::keep_first(tx, &context.keyring, &context.entropy, key, &made).await?;
                secrets::get(tx, &context.keyring, key.0, key.2).await
            })
            .await?;
        Ok(())
    }

    /// Waits until the operation that this delete cancelled has been let go of.
    async fn drain(&self) -> Result<Outcome, DbError> {
        let mut changes = self.context.changes.subscribe();
        let limit = tokio::time::Instant::now() + self.context.settings.drain_limit;
        loop {
            if self.context.write(self.lease, async |tx, lease| leases::drained(tx, lease).await).await? {
                return Ok(Outcome::Done);
            }
            // A look now and then, besides every change: a lease that ends makes no sound.
            let wake = (tokio::time::Instant::now() + Duration::from_secs(1)).min(limit);
            if tokio::time::Instant::now() >= limit {
                let reason = "the operation that was cancelled has not been let go of yet".to_owned();
                return Ok(Outcome::Pending { reason, after: Duration::from_secs(2) });
            }
            let _ = tokio::time::timeout_at(wake, changes.recv()).await;
        }
    }

    /// Commits that the step is done; with the last one, that the operation is.
    async fn succeed(&mut self, step: Step) -> Result<(), DbError> {
        if self.operation.kind.steps().last() != Some(&step) {
            return self
                .context
                .write(self.lease, async |tx, lease| steps::succeed(tx, lease, step).await)
                .await;
        }
        let limits = self.context.settings.limits;
        let mut tx = self.context.begin().await?;
        permits::lock(&mut tx).await?;
        steps::succeed(&mut tx, self.lease, step).await?;
        if self.operation.kind != OperationKind::Delete {
            stores::edit::note_plan(&mut tx, self.store.id, self.target.plan).await?;
        }
        self.store = stores::get(&mut tx, self.store.id).await?;
        match self.operation.kind {
            OperationKind::Provision => {
                stores::apply(&mut tx, &mut self.store, Event::Ready, change(self.lease, None)).await?;
            }
            OperationKind::Delete => {
                stores::apply(&mut tx, &mut self.store, Event::Gone, change(self.lease, None)).await?;
                secrets::forget(&mut tx, self.store.id).await?;
            }
            OperationKind::Repair | OperationKind::Resize => {
                repair::note_success(&mut tx, self.lease, &mut self.store).await?;
            }
        }
        leases::finish(&mut tx, self.lease, Ending::Succeeded, limits).await?;
        let took = operations::age(&mut tx, self.operation.id).await?;
        tx.commit().await?;
        if self.operation.kind == OperationKind::Provision {
            metrics::histogram!("store_provisioning_duration_seconds", "engine" => self.store.engine.as_str())
                .record(took.as_secs_f64());
        }
        tracing::info!(kind = %self.operation.kind, state = %self.store.state, "operation succeeded");
        Ok(())
    }

    /// Decides what a failed try means.
    async fn meet(&mut self, step: Step, attempt: u32, error: StepError) -> Result<Next, DbError> {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        if error.kind == ErrorKind::Unavailable {
            // The breaker says so, once for all who meet it.
            tracing::debug!(%step, attempt, reason = %error, cause, "step met a cluster that does not answer");
        } else {
            tracing::warn!(%step, attempt, kind = error.kind.metric_label(), reason = %error, cause, "step failed");
        }
        let for_ever = self.operation.kind.on_failure() == OnFailure::GoOn;
        match error.kind {
            ErrorKind::Unavailable => {
                breaker::open(self.context, &error.reason).await?;
                self.wait(step, why(&error), UNAVAILABLE_PAUSE, false).await
            }
            ErrorKind::Transient if for_ever || attempt < self.context.settings.step_attempts => {
                let pause = pause_after(attempt, self.context.entropy.jitter());
                self.wait(step, why(&error), pause, true).await
            }
            ErrorKind::Permanent if for_ever => {
                let pause = pause_after(u32::MAX, self.context.entropy.jitter());
                self.wait(step, why(&error), pause, true).await
            }
            ErrorKind::Transient | ErrorKind::Permanent => {
                self.fail(step, &error).await?;
                self.give_up().await?;
                Ok(Next::Rest)
            }
        }
    }

    /// After a step that failed for good.
    async fn give_up(&mut self) -> Result<(), DbError> {
        match self.operation.kind.on_failure() {
            OnFailure::Undo => undo::undo(self).await,
            OnFailure::End => repair::end(self).await,
            // Never fails for good.
            OnFailure::GoOn => Ok(()),
        }
    }

    /// Gives permit and lease back until the pause is over.
    pub(crate) async fn wait(
        &self,
        step: Step,
        (reason, advice): (&str, Option<&str>),
        pause: Duration,
        counts: bool,
    ) -> Result<Next, DbError> {
        let limits = self.context.settings.limits;
        let mut tx = self.context.begin().await?;
        permits::lock(&mut tx).await?;
        steps::retry_later(&mut tx, self.lease, step, reason, advice, counts).await?;
        leases::give_back(&mut tx, self.lease, pause, Some(reason), limits).await?;
        tx.commit().await?;
        Ok(Next::Rest)
    }

    async fn fail(&mut self, step: Step, error: &StepError) -> Result<(), DbError> {
        if self.operation.kind == OperationKind::Provision {
            metrics::counter!(
                "store_provisioning_failures_total",
                "engine" => self.store.engine.as_str(), "step" => step.as_str()
            )
            .increment(1);
        }
        let failure = Failure {
            step: Some(step.to_string()),
            reason: error.reason.clone(),
            advice: Some(error.advice.clone().unwrap_or_else(|| TryOutcome::Failed.advice().to_owned())),
        };
        self.context
            .write(self.lease, async |tx, lease| steps::fail(tx, lease, step, &failure).await)
            .await?;
        self.operation.failure = Some(failure);
        Ok(())
    }

    /// An operation that no worker survives must not take a permit again and again.
    async fn put_aside(&mut self) -> Result<(), DbError> {
        let failure = poisoned(self.lease);
        tracing::error!(lost = self.lease.lost, "putting a poison operation aside");
        let limits = self.context.settings.limits;
        let mut tx = self.context.begin().await?;
        permits::lock(&mut tx).await?;
        reaper::mark_dead_letter(&mut tx, self.lease).await?;
        match self.operation.kind.on_failure() {
            OnFailure::Undo => {
                let change = change(self.lease, Some(&failure));
                stores::apply(&mut tx, &mut self.store, Event::Fail, change).await?;
            }
            OnFailure::End => {
                let kind = self.operation.kind;
                repair::note_failure(&mut tx, self.lease, (kind, &mut self.store), &failure.reason).await?;
            }
            OnFailure::GoOn => {}
        }
        leases::finish(&mut tx, self.lease, Ending::Failed(&failure), limits).await?;
        tx.commit().await
    }

    fn record(&self, step: Step, took: Duration) {
        if self.operation.kind == OperationKind::Provision {
            metrics::histogram!(
                "store_provisioning_step_duration_seconds",
                "engine" => self.store.engine.as_str(), "step" => step.as_str()
            )
            .record(took.as_secs_f64());
        }
    }
}

fn poisoned(lease: &Lease) -> Failure {
    Failure {
        step: None,
        reason: format!("its worker stopped without a word {} times in a row", lease.lost),
        advice: Some("Tell the platform's operator; the operation is kept for them to look at".to_owned()),
    }
}

/// As [`Walk::put_aside`], of an operation whose rows this build cannot read: its store stays as it is.
async fn put_aside_unread(context: &WorkerContext, lease: &Lease, error: &DbError) -> Result<(), DbError> {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(lost = lease.lost, %error, cause, "putting an operation aside that cannot be read");
    let failure = poisoned(lease);
    let mut tx = context.begin().await?;
    permits::lock(&mut tx).await?;
    reaper::mark_dead_letter(&mut tx, lease).await?;
    leases::finish(&mut tx, lease, Ending::Failed(&failure), context.settings.limits).await?;
    tx.commit().await
}

/// The reason of an error, and what to do.
pub(crate) fn why(error: &StepError) -> (&str, Option<&str>) {
    (error.reason.as_str(), error.advice.as_deref())
}

/// What a transition of the store notes of the operation behind it.
pub(crate) fn change<'a>(lease: &'a Lease, failure: Option<&'a Failure>) -> Change<'a> {
    Change { operation_id: Some(lease.operation), correlation_id: Some(&lease.correlation_id), failure }
}
