//! A delete at any moment: it always ends in `deleted` with nothing left, and what it cancelled ends as
//! `cancelled`, once.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use souk_db::DbError;
use souk_domain::engine::Engine;
use souk_domain::id::OperationId;
use souk_domain::operation::{OperationKind, OperationState, Step};
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::{Fault, Gate, Point};
use souk_test_support::jobs::{end_leases, run_jobs_to_rest, worker, worker_with};
use souk_test_support::seed;
use souk_test_support::steps::{Reference, World, each};
use souk_worker::WorkerSettings;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

/// Bounds a broken test, nothing else.
const STAND_LIMIT: Duration = Duration::from_secs(20);

/// Where the operation is when the delete comes.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Requested,
    /// All permits are taken by others.
    Queued,
    /// A worker stands in the step.
    InStep(Step, Point),
    /// It waits for its next try of the step.
    BackOff(Step),
    /// A worker stands in the undo of the step.
    InUndo(Step, Point),
    /// The undo of the step failed, and waits for its next try.
    HalfUndone(Step),
    Failed,
    /// The second attempt stands in the step.
    InRetry(Step, Point),
    DeadLetter,
    Ready,
}

/// What has become of the worker that stood in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worker {
    Lives,
    /// It died, and its lease has ended.
    Died,
    /// It died, and its lease has yet to end.
    DiedJustNow,
    /// The step ends in the moment of the delete.
    Races,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    moment: Moment,
    worker: Worker,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The steps of a provisioning that reach the cluster.
async fn reach() -> &'static [Step] {
    static REACH: OnceCell<Vec<Step>> = OnceCell::const_new();
    REACH.get_or_init(async || Reference::of(OperationKind::Provision, Engine::Medusa).await.reach).await
}

/// Every moment of a provisioning that there is, from its list of steps.
async fn cases() -> Vec<Case> {
    let alive = |moment| Case { moment, worker: Worker::Lives };
    let mut cases: Vec<Case> =
        [Moment::Requested, Moment::Queued, Moment::Failed, Moment::DeadLetter, Moment::Ready]
            .into_iter()
            .map(alive)
            .collect();
    for &step in reach().await {
        cases.extend([Moment::BackOff(step), Moment::HalfUndone(step)].map(alive));
        for point in Point::ALL {
            let moments =
                [Moment::InStep(step, point), Moment::InUndo(step, point), Moment::InRetry(step, point)];
            cases.extend(moments.map(alive));
            cases.push(Case { moment: moments[0], worker: Worker::Races });
            cases.push(Case { moment: moments[0], worker: Worker::Died });
            cases.push(Case { moment: moments[1], worker: Worker::Died });
            cases.push(Case { moment: moments[0], worker: Worker::DiedJustNow });
        }
    }
    cases
}

/// Two at once, as a user does who clicks twice: one of them makes the operation, the other is told.
async fn delete(world: &World) -> OperationId {
    let one = seed::delete(&world.db, &world.owner, world.store.id);
    let two = seed::delete(&world.db, &world.owner, world.store.id);
    let (one, two) = tokio::join!(one, two);
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert!(matches!(lost, Err(DbError::Conflict { current: StoreState::Deleting })), "{lost:?}");
    won.unwrap()
}

/// Begins the operation with a worker of such a lease, and waits until it stands at the gate.
async fn stand(world: &World, gate: &Gate, lease: Duration) -> JoinHandle<()> {
    let settings = WorkerSettings { lease, heartbeat: lease / 4, ..WorkerSettings::default() };
    let worker = worker_with(&world.db, world.cluster.clone(), settings).await;
    let operation = world.operation;
    let running = tokio::spawn(async move {
        worker.start_and_wait(operation).await.unwrap();
    });
    let stands = tokio::time::timeout(STAND_LIMIT, gate.reached()).await;
    assert!(stands.is_ok(), "nobody came to the gate; it is as follows:\n{}", world.outline().await);
    running
}

fn fail(world: &World, step: Step) {
    world.cluster.fail(step, ErrorKind::Permanent, 1);
}

/// Brings the world to the moment. Returns the worker that stands somewhere, with its gate.
async fn come_to(world: &mut World, case: Case, lease: Duration) -> Option<(JoinHandle<()>, Gate)> {
    let last = *reach().await.last().unwrap();
    match case.moment {
        Moment::Requested => {}
        Moment::Queued => {
            let limits = souk_domain::dispatch::PermitLimits { total: 0, per_account: 0 };
            let settings = WorkerSettings { limits, ..WorkerSettings::default() };
            let busy = worker_with(&world.db, world.cluster.clone(), settings).await;
            assert_eq!(souk_test_support::jobs::run_jobs(&world.db, &busy).await, 0);
        }
        Moment::InStep(step, point) => {
            let gate = world.cluster.hold(step, false, point);
            return Some((stand(world, &gate, lease).await, gate));
        }
        Moment::BackOff(step) => {
            world.cluster.fail(step, ErrorKind::Transient, 1);
            world.run().await;
            assert!(seed::operation(&world.db, world.operation).await.waiting_for.is_some());
        }
        Moment::InUndo(step, point) => {
            fail(world, last);
            let gate = world.cluster.hold(step, true, point);
            return Some((stand(world, &gate, lease).await, gate));
        }
        Moment::HalfUndone(step) => {
            fail(world, last);
            let reason = "it holds on".to_owned();
            world.cluster.inject(step, true, Fault::Fail { kind: ErrorKind::Transient, reason });
            world.run().await;
            let waits = seed::operation(&world.db, world.operation).await;
            assert_eq!(waits.waiting_for.as_deref(), Some("cleaning up: it holds on"));
        }
        Moment::Failed => {
            fail(world, last);
            world.run().await;
        }
        Moment::InRetry(step, point) => {
            fail(world, last);
            world.run().await;
            world.operation = seed::retry(&world.db, &world.owner, world.store.id).await.unwrap();
            let gate = world.cluster.hold(step, false, point);
            return Some((stand(world, &gate, lease).await, gate));
        }
        Moment::DeadLetter => {
            world.cluster.inject(last, false, Fault::Hang);
            let running = world.begin().await;
            souk_test_support::wait_for("the last step to begin", async || {
                world.calls().iter().any(|call| call.step == last).then_some(())
            })
            .await;
            world.drop_worker(running).await;
            world.db.execute("UPDATE operations SET lost_leases = 100").await;
            world.worker().await.start_and_wait(world.operation).await.unwrap();
            assert!(seed::operation(&world.db, world.operation).await.dead_letter);
            assert!(!world.cluster.namespaces().is_empty(), "what it had made is still there");
        }
        Moment::Ready => {
            world.run().await;
        }
    }
    None
}

async fn check(case: Case) {
    let mut world = World::prepare(OperationKind::Provision, Engine::Medusa).await;
    let lease = match case.worker {
        Worker::DiedJustNow => Duration::from_secs(1),
        _ => WorkerSettings::default().lease,
    };
    let standing = come_to(&mut world, case, lease).await;
    let was_over = seed::operation(&world.db, world.operation).await.state.is_final();
    let deletion = match standing {
        None => delete(&world).await,
        Some((running, gate)) => match case.worker {
            Worker::Lives => {
                let deletion = delete(&world).await;
                running.await.unwrap();
                deletion
            }
            Worker::Races => {
                gate.open();
                let deletion = delete(&world).await;
                running.await.unwrap();
                deletion
            }
            Worker::Died => {
                world.drop_worker(running).await;
                delete(&world).await
            }
            Worker::DiedJustNow => {
                running.abort();
                let _ = running.await;
                delete(&world).await
            }
        },
    };
    run_jobs_to_rest(&world.db, &worker(&world.db, world.cluster.clone()).await).await;

    assert_eq!(seed::get(&world.db, world.store.id).await.state, StoreState::Deleted);
    assert_eq!(seed::operation(&world.db, deletion).await.state, OperationState::Succeeded);
    assert!(world.cluster.namespaces().is_empty(), "left behind: {:?}", world.cluster.namespaces());
    let cancelled = seed::operation(&world.db, world.operation).await.state;
    if !was_over && case.worker != Worker::Races {
        assert_eq!(cancelled, OperationState::Cancelled);
    }
    world.operation = deletion;
    world.assert_at_rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delete_at_any_moment_ends_with_nothing_left() {
    each(cases().await, check).await;
}

/// A worker that is stopped and one that takes over, while a delete waits for the finalizer of another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delete_whose_worker_is_dropped_in_any_of_its_steps_is_finished_by_the_next_one() {
    let reach = Reference::of(OperationKind::Delete, Engine::Medusa).await.reach;
    for step in reach {
        for point in Point::ALL {
            let world = World::prepare(OperationKind::Delete, Engine::Medusa).await;
            let gate = world.cluster.hold(step, false, point);
            let running = stand(&world, &gate, Duration::from_mins(1)).await;
            // Asked again meanwhile: there is one operation, and it is told.
            let again = seed::delete(&world.db, &world.owner, world.store.id).await;
            assert!(matches!(again, Err(DbError::Conflict { current: StoreState::Deleting })), "{again:?}");
            world.drop_worker(running).await;
            world.run_to_rest().await;
            assert_eq!(seed::get(&world.db, world.store.id).await.state, StoreState::Deleted);
            world.assert_nothing_left();
            world.assert_at_rest().await;
        }
    }
}

#[tokio::test]
async fn a_delete_waits_for_a_worker_that_does_not_let_go_and_keeps_no_permit_meanwhile() {
    let world = World::prepare(OperationKind::Provision, Engine::Medusa).await;
    let gate = world.cluster.hold(reach().await[0], false, Point::After);
    // Its heartbeats do not come, so it does not hear of the delete; its lease holds.
    let running = stand(&world, &gate, Duration::from_mins(10)).await;
    running.abort();
    let _ = running.await;
    let deletion = delete(&world).await;
    let settings = WorkerSettings { drain_limit: Duration::from_millis(50), ..WorkerSettings::default() };
    let impatient = worker_with(&world.db, Arc::clone(&world.cluster) as _, settings).await;
    impatient.start_and_wait(deletion).await.unwrap();
    let waits = seed::operation(&world.db, deletion).await;
    assert!(waits.waiting_for.unwrap().contains("has not been let go of"));
    assert_eq!(
        world.db.number("SELECT count(*) FROM operations WHERE has_permit AND kind = 'delete'").await,
        0
    );
    assert!(!world.cluster.namespaces().is_empty(), "nothing is removed under a worker that lives");
    end_leases(&world.db).await;
    world.run_to_rest().await;
    assert_eq!(seed::get(&world.db, world.store.id).await.state, StoreState::Deleted);
    assert_eq!(seed::operation(&world.db, world.operation).await.state, OperationState::Cancelled);
    assert!(world.cluster.namespaces().is_empty());
}
