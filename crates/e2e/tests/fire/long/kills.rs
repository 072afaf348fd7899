//! Workers that die, freeze or are told to stop, and a helm that dies.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;
use souk_domain::engine::Engine;
use souk_e2e::finalizer;
use souk_e2e::helm::{self, HelmOnRoad};
use souk_e2e::shop::Setups;
use souk_e2e::souk::{self, Images, Setup, Souk};
use souk_e2e::stores::{Store, step_of};
use souk_test_support::until;

use crate::{
    LOOK_EVERY, ONE_AT_A_TIME, PROVISION, all_dead, by_lease, claimed_again, cost_no_try, is_whole_and_sells,
    leaves_nothing, nothing_is_left, say,
};

/// Souk's own limit for stopping.
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// A hand-over needs no lease to end: a notification, a claim. The rest is for a busy machine.
const HAND_OVER_LIMIT: Duration = Duration::from_secs(5);
/// A setup that was let go on needs a second; and so does the next one.
const SETUP_LIMIT: Duration = Duration::from_secs(20);
/// Another worker would have to wait 30 s; the one whose helm it was pauses for a second, and needs two helms.
const TAKE_BACK_LIMIT: Duration = Duration::from_secs(15);
/// A worker that wakes up hears of its lost lease with the next heartbeat.
const WAKE_LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_worker_killed_during_release_takes_its_helm_along_and_another_makes_the_one_release() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let helm = HelmOnRoad::build(&souk::folder()).await;
    Souk::run_apart(Setup::of(&Images::built()).with_helm(&helm.program), async |souk| {
        let owner = souk.user("anna").await;
        let workers = [souk.worker().await, souk.worker().await];
        helm.road.slow_down();
        let store = Store::create(&owner, "lamps").await;
        let namespace = store.namespace().await;
        let running = helm.hold_at(&namespace, "pending-install").await;
        let (victim, _other) = by_lease(souk, workers).await;
        let claims = souk.claims("provision").await;

        let blow = Instant::now();
        let children = victim.kill().await;
        assert!(children.contains(&running), "the control: helm was in the middle of its work for it");
        all_dead(&children).await;
        helm.road.open();

        claimed_again(souk, "provision", claims, blow, "after kill -9 during release").await;
        is_whole_and_sells(souk, &store).await;
        say(&format!(
            "the store was ready {:.1} s after kill -9 during release",
            blow.elapsed().as_secs_f64()
        ));
        cost_no_try(&store.operation().await, &PROVISION);
        leaves_nothing(&store).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_worker_killed_during_setup_of_medusa_is_followed_by_another_whose_setup_waits_for_the_first_to_end()
 {
    killed_during_setup(Engine::Medusa).await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_worker_killed_during_setup_of_woocommerce_is_followed_by_another_whose_setup_waits_for_the_first_to_end()
 {
    killed_during_setup(Engine::Woocommerce).await;
}

async fn killed_during_setup(engine: Engine) {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run_apart(Setup::of(&Images::built()), async |souk| {
        let owner = souk.user("anna").await;
        let workers = [souk.worker().await, souk.worker().await];
        let store = Store::create_with(&owner, "lamps", json!({ "engine": engine })).await;
        let shop = store.shop().await;
        let hold = shop.hold_setup().await;
        store.wait_in("setup").await;
        shop.wait_setup_at_work().await;
        let (victim, _other) = by_lease(souk, workers).await;
        let claims = souk.claims("provision").await;

        let blow = Instant::now();
        let children = victim.kill().await;
        all_dead(&children).await;

        let what = format!("after kill -9 during setup of {engine}");
        claimed_again(souk, "provision", claims, blow, &what).await;
        // What runs in a pod outlives its worker; so the next one is behind a lock, and both have a limit.
        let behind = until(SETUP_LIMIT, LOOK_EVERY, async || {
            (shop.setups().await == Setups { at_work: 1, waiting: 1 }).then_some(())
        });
        assert!(behind.await.is_some(), "not one behind the other: {:?}", shop.setups().await);
        hold.lift().await;

        is_whole_and_sells(souk, &store).await;
        say(&format!("the store was ready {:.1} s {what}", blow.elapsed().as_secs_f64()));
        cost_no_try(&store.operation().await, &PROVISION);
        leaves_nothing(&store).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_delete_survives_one_worker_killed_while_helm_uninstalls_and_one_while_the_namespace_goes() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let helm = HelmOnRoad::build(&souk::folder()).await;
    Souk::run_apart(Setup::of(&Images::built()).with_helm(&helm.program), async |souk| {
        let owner = souk.user("anna").await;
        let workers = [souk.worker().await, souk.worker().await];
        let store = Store::create(&owner, "lamps").await;
        store.wait_ready().await;
        let namespace = store.namespace().await;
        finalizer::hold_inside(&namespace).await;
        helm.road.slow_down();
        let deletion = store.ask_to_go().await;
        let running = helm.hold_at(&namespace, "uninstalling").await;
        let (victim, second) = by_lease(souk, workers).await;
        let claims = souk.claims("delete").await;

        let blow = Instant::now();
        let children = victim.kill().await;
        assert!(children.contains(&running), "the control: helm was in the middle of its work for it");
        all_dead(&children).await;
        helm.road.open();
        claimed_again(souk, "delete", claims, blow, "after kill -9 during uninstall").await;

        store.wait_in("purge").await;
        assert!(souk.is_held_by(&second).await);
        let _third = souk.worker().await;
        let claims = souk.claims("delete").await;
        let blow = Instant::now();
        all_dead(&second.kill().await).await;
        claimed_again(souk, "delete", claims, blow, "after kill -9 during purge").await;

        finalizer::lift_inside(&namespace).await;
        store.wait_gone().await;
        let page = store.operation_by_id(&deletion).await;
        assert_eq!(page["state"], "succeeded", "{page:#}");
        cost_no_try(&page, &["drain", "uninstall", "purge"]);
        nothing_is_left(&namespace).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_helm_killed_in_mid_install_costs_one_try_and_what_it_left_is_taken_back_at_once() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let helm = HelmOnRoad::build(&souk::folder()).await;
    Souk::run_apart(Setup::of(&Images::built()).with_helm(&helm.program), async |souk| {
        let owner = souk.user("anna").await;
        let worker = souk.worker().await;
        helm.road.slow_down();
        let store = Store::create(&owner, "lamps").await;
        let namespace = store.namespace().await;
        let running = helm.hold_at(&namespace, "pending-install").await;

        let blow = Instant::now();
        running.signal(Signal::SIGKILL);
        all_dead(&[running]).await;
        let left = helm::ask(&["list"], &namespace).await;
        assert_eq!(left[0]["status"], "pending-install", "the control: it was in the middle of its work");
        helm.road.open();

        store.wait_in("rollout").await;
        let took = blow.elapsed();
        say(&format!("the release was there {:.1} s after helm was killed", took.as_secs_f64()));
        assert!(took < TAKE_BACK_LIMIT, "it waited {took:?} for a helm that it had seen die");
        is_whole_and_sells(souk, &store).await;
        let page = store.operation().await;
        assert_eq!(step_of(&page, "release")["attempts"], 2, "{page:#}");
        assert!(worker.process.is_alive());
        leaves_nothing(&store).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_worker_told_to_stop_during_rollout_hands_over_at_once_and_ends_well() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run_apart(Setup::of(&Images::built()), async |souk| {
        let owner = souk.user("anna").await;
        let workers = [souk.worker().await, souk.worker().await];
        let store = Store::create(&owner, "lamps").await;
        store.wait_in("rollout").await;
        let (leaving, other) = by_lease(souk, workers).await;
        let claims = souk.claims("provision").await;

        let (stopped, took) = tokio::join!(
            leaving.terminate(),
            claimed_again(souk, "provision", claims, Instant::now(), "after SIGTERM during rollout")
        );
        assert!(stopped.status.success(), "it ended with {}", stopped.status);
        assert!(stopped.took < STOP_LIMIT, "it took {:?} to stop", stopped.took);
        assert!(took < HAND_OVER_LIMIT, "the hand-over took {took:?}");
        assert!(souk.is_held_by(&other).await);
        say(&format!("the worker ended {:.2} s after SIGTERM", stopped.took.as_secs_f64()));

        is_whole_and_sells(souk, &store).await;
        cost_no_try(&store.operation().await, &PROVISION);
        leaves_nothing(&store).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_worker_that_only_slept_through_its_lease_changes_nothing_when_it_wakes() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run_apart(Setup::of(&Images::built()), async |souk| {
        let owner = souk.user("anna").await;
        let workers = [souk.worker().await, souk.worker().await];
        let store = Store::create(&owner, "lamps").await;
        let shop = store.shop().await;
        let hold = shop.hold_setup().await;
        store.wait_in("setup").await;
        shop.wait_setup_at_work().await;
        let (sleeper, _other) = by_lease(souk, workers).await;
        let claims = souk.claims("provision").await;

        sleeper.freeze();
        claimed_again(souk, "provision", claims, Instant::now(), "after a worker froze during setup").await;
        hold.lift().await;
        is_whole_and_sells(souk, &store).await;

        let written = "SELECT (SELECT count(*) FROM events WHERE operation_id IS NOT NULL)
                       + (SELECT sum(lease_epoch + wakes) FROM operations)::bigint
                       + (SELECT sum(attempts) FROM operation_steps)";
        let before = souk.database.number(written).await;
        assert!(!sleeper.said("the lease has ended"), "the control: it knows nothing yet");
        sleeper.thaw();
        let noticed =
            until(WAKE_LIMIT, LOOK_EVERY, async || sleeper.said("the lease has ended").then_some(()));
        assert!(noticed.await.is_some(), "it has not noticed that its lease is lost");
        assert_eq!(souk.database.number(written).await, before, "it wrote with a lease that was not its own");
        is_whole_and_sells(souk, &store).await;
        leaves_nothing(&store).await;
    })
    .await;
}
