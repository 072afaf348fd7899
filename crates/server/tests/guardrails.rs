//! Limits that hold over any number of processes, because they are counted in the database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::collections::BTreeMap;

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use souk_test_support::TestDatabase;
use tokio::process::Command;
use tokio::sync::Mutex;

use running::{Running, souk};

const AT_ONCE: usize = 100;
/// Each waits five seconds for a connection, and bounds a broken test.
const MAX_TRIES: usize = 10;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Statuses and codes, each with how often it was answered.
type Answers = BTreeMap<(u16, String), usize>;

/// Two API processes and no worker: nothing that is asked for is ever done, so every store counts.
async fn two(database: &TestDatabase, set: impl Fn(&mut Command)) -> (Running, Running) {
    let api = || {
        let mut command = souk(database);
        // These limit each process by itself, and would hide the ones that this is about.
        command.env("SOUK_CREATE_RATE_PER_MINUTE", "0").env("SOUK_USER_RATE_PER_MINUTE", "0");
        set(&mut command);
        Running::start_as("api", command)
    };
    tokio::join!(api(), api())
}

fn without_pause(command: &mut Command) {
    command.env("SOUK_STORE_CREATION_COOLDOWN_MS", "0").env("SOUK_PROVISIONING_MAX_QUEUE", "200");
}

/// A hundred creations by one user at once, half of them to each process.
async fn create_at_once(one: &Running, two: &Running, token: &str) -> Answers {
    let asked = (0..AT_ONCE).map(async |number| {
        let souk = if number % 2 == 0 { one } else { two };
        let body = json!({ "name": format!("lamps-{number}"), "engine": "medusa" });
        for _ in 0..MAX_TRIES {
            let (status, answer) = souk.ask(Method::POST, "/stores", token, Some(body.clone())).await;
            let code = answer["code"].as_str().unwrap_or("accepted").to_owned();
            // On a machine that is busy elsewhere a request may wait too long for a connection; a client comes again.
            if code != "database.unavailable" {
                return (status.as_u16(), code);
            }
        }
        panic!("no connection was free in {MAX_TRIES} tries");
    });
    join_all(asked).await.into_iter().fold(Answers::new(), |mut answers, answer| {
        *answers.entry(answer).or_default() += 1;
        answers
    })
}

fn answers(accepted: usize, code: &str) -> Answers {
    BTreeMap::from([((202, "accepted".to_owned()), accepted), ((429, code.to_owned()), AT_ONCE - accepted)])
}

const STORES: &str = "SELECT count(*) FROM stores";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_pause_a_hundred_creations_at_once_make_five_stores_over_two_processes() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let database = TestDatabase::create().await;
    let (one, two) = two(&database, without_pause).await;
    let token = one.register().await;
    assert_eq!(create_at_once(&one, &two, &token).await, answers(5, "store.limit"));
    assert_eq!(database.number(STORES).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_default_pause_a_hundred_creations_at_once_make_one_store_over_two_processes() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let database = TestDatabase::create().await;
    let (one, two) = two(&database, |_| {}).await;
    let token = one.register().await;
    assert_eq!(create_at_once(&one, &two, &token).await, answers(1, "store.cooldown"));
    assert_eq!(database.number(STORES).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_allows_an_account_counts_in_every_process_at_once() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let database = TestDatabase::create().await;
    let (one, two) = two(&database, without_pause).await;
    let token = one.register().await;
    let terms = ["admin", "set-plan", "leyla@example.com", "--max-stores", "7"];
    assert!(souk(&database).args(terms).output().await.unwrap().status.success());
    assert_eq!(create_at_once(&one, &two, &token).await, answers(7, "store.limit"));
}
