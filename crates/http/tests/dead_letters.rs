//! Operations that were put aside: operators see them, and queue them again unless their store has gone on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use serde_json::{Value, json};
use souk_test_support::{Answer, TestApp, TestUser};

const AUDITED: &str = "SELECT count(*) FROM audit_log WHERE event_type = 'operation_requeued'";

/// As if its worker had died in it again and again: the next one puts it aside.
async fn put_aside(app: &TestApp) {
    app.database
        .execute(
            "UPDATE operations SET state = 'running', lost_leases = 100, started_at = COALESCE(started_at, now()),
                    lease_expires_at = now() - interval '1 second' WHERE state = 'queued'",
        )
        .await;
    app.run_jobs().await;
}

/// A store whose provisioning was put aside: its id, and that of the operation.
async fn poisoned(app: &TestApp, user: &TestUser, name: &str) -> (String, String) {
    let made = app.post(user, "/stores", json!({ "name": name, "engine": "medusa" })).await.expect(202);
    put_aside(app).await;
    (made.string("/store/id"), made.string("/operation/id"))
}

async fn requeue(app: &TestApp, who: &TestUser, operation: &str) -> Answer {
    let path = format!("/admin/dead-letters/{operation}/requeue");
    app.post(who, &path, json!({ "reason": "the node is mended" })).await
}

async fn listed(app: &TestApp, operator: &TestUser) -> Vec<String> {
    let page = app.get(operator, "/admin/dead-letters").await.expect(200).body;
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provisioning_that_was_put_aside_is_queued_again_and_ends_well() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let (store, operation) = poisoned(&app, &user, "lamps").await;
    assert_eq!(app.state(&user, &store).await, "failed");
    let page = app.get(&operator, "/admin/dead-letters").await.expect(200).body;
    let item = &page["items"][0];
    assert_eq!(
        (&item["id"], &item["dead_letter"], &item["newest"]),
        (&json!(operation), &json!(true), &json!(true))
    );
    assert!(item["failure"].as_str().unwrap().contains("stopped without a word"), "{item}");

    let queued = requeue(&app, &operator, &operation).await.expect(202);
    assert_eq!(queued.header("location"), format!("/api/v1/operations/{operation}"));
    assert_eq!((queued.string("/id"), queued.string("/state")), (operation.clone(), "queued".into()));
    assert_eq!((&queued.body["dead_letter"], &queued.body["failure"]), (&json!(false), &Value::Null));
    assert_eq!(
        (&queued.body["attempt"], &queued.body["finished_at"]),
        (&json!(2), &Value::Null),
        "a new namespace"
    );
    let steps = queued.body["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["state"] == "waiting" && step["attempts"] == 0), "{}", queued.text);
    assert_eq!(app.state(&user, &store).await, "requested");
    assert!(listed(&app, &operator).await.is_empty());
    // Asked twice it is queued once.
    requeue(&app, &operator, &operation).await.problem(409, "operation.not_dead_letter");

    app.run_jobs().await;
    let done = app.get(&user, &format!("/operations/{operation}")).await.expect(200);
    assert_eq!(done.string("/state"), "succeeded");
    let shown = app.get(&user, &format!("/stores/{store}")).await.expect(200);
    assert_eq!(
        (shown.string("/state"), &shown.body["attempt"], &shown.body["failure"]),
        ("ready".into(), &json!(2), &Value::Null)
    );
    app.get(&user, &format!("/stores/{store}/credentials")).await.expect(200);
    requeue(&app, &operator, &operation).await.problem(409, "operation.not_dead_letter");

    // Its owner reads why, and not who.
    assert_eq!(app.database.number(AUDITED).await, 1);
    let own = app.get(&user, "/me/audit?event_type=operation_requeued").await.expect(200);
    let entry = &own.body["items"][0];
    assert_eq!(
        (&entry["by_operator"], &entry["actor_user_id"], &entry["actor_email"], &entry["ip"]),
        (&json!(true), &Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(
        (&entry["details"]["reason"], &entry["details"]["operation"]),
        (&json!("the node is mended"), &json!(operation))
    );
    let all = app.get(&operator, "/audit/logs?event_type=operation_requeued").await.expect(200);
    assert_eq!(
        (all.string("/items/0/actor_user_id"), all.string("/items/0/account_id")),
        (operator.id, user.account_id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_a_repair_that_were_put_aside_go_on_where_their_store_waits() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let (lamps, rugs) = (app.ready_store(&user, "lamps").await, app.ready_store(&user, "rugs").await);

    let deletion = app.delete(&user, &format!("/stores/{lamps}")).await.expect(202).string("/operation/id");
    put_aside(&app).await;
    assert_eq!(listed(&app, &operator).await, std::slice::from_ref(&deletion));
    assert_eq!(app.state(&user, &lamps).await, "deleting");
    requeue(&app, &operator, &deletion).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.state(&user, &lamps).await, "deleted");

    let volume = app.cluster.namespaces().keys().next().unwrap().clone();
    app.cluster.meddle(|all| all.get_mut(&volume).unwrap().releases = 0);
    app.look().await;
    put_aside(&app).await;
    let repair = listed(&app, &operator).await.remove(0);
    let health = async || app.get(&user, &format!("/stores/{rugs}")).await.string("/health");
    assert_eq!(health().await, "degraded");
    let again = requeue(&app, &operator, &repair).await.expect(202);
    assert_eq!(
        (again.string("/kind"), &again.body["attempt"]),
        ("repair".into(), &json!(1)),
        "the same data"
    );
    app.run_jobs().await;
    assert_eq!((health().await, app.state(&user, &rugs).await), ("up".into(), "ready".into()));
    assert_eq!(app.cluster.volumes_made(&volume), 1, "no volume was made anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_operation_could_not_even_be_read_goes_on_in_its_attempt() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let made = app.post(&user, "/stores", json!({ "name": "lamps", "engine": "medusa" })).await.expect(202);
    app.database.execute("UPDATE operations SET kind = 'from the future'").await;
    put_aside(&app).await;
    let (store, operation) = (made.string("/store/id"), made.string("/operation/id"));
    let untouched = "SELECT count(*) FROM stores WHERE state = 'requested'";
    assert_eq!(app.database.number(untouched).await, 1);
    // Another version of Souk can read it.
    app.database.execute("UPDATE operations SET kind = 'provision'").await;
    let again = requeue(&app, &operator, &operation).await.expect(202);
    assert_eq!(again.body["attempt"], 1);
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_has_gone_on_from_is_not_queued_again() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let refused = async |operation: &str, current: &str| {
        let answer = requeue(&app, &operator, operation).await.problem(409, "operation.superseded");
        assert_eq!(answer.string("/current_state"), current);
    };
    // Its owner has asked for another attempt, which is at work, and then done.
    let (store, operation) = poisoned(&app, &user, "lamps").await;
    app.post(&user, &format!("/stores/{store}/retry"), json!({})).await.expect(202);
    refused(&operation, "requested").await;
    app.run_jobs().await;
    refused(&operation, "ready").await;
    // Removed, or about to be.
    let (store, operation) = poisoned(&app, &user, "rugs").await;
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    refused(&operation, "deleting").await;
    app.run_jobs().await;
    refused(&operation, "deleted").await;
    // Its name was taken over.
    let (_, operation) = poisoned(&app, &user, "vases").await;
    app.create(&user, "vases").await;
    refused(&operation, "deleting").await;
    app.run_jobs().await;
    // A removal that was asked for once more.
    let (store, _) = poisoned(&app, &user, "beads").await;
    let deletion = app.delete(&user, &format!("/stores/{store}")).await.expect(202).string("/operation/id");
    put_aside(&app).await;
    app.delete(&user, &format!("/stores/{store}")).await.expect(202);
    refused(&deletion, "deleting").await;
    app.run_jobs().await;

    // Only a hand brings it about that a failed store's name is taken.
    let (_, operation) = poisoned(&app, &user, "soap").await;
    app.create(&user, "dates").await;
    app.database.execute("UPDATE stores SET name = 'soap' WHERE name = 'dates'").await;
    requeue(&app, &operator, &operation).await.problem(409, "store.name_taken");
    let kept = "SELECT count(*) FROM operations WHERE dead_letter AND state = 'failed'";
    assert_eq!(app.database.number(kept).await, 6, "all are as they were");
    assert_eq!(app.database.number(AUDITED).await, 0);

    requeue(&app, &operator, "op_01k0z3v8q4n5w6x7y8z9abcdef").await.problem(404, "operation.not_found");
    requeue(&app, &user, &operation).await.problem(403, "auth.admin_only");
    let path = format!("/admin/dead-letters/{operation}/requeue");
    let answer = app.post(&operator, &path, json!({ "reason": " " })).await.problem(422, "request.invalid");
    assert_eq!(answer.fields(), ["reason"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_is_not_queued_again_where_data_is_lost() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    app.ready_store(&user, "lamps").await;
    let namespace = app.cluster.namespaces().keys().next().unwrap().clone();
    app.cluster.meddle(|all| all.get_mut(&namespace).unwrap().releases = 0);
    app.look().await;
    put_aside(&app).await;
    let repair = listed(&app, &operator).await.remove(0);
    app.cluster.lose_namespace(&namespace);
    app.look().await;
    let refused = requeue(&app, &operator, &repair).await.problem(409, "operation.superseded");
    assert_eq!(refused.string("/current_state"), "ready");
}
