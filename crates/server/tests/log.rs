//! One id finds everything: each log line about an operation carries its correlation id, from the
//! request that asked for it to the last thing that was undone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::{TestDatabase, wait_for};

use running::{Running, souk};

/// The lines that carry the id, in any of their spans or fields.
fn of<'a>(lines: &'a [Value], id: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line.to_string().contains(id)).collect()
}

fn messages<'a>(lines: &[&'a Value]) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line["message"].as_str()).collect()
}

/// What a store's making or its end is spoken of with.
const WALK: [&str; 9] = [
    "step done",
    "step failed",
    "undo failed; trying again",
    "operation succeeded",
    "operation failed; everything it had made is gone",
    "handing the operation back",
    "the operation was cancelled",
    "putting a poison operation aside",
    "a job rang",
];

/// Every line that names an operation, or is one of the walk's, names the operation's correlation id.
fn assert_all_found(lines: &[Value], operations: &[(String, String)]) {
    let mut named = 0;
    for line in lines {
        let text = line.to_string();
        for (operation, correlation) in operations {
            if text.contains(operation.as_str()) {
                named += 1;
                assert!(
                    text.contains(correlation.as_str()),
                    "names {operation} and not {correlation}: {text}"
                );
            }
        }
        if WALK.contains(&line["message"].as_str().unwrap_or_default()) {
            let is_found = operations.iter().any(|(_, correlation)| text.contains(correlation.as_str()));
            assert!(is_found, "no correlation id: {text}");
        }
    }
    assert!(named > 0, "no line names an operation: this shows nothing");
}

async fn ask(souk: &Running, token: &str, id: &str, method: Method, path: &str, body: Value) -> Value {
    let request = souk.request(method, path).bearer_auth(token).header("x-correlation-id", id).json(&body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    answer.json().await.unwrap()
}

async fn ended(souk: &Running, token: &str, operation: &str, state: &str) {
    wait_for(state, async || {
        let (_, page) = souk.ask(Method::GET, &format!("/operations/{operation}"), token, None).await;
        (page["state"] == state).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_correlation_id_of_a_request_is_on_every_line_of_what_it_set_off() {
    let database = TestDatabase::create().await;
    let quick = || {
        let mut command = souk(&database);
        // At the level at which the most is said.
        command.env("SOUK_LOG_LEVEL", "souk=debug,souk_worker=debug,souk_http=debug,souk_db=debug,info");
        command
    };
    let mut operations = Vec::new();
    let mut noted = |accepted: &Value| {
        let text = |field: &str| accepted["operation"][field].as_str().unwrap().to_owned();
        operations.push((text("id"), text("correlation_id")));
        text("id")
    };

    // Each step, and each undo of one, takes longer than it may.
    let mut late = quick();
    late.env("SOUK_SIMULATED_STEP_MS", "500").env("SOUK_PROVISIONING_TIMEOUT_MS", "50");
    let first = Running::start(late).await;
    let token = first.register().await;
    let lamps = json!({ "name": "lamps", "engine": "medusa" });
    let failing = ask(&first, &token, "request-that-fails", Method::POST, "/stores", lamps).await;
    let operation = noted(&failing);
    wait_for("an undo that fails", async || {
        let path = format!("/operations/{operation}");
        let (_, page) = first.ask(Method::GET, &path, &token, None).await;
        page["waiting_for"].as_str().is_some_and(|why| why.starts_with("cleaning up")).then_some(())
    })
    .await;
    let mut lines = first.stop_and_read().await;

    // The next one ends what that one began, and does the rest.
    let second = Running::start(quick()).await;
    ended(&second, &token, &operation, "failed").await;
    let path = format!("/stores/{}", failing["store"]["id"].as_str().unwrap());
    let retry = format!("{path}/retry");
    let retried = ask(&second, &token, "request-that-retries", Method::POST, &retry, json!({})).await;
    ended(&second, &token, &noted(&retried), "succeeded").await;
    let deleted = ask(&second, &token, "request-that-deletes", Method::DELETE, &path, json!({})).await;
    ended(&second, &token, &noted(&deleted), "succeeded").await;
    lines.extend(second.stop_and_read().await);

    assert_all_found(&lines, &operations);
    let failed = [
        "request answered",
        "a job rang",
        "step failed",
        "undo failed; trying again",
        "operation failed; everything it had made is gone",
    ];
    let done = ["request answered", "a job rang", "step done", "operation succeeded"];
    for (id, expected) in [
        ("request-that-fails", &failed[..]),
        ("request-that-retries", &done),
        ("request-that-deletes", &done),
    ] {
        let found = of(&lines, id);
        let said = messages(&found);
        for message in expected {
            assert!(said.contains(message), "{id} has no line {message:?}: {said:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_and_what_is_handed_back_say_whose_they_were() {
    let database = TestDatabase::create().await;
    let mut slow = souk(&database);
    slow.env("SOUK_SIMULATED_STEP_MS", "60000").env("SOUK_STORE_CREATION_COOLDOWN_MS", "0");
    let souk = Running::start(slow).await;
    let token = souk.register().await;
    let mut operations = Vec::new();
    let mut begin = async |name: &str, id: &str| {
        let body = json!({ "name": name, "engine": "medusa" });
        let accepted = ask(&souk, &token, id, Method::POST, "/stores", body).await;
        let operation = accepted["operation"]["id"].as_str().unwrap().to_owned();
        ended(&souk, &token, &operation, "running").await;
        operations.push((operation, id.to_owned()));
        accepted["store"]["id"].as_str().unwrap().to_owned()
    };
    let store = begin("lamps", "request-that-is-cancelled").await;
    let _ = begin("rugs", "request-that-is-handed-back").await;
    let path = format!("/stores/{store}");
    let deleted = ask(&souk, &token, "request-that-cancels", Method::DELETE, &path, json!({})).await;
    ended(&souk, &token, &operations[0].0, "cancelled").await;
    operations
        .push((deleted["operation"]["id"].as_str().unwrap().to_owned(), "request-that-cancels".to_owned()));
    let lines = souk.stop_and_read().await;
    assert_all_found(&lines, &operations);
    let cancelled = of(&lines, "request-that-is-cancelled");
    assert!(messages(&cancelled).contains(&"the operation was cancelled"), "{cancelled:?}");
    let handed_back = of(&lines, "request-that-is-handed-back");
    assert!(messages(&handed_back).contains(&"handing the operation back"), "{handed_back:?}");
}
