//! One request that reaches two processes is done once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::collections::BTreeSet;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::{TestDatabase, wait_for};

use running::{Running, souk};

/// To each of the two processes.
const AT_ONCE: usize = 6;

/// Asks for the store under the key; its status and body.
async fn create(souk: &Running, token: &str) -> (u16, String) {
    let request = souk.request(Method::POST, "/stores").bearer_auth(token).header("idempotency-key", "key-1");
    let answer = request.json(&json!({ "name": "lamps", "engine": "medusa" })).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn code(body: &str) -> String {
    let problem: Value = serde_json::from_str(body).unwrap();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_get_one_request_at_once_make_one_store() {
    let database = TestDatabase::create().await;
    let (one, two) =
        tokio::join!(Running::start_as("api", souk(&database)), Running::start_as("api", souk(&database)));
    let token = one.register().await;
    let asked = (0..AT_ONCE).flat_map(|_| [create(&one, &token), create(&two, &token)]);
    let mut answers = BTreeSet::new();
    for (status, body) in join_all(asked).await {
        match status {
            202 => drop(answers.insert(body)),
            _ => assert_eq!((status, code(&body).as_str()), (409, "idempotency.at_work"), "{body}"),
        }
    }
    assert_eq!(answers.len(), 1, "one answer, however often it was given: {answers:?}");
    for souk in [&one, &two] {
        let (status, body) = create(souk, &token).await;
        assert!(status == 202 && answers.contains(&body), "{status}: {body}");
    }
    let of_both = "SELECT (SELECT count(*) FROM stores) * 100 + (SELECT count(*) FROM operations) * 10
                   + (SELECT count(*) FROM apalis.jobs)";
    assert_eq!(database.number(of_both).await, 111, "one store, one operation, one job");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_while_it_works_leaves_the_request_to_the_next_one() {
    let database = TestDatabase::create().await;
    let (one, two) =
        tokio::join!(Running::start_as("api", souk(&database)), Running::start_as("api", souk(&database)));
    let token = one.register().await;
    // Whoever holds the lock on permits holds creations up, in the middle of their transaction.
    let mut holder = database.superuser().await;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(0x736f_756b_0003_i64).execute(&mut holder).await.unwrap();
    let asked = one.request(Method::POST, "/stores").bearer_auth(&token).header("idempotency-key", "key-1");
    let lost = tokio::spawn(asked.json(&json!({ "name": "lamps", "engine": "medusa" })).send());
    let waiting = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                   WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()";
    wait_for("the request to be held up", async || (database.number(waiting).await == 1).then_some(())).await;
    one.kill().await;
    assert!(lost.await.unwrap().is_err(), "nobody answered");
    drop(holder);
    let (status, body) = wait_for("the killed one's transaction to end", async || {
        let answer = create(&two, &token).await;
        (answer.0 != 409).then_some(answer)
    })
    .await;
    assert_eq!(status, 202, "{body}");
    let rows = "SELECT (SELECT count(*) FROM stores) * 10 + (SELECT count(*) FROM idempotency_keys)";
    assert_eq!(database.number(rows).await, 11, "one store, one key");
}
