//! Every step, every failure: for each kind of operation, each engine and each of its steps.
//!
//! The cases come from the domain (`souk_test_support::steps`): a new kind, engine or step is in them.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use souk_db::operations::{self, StepRecord};
use souk_db::permits::{self, Claim};
use souk_domain::dispatch::PermitLimits;
use souk_domain::engine::Engine;
use souk_domain::operation::{OnFailure, OperationKind, OperationState, Step, StepState};
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::Fault;
use souk_test_support::holds::Write;
use souk_test_support::jobs::{end_leases, run_jobs, run_jobs_to_rest, skip_pauses};
use souk_test_support::seed;
use souk_test_support::steps::{Case, Reference, Twice, World, cases, each, state_after};
use souk_worker::Claimed;

fn fails(step: Step, undo: bool, kind: ErrorKind) -> (Step, bool, Fault) {
    (step, undo, Fault::Fail { kind, reason: format!("{step} was told to fail") })
}

async fn steps(world: &World) -> Vec<StepRecord> {
    let mut tx = world.db.worker.begin().await.unwrap();
    operations::steps(&mut tx, world.operation).await.unwrap()
}

/// The steps up to and with `step`, last one first: the way of undo.
fn way_back(case: Case) -> Vec<Step> {
    let steps = case.kind.steps();
    let failed = steps.iter().position(|step| *step == case.step).unwrap();
    steps[..=failed].iter().rev().copied().collect()
}

/// The operation whose step failed for good has ended as its kind promises.
async fn assert_failed(world: &World, case: Case) {
    match case.kind.on_failure() {
        OnFailure::Undo => {
            world.assert_at_rest().await;
            world.assert_nothing_left();
            let store = seed::get(&world.db, world.store.id).await;
            assert_eq!(store.state, StoreState::Failed);
            assert_eq!(store.failure.unwrap().step.as_deref(), Some(case.step.as_str()));
            let ended = seed::operation(&world.db, world.operation).await;
            assert_eq!(ended.state, OperationState::Failed);
            assert!(!ended.dead_letter);
            assert_eq!(ended.failure.unwrap().step.as_deref(), Some(case.step.as_str()));
            let failed = case.kind.steps().iter().position(|step| *step == case.step).unwrap();
            for (index, record) in steps(world).await.into_iter().enumerate() {
                match index.cmp(&failed) {
                    std::cmp::Ordering::Less => {
                        assert_eq!(record.state, StepState::Undone, "{}", record.name);
                    }
                    std::cmp::Ordering::Equal => {
                        assert_eq!(record.state, StepState::Failed, "{}", record.name);
                    }
                    std::cmp::Ordering::Greater => assert!(record.started_at.is_none(), "{}", record.name),
                }
            }
        }
        OnFailure::End => {
            world.assert_at_rest().await;
            let ended = seed::operation(&world.db, world.operation).await;
            assert_eq!(ended.state, OperationState::Failed);
            assert_eq!(ended.failure.unwrap().step.as_deref(), Some(case.step.as_str()));
            assert_eq!(seed::get(&world.db, world.store.id).await.state, state_after(case.kind));
            assert!(world.calls().iter().all(|call| !call.undo), "what it had made stays, and the data");
            assert!(world.cluster.namespaces().values().all(|namespace| namespace.volume));
        }
        OnFailure::GoOn => {
            let waiting = seed::operation(&world.db, world.operation).await;
            assert_eq!(waiting.state, OperationState::Queued);
            assert_eq!(waiting.waiting_for, Some(format!("{} was told to fail", case.step)));
            assert_eq!(world.db.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);
            assert_eq!(world.run().await, 0, "it waits before it tries again");
            skip_pauses(&world.db).await;
            world.run().await;
            assert_eq!(seed::get(&world.db, world.store.id).await.state, state_after(case.kind));
            world.assert_at_rest().await;
            world.assert_nothing_left();
        }
    }
}

/// The cases whose step reaches the cluster, and so can fail there. What else a step can meet (a
/// worker or a lease that ends) is tested for all of them.
async fn cases_that_can_fail() -> Vec<Case> {
    let mut can_fail = cases();
    for &kind in OperationKind::ALL {
        for &engine in Engine::ALL {
            let reach = Reference::of(kind, engine).await.reach;
            can_fail.retain(|case| (case.kind, case.engine) != (kind, engine) || reach.contains(&case.step));
        }
    }
    can_fail
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_for_good_leads_to_a_clean_slate() {
    each(cases_that_can_fail().await, |case: Case| async move {
        let world = World::prepare(case.kind, case.engine).await;
        let (step, undo, fault) = fails(case.step, false, ErrorKind::Permanent);
        world.cluster.inject(step, undo, fault);
        world.run().await;
        assert_failed(&world, case).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_for_good_leads_to_a_clean_slate_when_all_is_done_and_undone_twice() {
    each(cases_that_can_fail().await, |case: Case| async move {
        let world = World::prepare(case.kind, case.engine).await;
        let (step, undo, fault) = fails(case.step, false, ErrorKind::Permanent);
        world.cluster.inject(step, undo, fault);
        let worker = world.worker_of(Arc::new(Twice(world.cluster.clone()))).await;
        run_jobs(&world.db, &worker).await;
        assert_failed(&world, case).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_that_fails_is_tried_again_until_nothing_is_left() {
    each(cases_that_can_fail().await, |case: Case| async move {
        if case.kind.on_failure() != OnFailure::Undo {
            return;
        }
        for kind in [ErrorKind::Transient, ErrorKind::Permanent] {
            let world = World::prepare(case.kind, case.engine).await;
            let (step, undo, fault) = fails(case.step, false, ErrorKind::Permanent);
            world.cluster.inject(step, undo, fault);
            let back = way_back(case);
            for step in &back {
                let (step, undo, fault) = fails(*step, true, kind);
                world.cluster.inject(step, undo, fault);
            }
            world.run().await;
            let waiting = seed::operation(&world.db, world.operation).await;
            assert_eq!(waiting.state, OperationState::Queued);
            assert!(waiting.waiting_for.unwrap().starts_with("cleaning up: "));
            assert_ne!(seed::get(&world.db, world.store.id).await.state, StoreState::Failed, "too early");
            run_jobs_to_rest(&world.db, &world.worker().await).await;
            assert_failed(&world, case).await;
            let undone = world.calls().into_iter().filter(|call| call.undo).count();
            assert_eq!(undone, back.len() * 2, "each undo was tried twice");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_whose_worker_is_dropped_at_each_of_its_steps_ends_in_the_same_clean_slate() {
    each(cases_that_can_fail().await, |case: Case| async move {
        if case.kind.on_failure() != OnFailure::Undo {
            return;
        }
        let world = World::prepare(case.kind, case.engine).await;
        let (step, undo, fault) = fails(case.step, false, ErrorKind::Permanent);
        world.cluster.inject(step, undo, fault);
        // More drops than claims may be lost in a row: what was undone in between counts as a word.
        for step in way_back(case) {
            let mut held = world.db.hold_write(step, Write::Undone).await;
            let worker = world.begin().await;
            held.reached().await;
            worker.abort();
            let _ = worker.await;
            held.let_go().await;
            end_leases(&world.db).await;
        }
        world.run_to_rest().await;
        assert_failed(&world, case).await;
        for step in case.kind.steps() {
            let effects = world.effects().into_iter().filter(|effect| *effect == (*step, true)).count();
            assert!(effects <= 1, "{step} was undone {effects} times");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_run_twice_has_the_result_of_running_once() {
    each(cases(), |case: Case| async move {
        let steps = case.kind.steps();
        if steps.first() != Some(&case.step) {
            return; // All steps of a kind in one run.
        }
        let reference = Reference::of(case.kind, case.engine).await;
        let world = World::prepare(case.kind, case.engine).await;
        let worker = world.worker_of(Arc::new(Twice(world.cluster.clone()))).await;
        run_jobs(&world.db, &worker).await;
        for step in &reference.reach {
            let calls = world.calls().into_iter().filter(|call| call.step == *step).count();
            assert_eq!(calls, 2, "{step}");
        }
        reference.assert_same(&world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_dropped_before_it_commits_a_step_is_succeeded_by_one_that_resumes_in_that_step() {
    each(cases(), |case: Case| async move {
        let reference = Reference::of(case.kind, case.engine).await;
        let world = World::prepare(case.kind, case.engine).await;
        let mut held = world.db.hold_write(case.step, Write::Done).await;
        let worker = world.begin().await;
        held.reached().await;
        worker.abort();
        let _ = worker.await;
        held.let_go().await;
        end_leases(&world.db).await;
        assert_ne!(
            steps(&world).await.iter().find(|record| record.name == case.step).unwrap().state,
            StepState::Done
        );
        resume(&world, &reference, case.kind.steps().iter().copied().skip_while(|step| *step != case.step))
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_dropped_after_it_commits_a_step_is_succeeded_by_one_that_resumes_in_the_next() {
    each(cases(), |case: Case| async move {
        let reference = Reference::of(case.kind, case.engine).await;
        let world = World::prepare(case.kind, case.engine).await;
        let mut rest = case.kind.steps().iter().copied().skip_while(|step| *step != case.step).skip(1);
        let Some(next) = rest.clone().next() else {
            // After the last one the operation has ended, and a job for it rings in vain.
            world.run().await;
            let worker = world.worker().await;
            assert_eq!(worker.start_and_wait(world.operation).await.unwrap(), Claimed::No);
            reference.assert_same(&world).await;
            assert_eq!(rest.next(), None);
            return;
        };
        let mut held = world.db.hold_write(next, Write::Start).await;
        let worker = world.begin().await;
        held.reached().await;
        worker.abort();
        let _ = worker.await;
        held.let_go().await;
        end_leases(&world.db).await;
        resume(&world, &reference, rest).await;
    })
    .await;
}

/// A new worker does `rest`, and with it the operation has the result of one that was never interrupted.
async fn resume(world: &World, reference: &Reference, rest: impl Iterator<Item = Step>) {
    let before = world.calls().len();
    let worker = world.worker().await;
    assert_eq!(worker.start_and_wait(world.operation).await.unwrap(), Claimed::Yes);
    let resumed: Vec<Step> = world.calls()[before..].iter().map(|call| call.step).collect();
    let expected: Vec<Step> = rest.filter(|step| reference.reach.contains(step)).collect();
    assert_eq!(resumed, expected, "the steps that the new worker ran");
    reference.assert_same(world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_lease_ended_in_a_step_changes_nothing_when_it_wakes_up() {
    each(cases(), |case: Case| async move {
        let reference = Reference::of(case.kind, case.engine).await;
        let world = World::prepare(case.kind, case.engine).await;
        // The worker begins the step; at its next write it stands behind the test for the stores' rows.
        let mut held = world.db.hold_write(case.step, Write::Start).await;
        let worker = world.begin().await;
        held.reached().await;
        let stores = world.db.hold_stores().await;
        held.let_go().await;
        let stores = stores.await;
        world.db.a_worker_waits().await;
        end_leases(&world.db).await;
        // Somebody else takes it over, unless the sleeper holds what a claim needs: it ends the operation.
        let is_last = case.kind.steps().last() == Some(&case.step);
        if !is_last {
            let mut tx = world.db.worker.begin().await.unwrap();
            let claim =
                Claim { worker: "another", lease: Duration::from_mins(10), limits: PermitLimits::default() };
            assert!(permits::claim(&mut tx, world.operation, claim).await.unwrap().is_some());
            tx.commit().await.unwrap();
        }
        let before = world.db.snapshot().await;
        stores.let_go().await;
        worker.await.unwrap();
        assert_eq!(world.db.snapshot().await, before, "the old worker changed something");

        end_leases(&world.db).await;
        let worker = world.worker().await;
        assert_eq!(worker.start_and_wait(world.operation).await.unwrap(), Claimed::Yes);
        reference.assert_same(&world).await;
    })
    .await;
}
