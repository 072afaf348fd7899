//! The page of an operation tells the truth: what ran, how long, what failed, why, and what to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::Duration;

use serde_json::{Value, json};
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::Fault;
use souk_test_support::jobs::{end_leases, run_jobs, skip_pauses};
use souk_test_support::{Answer, TestApp, TestUser, wait_for};

/// A store's id and that of the operation that makes it.
async fn create(app: &TestApp, user: &TestUser) -> (String, String) {
    let answer = app.post(user, "/stores", json!({ "name": "lamps", "engine": "medusa" })).await.expect(202);
    (answer.string("/store/id"), answer.string("/operation/id"))
}

async fn page(app: &TestApp, user: &TestUser, operation: &str) -> Answer {
    app.get(user, &format!("/operations/{operation}")).await.expect(200)
}

fn step<'a>(page: &'a Answer, name: &str) -> &'a Value {
    let steps = page.body["steps"].as_array().unwrap();
    steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no {name}: {}", page.text))
}

fn states(page: &Answer) -> Vec<&str> {
    page.body["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}

/// Each try's number, outcome, reason and advice.
fn tries(step: &Value) -> Vec<(i64, &str, &str, &str)> {
    let tries = step["tries"].as_array().unwrap().iter();
    tries
        .map(|tried| {
            let [outcome, reason, advice] =
                ["outcome", "reason", "advice"].map(|field| tried[field].as_str().unwrap());
            (tried["number"].as_i64().unwrap(), outcome, reason, advice)
        })
        .collect()
}

fn fail(reason: &str, kind: ErrorKind) -> Fault {
    Fault::Fail { kind, reason: reason.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failed_try_is_shown_with_its_reason_and_what_to_do_and_what_came_of_it() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let (store, operation) = create(&app, &user).await;
    app.cluster.inject(Step::Release, false, fail("helm was interrupted", ErrorKind::Transient));
    app.cluster.inject(Step::Release, false, fail("helm was refused", ErrorKind::Transient));
    app.cluster.inject(
        Step::Rollout,
        false,
        Fault::Pending { reason: "pulling the image".into(), after: Duration::from_mins(1) },
    );
    app.cluster.inject(Step::Rollout, false, fail("the image is not there", ErrorKind::Permanent));
    app.cluster.inject(Step::Namespace, true, fail("the namespace is held", ErrorKind::Transient));
    app.run_jobs().await;

    let page = page(&app, &user, &operation).await;
    assert_eq!(page.string("/state"), "failed");
    let by_itself = "Nothing: it is tried again by itself";
    assert_eq!(
        tries(step(&page, "release")),
        [(1, "retrying", "helm was interrupted", by_itself), (2, "retrying", "helm was refused", by_itself)]
    );
    let advice =
        "Retry the store; if that fails too, tell the platform's operator and name the correlation id";
    assert_eq!(
        tries(step(&page, "rollout")),
        [
            (1, "waiting", "pulling the image", "Nothing: it goes on by itself as soon as it can"),
            (1, "failed", "the image is not there", advice),
        ]
    );
    let undo = &step(&page, "namespace")["tries"][0];
    assert_eq!((&undo["undo"], &undo["reason"]), (&json!(true), &json!("the namespace is held")));
    assert_eq!(
        states(&page),
        ["undone", "undone", "undone", "failed", "skipped", "skipped", "skipped"],
        "{}",
        page.text
    );
    let failure = json!({ "step": "rollout", "reason": "the image is not there", "advice": advice });
    assert_eq!(page.body["failure"], failure);
    let failed = step(&page, "rollout");
    assert_eq!((&failed["reason"], &failed["advice"]), (&failure["reason"], &failure["advice"]));
    for timed in [&page.body, failed] {
        let is_time = |field: &str| timed[field].as_str().is_some_and(|text| text.ends_with('Z'));
        assert!(is_time("started_at") && is_time("finished_at") && timed["duration_ms"].is_u64(), "{timed}");
    }
    assert_eq!(page.string("/requested_by"), user.id);
    assert_eq!(page.body["claims"], 5, "two retries, one wait, one held undo: {}", page.text);
    assert_eq!(app.get(&user, &format!("/stores/{store}")).await.body["failure"], failure);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_says_why_and_until_when() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let (_, operation) = create(&app, &user).await;
    let queued = page(&app, &user, &operation).await;
    assert!(queued.string("/waiting_for").contains("its turn"), "{}", queued.text);
    assert!(queued.body["next_try_at"].is_null() && queued.body["started_at"].is_null());
    assert_eq!((&queued.body["claims"], &queued.body["duration_ms"]), (&json!(0), &Value::Null));

    app.database.execute("UPDATE clusters SET unavailable_since = now()").await;
    assert!(page(&app, &user, &operation).await.string("/waiting_for").contains("does not answer"));
    app.database.execute("UPDATE clusters SET unavailable_since = NULL").await;

    let after = Duration::from_mins(10);
    app.cluster.inject(Step::Rollout, false, Fault::Pending { reason: "pulling the image".into(), after });
    run_jobs(&app.database, &app.worker).await;
    let waiting = page(&app, &user, &operation).await;
    assert_eq!(waiting.string("/waiting_for"), "pulling the image");
    let at = |field: &str| chrono::DateTime::parse_from_rfc3339(&waiting.string(field)).unwrap();
    let pause = at("/next_try_at") - at("/started_at");
    assert!((599..=660).contains(&pause.num_seconds()), "{pause}: {}", waiting.text);
    let rollout = step(&waiting, "rollout");
    assert_eq!((&rollout["state"], &rollout["attempts"]), (&json!("waiting"), &json!(0)));
    skip_pauses(&app.database).await;
    assert!(page(&app, &user, &operation).await.body["next_try_at"].is_null(), "it may go on now");
    run_jobs(&app.database, &app.worker).await;
    let done = page(&app, &user, &operation).await;
    assert_eq!((done.string("/state"), &done.body["waiting_for"]), ("succeeded".to_owned(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_runs_is_timed_and_one_whose_worker_died_says_so() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let (_, operation) = create(&app, &user).await;
    app.cluster.inject(Step::Rollout, false, Fault::Hang);
    let running = tokio::spawn({
        let (worker, operation) = (app.worker.clone(), operation.parse().unwrap());
        async move { worker.start_and_wait(operation).await }
    });
    let growing = async || {
        let page = page(&app, &user, &operation).await;
        let rollout = step(&page, "rollout");
        assert!(rollout["finished_at"].is_null());
        let took = rollout["duration_ms"].as_i64().zip(page.body["duration_ms"].as_i64());
        (rollout["state"] == "running").then_some(took.unwrap_or_default())
    };
    let first = wait_for("the rollout to run", growing).await;
    wait_for("both durations to grow", async || {
        growing().await.filter(|later| later.0 > first.0 && later.1 > first.1)
    })
    .await;
    running.abort();
    let _ = running.await;
    end_leases(&app.database).await;
    app.run_jobs().await;

    let page = page(&app, &user, &operation).await;
    assert_eq!((page.string("/state"), &page.body["claims"]), ("succeeded".to_owned(), &json!(2)));
    let reason = "Its worker stopped before the step was done";
    assert_eq!(
        tries(step(&page, "rollout")),
        [(1, "interrupted", reason, "Nothing: another worker goes on")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_step_of_a_cancelled_operation_goes_on_running() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let (store, operation) = create(&app, &user).await;
    app.cluster.inject(Step::Release, false, Fault::Hang);
    let running = tokio::spawn({
        let (worker, operation) = (app.worker.clone(), operation.parse().unwrap());
        async move { worker.start_and_wait(operation).await }
    });
    wait_for("the release to run", async || {
        (step(&page(&app, &user, &operation).await, "release")["state"] == "running").then_some(())
    })
    .await;
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    app.run_jobs().await;
    running.await.unwrap().unwrap();
    let page = page(&app, &user, &operation).await;
    assert_eq!(page.string("/state"), "cancelled");
    assert_eq!(states(&page), ["done", "done", "cancelled", "skipped", "skipped", "skipped", "skipped"]);
    let cancelled = step(&page, "release");
    assert!(cancelled["finished_at"].is_string() && cancelled["duration_ms"].is_u64(), "{cancelled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_step_of_an_operation_that_ended_in_any_other_way_waits_or_runs() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    // Cancelled before anybody took it up.
    let (store, waiting) = create(&app, &user).await;
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    assert!(states(&page(&app, &user, &waiting).await).iter().all(|state| *state == "skipped"));
    app.run_jobs().await;
    // Not started in time.
    let (_, late) = create(&app, &user).await;
    app.database.execute("UPDATE operations SET queue_deadline = now() - interval '1 second'").await;
    app.worker.reap().await.unwrap();
    assert_eq!(page(&app, &user, &late).await.string("/state"), "failed");
    assert!(states(&page(&app, &user, &late).await).iter().all(|state| *state == "skipped"));
    // Put aside, in the middle of a step.
    let (_, poison) = create(&app, &user).await;
    app.database
        .execute(
            "UPDATE operation_steps SET state = 'running', started_at = now(), attempts = 1
             WHERE name = 'namespace'
               AND operation_id IN (SELECT id FROM operations WHERE state = 'queued' AND kind = 'provision')",
        )
        .await;
    let lost = souk_worker::WorkerSettings::default().lost_leases;
    app.database
        .execute(&format!(
            "UPDATE operations SET state = 'running', lost_leases = {lost}, lease_expires_at = now() - interval '1 second'
             WHERE state = 'queued' AND kind = 'provision'"
        ))
        .await;
    app.worker.start_and_wait(poison.parse().unwrap()).await.unwrap();
    let aside = page(&app, &user, &poison).await;
    assert_eq!(
        (&aside.body["dead_letter"], states(&aside)[0]),
        (&json!(true), "cancelled"),
        "{}",
        aside.text
    );
    let unfinished = "SELECT count(*) FROM operation_steps s JOIN operations o ON o.id = s.operation_id
        WHERE s.state IN ('running', 'waiting') AND o.finished_at IS NOT NULL";
    assert_eq!(app.database.number(unfinished).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_delete_that_is_held_up_for_long_stays_short() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let store = app.ready_store(&user, "lamps").await;
    let namespace = app.cluster.namespaces().into_keys().next().unwrap();
    app.cluster.hold_namespace(&namespace);
    let delete = app.delete(&user, &format!("/stores/{store}")).await.expect(202).string("/operation/id");
    for _ in 0..25 {
        run_jobs(&app.database, &app.worker).await;
        skip_pauses(&app.database).await;
    }
    let held = page(&app, &user, &delete).await;
    let purge = step(&held, "purge");
    assert_eq!(purge["tries"].as_array().unwrap().len(), 20);
    assert!(purge["tries"].as_array().unwrap().iter().all(|tried| tried["outcome"] == "waiting"));
    assert!(held.string("/waiting_for").contains(&namespace), "{}", held.text);
    assert_eq!(app.database.number("SELECT count(*) FROM operation_tries").await, 20);
    app.cluster.release_namespace(&namespace);
    app.run_jobs().await;
    assert_eq!(page(&app, &user, &delete).await.string("/state"), "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_another_account_is_not_there_for_anybody_but_an_operator() {
    let app = TestApp::start().await;
    let (operator, leyla, omar) =
        (app.user("operator").await, app.user("leyla").await, app.user("omar").await);
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    let (_, operation) = create(&app, &leyla).await;
    app.run_jobs().await;
    let path = format!("/operations/{operation}");
    app.get(&omar, &path).await.problem(404, "operation.not_found");
    let (hers, operators) = (page(&app, &leyla, &operation).await, page(&app, &operator, &operation).await);
    assert_eq!(hers.body, operators.body);
    assert_eq!(tries(step(&operators, "rollout")).len(), 1);
}
