//! Every step of every kind of operation, for every engine: the cases, and what must be true of each.
//!
//! Invariant: nothing here lists steps, kinds or engines. They come from the domain, so a new one is
//! covered as soon as it exists, or the build says what is missing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use souk_db::operations;
use souk_db::stores::Store;
use souk_domain::engine::Engine;
use souk_domain::id::OperationId;
use souk_domain::operation::{OperationKind, Step};
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;
use souk_provisioner::fake::{Call, FakeCluster};
use souk_provisioner::{Inspection, Observed, Outcome, Provisioner, StepError, Target};
use souk_worker::{Mode, WorkerContext, WorkerSettings};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, JoinSet, LocalSet};

use crate::jobs::{end_leases, run_jobs, worker_with};
use crate::{TestDatabase, jobs, seed};

/// Cases that run at the same time; each has a database to itself.
const WIDTH: usize = 4;

thread_local! {
    /// Databases whose case is over, while [`each`] runs: all its cases are on its thread.
    static IDLE: RefCell<Option<Vec<Arc<TestDatabase>>>> = const { RefCell::new(None) };
}

/// One step of one kind of operation on a store of one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub kind: OperationKind,
    pub engine: Engine,
    pub step: Step,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}, step {}", self.kind, self.engine, self.step)
    }
}

/// The state of a store whose operation of that kind has succeeded.
#[must_use]
pub const fn state_after(kind: OperationKind) -> StoreState {
    match kind {
        OperationKind::Provision | OperationKind::Repair | OperationKind::Resize => StoreState::Ready,
        OperationKind::Delete => StoreState::Deleted,
    }
}

/// Every step of every kind and engine.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for &kind in OperationKind::ALL {
        for &engine in Engine::ALL {
            all.extend(kind.steps().iter().map(|&step| Case { kind, engine, step }));
        }
    }
    all
}

/// Runs `check` on every case, some at a time. Panics when one has failed, after all have run.
pub async fn each<C, F>(cases: Vec<C>, check: impl Fn(C) -> F)
where
    C: fmt::Display,
    F: Future<Output = ()> + 'static,
{
    assert!(!cases.is_empty(), "a test without cases shows nothing");
    IDLE.set(Some(Vec::new()));
    LocalSet::new().run_until(run_each(cases, check)).await;
    drop(IDLE.take());
}

async fn run_each<C, F>(cases: Vec<C>, check: impl Fn(C) -> F)
where
    C: fmt::Display,
    F: Future<Output = ()> + 'static,
{
    let (mut running, mut names, mut ended) = (JoinSet::new(), HashMap::new(), Vec::new());
    for case in cases {
        if running.len() >= WIDTH {
            ended.extend(running.join_next_with_id().await);
        }
        let name = case.to_string();
        names.insert(running.spawn_local(check(case)).id(), name);
    }
    while let Some(one) = running.join_next_with_id().await {
        ended.push(one);
    }
    let failed: Vec<_> = ended.into_iter().filter_map(Result::err).map(|error| &names[&error.id()]).collect();
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

/// A store with an operation that waits to run, in a database and a cluster of its own.
#[derive(Debug)]
pub struct World {
    pub db: Arc<TestDatabase>,
    pub cluster: Arc<FakeCluster>,
    pub owner: Principal,
    pub store: Store,
    pub operation: OperationId,
    pub kind: OperationKind,
}

impl World {
    pub async fn prepare(kind: OperationKind, engine: Engine) -> Self {
        let db = Arc::new(match idle() {
            Some(db) => db.renewed().await,
            None => TestDatabase::create().await,
        });
        let cluster = Arc::new(FakeCluster::new());
        let owner = seed::user(&db, "anna").await;
        let (store, provision) = seed::store_of(&db, &owner, "shop", engine).await;
        let mut world = Self { db, cluster, owner, store, operation: provision, kind };
        match kind {
            OperationKind::Provision => {}
            OperationKind::Repair => {
                world.run().await;
                let namespace = world.store.slug.namespace(1);
                world.cluster.meddle(|all| all.get_mut(&namespace).expect("the namespace").releases = 0);
                let report = world.worker().await.reconcile(Mode::Apply).await.expect("a look");
                assert_eq!(report.skipped, None);
                let mut tx = world.db.worker.begin().await.expect("begin");
                let repair = operations::latest(&mut tx, world.store.id).await.expect("operations");
                world.operation = repair.expect("an operation").id;
            }
            OperationKind::Resize => {
                world.run().await;
                world.operation =
                    seed::resize(&world.db, &world.owner, world.store.id).await.expect("resize");
            }
            OperationKind::Delete => {
                world.run().await;
                world.operation =
                    seed::delete(&world.db, &world.owner, world.store.id).await.expect("delete");
            }
        }
        world
    }

    /// A worker that only works when told to, and extends no lease by itself.
    pub async fn worker(&self) -> WorkerContext {
        self.worker_of(self.cluster.clone()).await
    }

    pub async fn worker_of(&self, provisioner: Arc<dyn Provisioner>) -> WorkerContext {
        let settings = WorkerSettings {
            lease: Duration::from_mins(10),
            heartbeat: Duration::from_hours(1),
            ..WorkerSettings::default()
        };
        worker_with(&self.db, provisioner, settings).await
    }

    /// A new worker answers every job that is due.
    pub async fn run(&self) -> usize {
        run_jobs(&self.db, &self.worker().await).await
    }

    /// New workers answer every job until nothing is left to do; no pause is waited for.
    pub async fn run_to_rest(&self) {
        jobs::run_jobs_to_rest(&self.db, &self.worker().await).await;
    }

    /// A new worker begins the operation and can be dropped.
    pub async fn begin(&self) -> JoinHandle<()> {
        let (worker, operation) = (self.worker().await, self.operation);
        tokio::spawn(async move {
            // Whoever loses its lease says so in the log; a test looks at what it has changed.
            let _ = worker.start_and_wait(operation).await.expect("claim");
        })
    }

    /// As a kill does: nothing of it happens any more, and its lease has ended.
    pub async fn drop_worker(&self, worker: JoinHandle<()>) {
        worker.abort();
        let _ = worker.await;
        end_leases(&self.db).await;
    }

    /// The calls of the operation that reached the cluster, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let mut calls = self.cluster.calls();
        calls.retain(|call| call.operation == self.operation);
        calls
    }

    /// What the operation really made and removed, in order.
    #[must_use]
    pub fn effects(&self) -> Vec<(Step, bool)> {
        let effects = self.cluster.effects().into_iter();
        effects.filter(|call| call.operation == self.operation).map(|call| (call.step, call.undo)).collect()
    }

    /// All that is known of the store and the operation, without ids and times, to compare two worlds.
    pub async fn outline(&self) -> String {
        let mut connection = self.db.superuser().await;
        let (store, operation) = (self.store.id.as_uuid(), self.operation.as_uuid());
        let mut outline = String::new();
        for query in [
            format!(
                "SELECT concat_ws(' ', 'store', state, health, 'attempt', attempt, 'version', version, failure)
                 FROM stores WHERE id = '{store}'"
            ),
            format!(
                "SELECT concat_ws(' ', 'operation', state, failure, waiting_for, has_permit, dead_letter, lost_leases,
                                  lease_owner, lease_expires_at)
                 FROM operations WHERE id = '{operation}'"
            ),
            format!(
                "SELECT string_agg(concat_ws(' ', name, state, undone, reason), E'\\n' ORDER BY position)
                 FROM operation_steps WHERE operation_id = '{operation}'"
            ),
            format!("SELECT string_agg(kind || ' ' || message, E'\\n' ORDER BY seq) FROM events WHERE store_id = '{store}'"),
            format!("SELECT 'secrets ' || count(*) FROM store_secrets WHERE store_id = '{store}'"),
        ] {
            outline += &crate::database::text(&mut connection, query).await;
            outline.push('\n');
        }
        for namespace in self.cluster.namespaces().values() {
            let _ = writeln!(
                outline,
                "namespace secrets {} releases {} set up {} volume {}",
                namespace.secrets, namespace.releases, namespace.set_up, namespace.volume
            );
        }
        outline
    }

    /// Whatever happened, these hold once nothing is left to do.
    pub async fn assert_at_rest(&self) {
        let db = &self.db;
        assert_eq!(self.run().await, 0, "a job still rings for something that can run");
        for (wrong, query) in [
            ("a permit is taken", "SELECT count(*) FROM operations WHERE has_permit"),
            ("a lease is held", "SELECT count(*) FROM operations WHERE lease_owner IS NOT NULL OR lease_expires_at IS NOT NULL"),
            ("an operation has not ended", "SELECT count(*) FROM operations WHERE state IN ('queued', 'running', 'cancelling') OR finished_at IS NULL"),
            (
                "an operation has not ended exactly once",
                "SELECT count(*) FROM operations o WHERE 1 <> (SELECT count(*) FROM events e WHERE e.operation_id = o.id
                    AND e.kind = 'operation_' || o.state) OR 1 <> (SELECT count(*) FROM events e WHERE e.operation_id = o.id
                    AND e.kind IN ('operation_succeeded', 'operation_failed', 'operation_cancelled'))",
            ),
            (
                "the list of events has gaps or goes back in time",
                "SELECT count(*) FROM (SELECT seq - lag(seq, 1, 0::bigint) OVER w AS step, at < lag(at) OVER w AS back
                    FROM events WINDOW w AS (PARTITION BY store_id ORDER BY seq)) x WHERE step <> 1 OR back",
            ),
            (
                "an operation started before it was queued, or ended before it started",
                "SELECT count(*) FROM operations WHERE started_at < queued_at OR finished_at < started_at",
            ),
            (
                "a time in a state ended before it began",
                "SELECT count(*) FROM store_state_intervals WHERE ended_at < started_at",
            ),
        ] {
            assert_eq!(db.number(query).await, 0, "{wrong}");
        }
    }

    /// Every namespace of the store is gone.
    pub fn assert_nothing_left(&self) {
        let left = self.cluster.namespaces();
        assert!(left.values().all(|namespace| namespace.store != self.store.id), "left behind: {left:?}");
    }
}

/// A database whose case is over, if there is one.
fn idle() -> Option<TestDatabase> {
    let db = IDLE.with_borrow_mut(|idle| idle.as_mut()?.pop())?;
    Arc::into_inner(db)
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let db = Arc::clone(&self.db);
            IDLE.with_borrow_mut(|idle| {
                if let Some(idle) = idle {
                    idle.push(db);
                }
            });
        }
    }
}

/// What a world looks like whose operation met nothing bad.
#[derive(Debug, Clone)]
pub struct Reference {
    pub outline: String,
    pub effects: Vec<(Step, bool)>,
    /// The steps that reach the cluster; the others are the worker's own.
    pub reach: Vec<Step>,
}

impl Reference {
    /// Made once for each kind and engine in a process.
    pub async fn of(kind: OperationKind, engine: Engine) -> Self {
        static MADE: Mutex<Vec<(OperationKind, Engine, Reference)>> = Mutex::const_new(Vec::new());
        let mut made = MADE.lock().await;
        if let Some((.., reference)) = made.iter().find(|(of, on, _)| (*of, *on) == (kind, engine)) {
            return reference.clone();
        }
        let reference = Self::make(kind, engine).await;
        made.push((kind, engine, reference.clone()));
        reference
    }

    async fn make(kind: OperationKind, engine: Engine) -> Self {
        let world = World::prepare(kind, engine).await;
        world.run().await;
        assert_eq!(seed::get(&world.db, world.store.id).await.state, state_after(kind));
        world.assert_at_rest().await;
        let reach = world.calls().into_iter().map(|call| call.step).collect();
        Self { outline: world.outline().await, effects: world.effects(), reach }
    }

    /// The world's operation has had the same result, and has made nothing twice.
    pub async fn assert_same(&self, world: &World) {
        world.assert_at_rest().await;
        assert_eq!(world.outline().await, self.outline);
        assert_eq!(world.effects(), self.effects);
    }
}

/// Does everything twice, as an idempotent provisioner must not mind.
#[derive(Debug)]
pub struct Twice(pub Arc<FakeCluster>);

#[async_trait]
impl Provisioner for Twice {
    async fn run(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        self.0.run(step, target).await?;
        self.0.run(step, target).await
    }

    async fn undo(&self, step: Step, target: &Target) -> Result<Outcome, StepError> {
        self.0.undo(step, target).await?;
        self.0.undo(step, target).await
    }

    async fn ping(&self) -> Result<(), StepError> {
        self.0.ping().await
    }

    async fn observe(&self) -> Result<Vec<Observed>, StepError> {
        self.0.observe().await
    }

    async fn inspect(
        &self,
        target: &Target,
        ready_at: DateTime<Utc>,
    ) -> Result<Option<Inspection>, StepError> {
        self.0.inspect(target, ready_at).await
    }

    async fn remove(&self, left_over: &Observed) -> Result<Outcome, StepError> {
        self.0.remove(left_over).await
    }

    async fn changed(&self) {
        self.0.changed().await;
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }
}
