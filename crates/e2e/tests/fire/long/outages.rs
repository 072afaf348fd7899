//! What Souk stands on goes away for a while.

use std::time::{Duration, Instant};

use souk_e2e::api_server::ApiServer;
use souk_e2e::postgres::Postgres;
use souk_e2e::souk::{Images, Setup, Souk};
use souk_e2e::stores::Store;
use souk_test_support::until;

use crate::{LOOK_EVERY, ONE_AT_A_TIME, PROVISION, cost_no_try, is_whole_and_sells, leaves_nothing, say};

const OUTAGE: Duration = Duration::from_secs(30);
/// A ping every 5 s, each with 3 s of patience.
const NOTICE_LIMIT: Duration = Duration::from_secs(15);
/// From the end of an outage until everything goes on.
const GO_ON_LIMIT: Duration = Duration::from_secs(10);
/// A database comes back in a second; a pool finds out with its next request.
const RECONNECT_LIMIT: Duration = Duration::from_secs(15);
/// The length of a lease: who keeps one over this time has really extended it.
const LEASE: Duration = Duration::from_secs(15);

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn an_api_server_that_is_away_for_half_a_minute_during_rollout_burns_no_attempt() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let api_server = match ApiServer::of_local_cluster() {
        Ok(api_server) => api_server,
        Err(why) => return say(&format!("NOTHING: the API server cannot be stopped here: {why}")),
    };
    Souk::run_apart(Setup::of(&Images::built()), async |souk| {
        let owner = souk.user("anna").await;
        let _workers = [souk.worker().await, souk.worker().await];
        let first = Store::create(&owner, "lamps").await;
        first.wait_in("rollout").await;

        let asleep = api_server.put_to_sleep();
        let began = Instant::now();
        let degraded = async || (souk.health().await.ok()?["status"] == "degraded").then_some(());
        assert!(until(NOTICE_LIMIT, LOOK_EVERY, degraded).await.is_some(), "nobody noticed");
        say(&format!("degraded {:.1} s after the API server went away", began.elapsed().as_secs_f64()));
        let claims = souk.claims("provision").await;
        let second = Store::create(&owner, "chairs").await; // taken, as ever
        let broken = until(OUTAGE.saturating_sub(began.elapsed()), LOOK_EVERY * 5, async || {
            let (state, health) = (second.operation().await["state"].clone(), souk.health().await.unwrap());
            let waits = state == "queued"
                && health["status"] == "degraded"
                && health["kubernetes"]["status"] == "unavailable";
            let failed = first.state().await["state"] != "provisioning";
            (!waits || failed).then_some((state, health))
        });
        let broken = broken.await;
        assert!(broken.is_none(), "while the API server is away everything waits: {broken:?}");
        assert_eq!(souk.claims("provision").await, claims, "nothing is claimed meanwhile");
        drop(asleep);

        let back = Instant::now();
        let goes_on = async || {
            let claimed = souk.claims("provision").await > claims;
            (claimed && souk.health().await.ok()?["status"] == "ok").then_some(())
        };
        assert!(until(GO_ON_LIMIT, LOOK_EVERY, goes_on).await.is_some(), "it does not go on");
        say(&format!(
            "everything went on {:.1} s after the API server came back",
            back.elapsed().as_secs_f64()
        ));
        for store in [&first, &second] {
            is_whole_and_sells(souk, store).await;
            cost_no_try(&store.operation().await, &PROVISION);
        }
        for store in [&first, &second] {
            leaves_nothing(store).await;
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_database_that_restarts_during_setup_costs_nothing_and_is_found_again() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let mut postgres = Postgres::start().await;
    Souk::run_apart(Setup::of(&Images::built()).with_server(postgres.url()), async |souk| {
        let owner = souk.user("anna").await;
        let worker = souk.worker().await;
        let store = Store::create(&owner, "lamps").await;
        let shop = store.shop().await;
        let hold = shop.hold_setup().await;
        store.wait_in("setup").await;
        shop.wait_setup_at_work().await;
        let claims = souk.claims("provision").await;

        postgres.stop().await;
        let down = async || souk.health().await.is_err().then_some(());
        assert!(until(RECONNECT_LIMIT, LOOK_EVERY, down).await.is_some(), "the control: the API misses it");
        postgres.begin().await;
        let back = Instant::now();
        let up = async || (souk.health().await.ok()?["status"] == "ok").then_some(());
        assert!(until(RECONNECT_LIMIT, LOOK_EVERY, up).await.is_some(), "the API does not find it again");
        say(&format!("the API had its database {:.1} s after that came back", back.elapsed().as_secs_f64()));

        // Longer than the lease: the worker, too, has found it again, or somebody would claim.
        let lost = until(LEASE + NOTICE_LIMIT / 3, LOOK_EVERY, async || {
            (souk.claims("provision").await != claims || !souk.is_held_by(&worker).await).then_some(())
        });
        assert!(lost.await.is_none(), "the worker lost its lease over it");
        hold.lift().await;

        is_whole_and_sells(souk, &store).await;
        cost_no_try(&store.operation().await, &PROVISION);
        assert!(worker.process.is_alive());
        leaves_nothing(&store).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_setup_that_ends_while_the_database_is_away_is_found_done_when_it_is_back() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let mut postgres = Postgres::start().await;
    Souk::run_apart(Setup::of(&Images::built()).with_server(postgres.url()), async |souk| {
        let owner = souk.user("anna").await;
        let _worker = souk.worker().await;
        let store = Store::create(&owner, "lamps").await;
        let shop = store.shop().await;
        let hold = shop.hold_setup().await;
        store.wait_in("setup").await;
        shop.wait_setup_at_work().await;

        postgres.stop().await;
        hold.lift().await;
        let ended = async || (shop.setups().await.at_work == 0).then_some(());
        assert!(until(LEASE, LOOK_EVERY, ended).await.is_some(), "the setup does not end");
        postgres.begin().await;
        let back = Instant::now();

        let up = async || souk.health().await.ok();
        assert!(until(RECONNECT_LIMIT, LOOK_EVERY, up).await.is_some(), "the API does not find it again");
        is_whole_and_sells(souk, &store).await;
        say(&format!(
            "the store was ready {:.1} s after the database came back",
            back.elapsed().as_secs_f64()
        ));
        cost_no_try(&store.operation().await, &PROVISION);
        leaves_nothing(&store).await;
    })
    .await;
}
