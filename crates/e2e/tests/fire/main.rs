//! The core under fire on a real cluster: its processes killed, frozen and stopped in the middle of their work,
//! the API server and the database away, strangers at its namespaces.
//!
//! A blow falls where its test says because something real holds that moment open: a slow network, a lock on a
//! row, a finalizer. Nothing sleeps and hopes, and nothing in Souk, helm or the images is another one for it.
//!
//! Each takes a minute or more, so the gate runs two of them a day, and all of them with `--all`.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::large_futures, reason = "each test has one")]

mod long;

use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::Value;
use souk_domain::engine::Engine;
use souk_e2e::processes::Process;
use souk_e2e::replica::Replica;
use souk_e2e::shop::Setups;
use souk_e2e::souk::Souk;
use souk_e2e::stores::{Store, step_of};
use souk_e2e::{cluster, helm};
use souk_shopper::Admin;
use souk_test_support::until;
use tokio::sync::Mutex;

/// Each test boots a whole shop, and two cores are soon busy.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Souk promises 20 s from a kill -9 to another worker's claim; a machine with other work gets half as much again.
const RECOVERY_LIMIT: Duration = Duration::from_secs(30);
/// What a process needs to be gone after the signal that ends it.
const DEATH_LIMIT: Duration = Duration::from_secs(3);
/// The steps of a new store.
const PROVISION: [&str; 7] = ["namespace", "secrets", "release", "rollout", "setup", "verify", "publish"];
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A figure for who reads the gate's output: past the harness, which shows what a passed test printed to nobody.
fn say(what: &str) {
    let _ = writeln!(std::io::stdout(), "      measured: {what}");
}

/// Waits until operations of this kind have been claimed once more; says and gives how long that took.
async fn claimed_again(souk: &Souk, kind: &str, claims: i64, since: Instant, after_what: &str) -> Duration {
    let again = until(RECOVERY_LIMIT, LOOK_EVERY, async || (souk.claims(kind).await > claims).then_some(()));
    assert!(again.await.is_some(), "nobody took over {} s {after_what}", RECOVERY_LIMIT.as_secs());
    let took = since.elapsed();
    say(&format!("another worker was at work {:.1} s {after_what}", took.as_secs_f64()));
    took
}

/// The one of the workers that has the operation, and the other one.
async fn by_lease(souk: &Souk, workers: [Replica; 2]) -> (Replica, Replica) {
    let [one, two] = workers;
    match (souk.is_held_by(&one).await, souk.is_held_by(&two).await) {
        (true, false) => (one, two),
        (false, true) => (two, one),
        both => panic!("exactly one worker has it: {both:?}"),
    }
}

/// None of these is alive, or will be in a moment.
async fn all_dead(processes: &[Process]) {
    let dead = async || processes.iter().all(|process| !process.is_alive()).then_some(());
    let dead = until(DEATH_LIMIT, LOOK_EVERY, dead).await;
    let words: Vec<_> = processes.iter().map(|process| process.words()).collect();
    assert!(dead.is_some(), "a child outlives its worker: {words:?}");
}

/// What was done before the blow was not done again, and the blow itself cost no try.
fn cost_no_try(operation: &Value, steps: &[&str]) {
    for step in steps {
        assert_eq!(step_of(operation, step)["attempts"], 1, "{step} was tried again: {operation:#}");
    }
}

/// One release, one set of credentials, which works, nobody at work any more; and it sells.
async fn is_whole_and_sells(souk: &Souk, store: &Store) {
    store.wait_ready().await;
    let namespace = store.namespace().await;
    let releases = helm::ask(&["list"], &namespace).await;
    let names: Vec<_> = releases.iter().map(|release| (&release["name"], &release["status"])).collect();
    assert_eq!(names, [(&Value::from("store"), &Value::from("deployed"))]);
    let revisions = helm::ask(&["history", "store"], &namespace).await;
    assert_eq!(revisions.len(), 1, "what was half made was not taken back: {revisions:#?}");
    assert!(helm::at_work_on(&namespace).is_empty(), "a helm is still at work");
    let setups = store.shop().await.setups().await;
    assert_eq!(setups, Setups { at_work: 0, waiting: 0 }, "a setup is still at work");

    let without = "SELECT count(*) FROM stores t WHERE t.state = 'ready' AND 1 <>
        (SELECT count(*) FROM store_secrets s WHERE s.store_id = t.id AND s.attempt = t.attempt)";
    assert_eq!(souk.database.number(without).await, 0, "each has its secrets, once");
    has_one_owner(store).await;
    assert!(store.products().await.len() >= 12);
    store.buy("shopper@example.com").await;
}

/// Whose credentials are those that Souk shows, and nobody else's are there.
async fn has_one_owner(store: &Store) {
    let keys = store.credentials().await;
    match store.engine {
        Engine::Medusa => {
            let visitor = store.visitor().await;
            let admin = Admin::sign_in(&visitor, &keys.admin_email, &keys.admin_password).await.unwrap();
            for (what, path) in
                [("owner", "/admin/users"), ("publishable key", "/admin/api-keys?type=publishable")]
            {
                assert_eq!(admin.get(path).await.unwrap()["count"], 1, "there is one {what}");
            }
        }
        Engine::Woocommerce => {
            let shop = store.shop().await;
            let users = shop.run(&["wp", "user", "list", "--fields=user_email,roles", "--format=csv"]).await;
            let expected = format!("user_email,roles\n{},administrator", keys.admin_email);
            assert_eq!(users.text.trim(), expected, "there is one owner");
            let fits = shop.run(&["wp", "user", "check-password", "owner", &keys.admin_password]).await;
            assert!(fits.ok, "the owner's password does not fit: {}", fits.text);
        }
    }
}

/// It goes, and nothing of it stays.
async fn leaves_nothing(store: &Store) {
    let namespace = store.namespace().await;
    store.delete().await;
    nothing_is_left(&namespace).await;
}

async fn nothing_is_left(namespace: &str) {
    assert!(!cluster::has_namespace(namespace).await, "{namespace} is still there");
    assert!(cluster::volumes_of(namespace).await.is_empty(), "volumes of {namespace} are still there");
    assert!(helm::at_work_on(namespace).is_empty(), "a helm is still at work");
}
