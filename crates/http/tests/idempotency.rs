//! `Idempotency-Key`: what is sent twice is done once, wherever the first one stopped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::Method;
use serde_json::{Value, json};
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser, jobs, wait_for};
use souk_worker::{RunningWorker, WorkerSettings};
use sqlx::{Connection, PgConnection};

const STORES: &str = "SELECT count(*) FROM stores";
const KEPT: &str = "SELECT count(*) FROM idempotency_keys";
/// `souk-db`'s lock on permits, which every creation takes: whoever holds it holds creations up.
const PERMITS_LOCK: i64 = 0x736f_756b_0003;

fn lamps() -> Value {
    json!({ "name": "lamps", "title": "Leyla's Lamps", "engine": "medusa" })
}

async fn create(app: &TestApp, user: &TestUser, key: &str, body: Value) -> Answer {
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&body);
    send(request.header("idempotency-key", key)).await
}

async fn ask(app: &TestApp, user: &TestUser, method: Method, path: &str, key: &str) -> Answer {
    send(app.request(method, path).bearer_auth(&user.token).header("idempotency-key", key)).await
}

/// The same answer, and says so.
fn assert_replayed(first: &Answer, again: &Answer) {
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
}

async fn hold_creations_up(app: &TestApp) -> PgConnection {
    let mut holder = app.database.superuser().await;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(PERMITS_LOCK).execute(&mut holder).await.unwrap();
    holder
}

/// Requests that wait for the lock on permits.
const HELD_UP: &str = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()";

async fn until_held_up(app: &TestApp) {
    wait_for("the request to be held up", async || (app.database.number(HELD_UP).await == 1).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_gets_the_same_answer_and_makes_no_second_store() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let first = create(&app, &user, "key-1", lamps()).await.expect(202);
    assert_replayed(&first, &create(&app, &user, "key-1", lamps()).await);
    app.run_jobs().await;
    let id = first.string("/store/id");
    assert_eq!(app.state(&user, &id).await, "ready");
    // What was answered stays so, though the store is another one by now.
    assert_replayed(&first, &create(&app, &user, "key-1", lamps()).await);
    assert_eq!(app.database.number(STORES).await, 1);
    // The control: the same body under another key is another request.
    create(&app, &user, "key-2", lamps()).await.problem(409, "store.name_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_with_another_body_is_refused_and_nothing_changed() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    create(&app, &user, "key-1", lamps()).await.expect(202);
    let other = json!({ "name": "rugs", "engine": "medusa" });
    create(&app, &user, "key-1", other.clone()).await.problem(422, "idempotency.key_reused");
    assert_eq!((app.database.number(STORES).await, app.database.number(KEPT).await), (1, 1));
    create(&app, &user, "key-2", other).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_first_runs_the_second_is_told_so_and_does_not_wait() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let holder = hold_creations_up(&app).await;
    let first = async { create(&app, &user, "key-1", lamps()).await.expect(202) };
    let second = async {
        until_held_up(&app).await;
        let refused = create(&app, &user, "key-1", lamps()).await.problem(409, "idempotency.at_work");
        assert_eq!(refused.header("retry-after"), "1");
        holder.close().await.unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    assert_replayed(&first, &create(&app, &user, "key-1", lamps()).await);
    assert_eq!(app.database.number(STORES).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_dies_before_its_commit_leaves_neither_store_nor_key() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let holder = hold_creations_up(&app).await;
    let dying = async { create(&app, &user, "key-1", lamps()).await };
    let killer = async {
        until_held_up(&app).await;
        app.database
            .execute(
                "SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                 WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()",
            )
            .await;
    };
    let (died, ()) = tokio::join!(dying, killer);
    died.problem(503, "database.unavailable");
    assert_eq!((app.database.number(STORES).await, app.database.number(KEPT).await), (0, 0));
    holder.close().await.unwrap();
    create(&app, &user, "key-1", lamps()).await.expect(202);
    assert_eq!((app.database.number(STORES).await, app.database.number(KEPT).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_after_the_commit_comes_again() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let holder = hold_creations_up(&app).await;
    // The client gives up; what it asked for is done, or not, but never half.
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&lamps());
    let lost = tokio::spawn(request.header("idempotency-key", "key-1").send());
    until_held_up(&app).await;
    lost.abort();
    holder.close().await.unwrap();
    let again = wait_for("an answer", async || {
        let answer = create(&app, &user, "key-1", lamps()).await;
        (answer.status != 409).then_some(answer)
    })
    .await;
    let again = again.expect(202);
    assert_eq!(again.string("/store/name"), "lamps");
    assert_eq!((app.database.number(STORES).await, app.database.number(KEPT).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_kept_so_the_same_key_can_try_again() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    create(&app, &user, "key-1", json!({ "name": "x" })).await.problem(422, "request.invalid");
    let taken = app.create(&user, "lamps").await;
    create(&app, &user, "key-1", lamps()).await.problem(409, "store.name_taken");
    assert_eq!(app.database.number(KEPT).await, 0);
    app.delete(&user, &format!("/stores/{taken}")).await.expect(202);
    create(&app, &user, "key-1", lamps()).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_waiting_would_change_are_not_kept() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for number in 0..5 {
        app.create(&user, &format!("rugs-{number}")).await;
    }
    create(&app, &user, "key-1", lamps()).await.problem(429, "store.limit");
    assert_eq!(app.database.number(KEPT).await, 0);
    app.run_jobs().await;
    app.database.execute("UPDATE stores SET state = 'deleted' WHERE name = 'rugs-0'").await;
    create(&app, &user, "key-1", lamps()).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_same_key_is_another_key() {
    let app = TestApp::start().await;
    let (leyla, omar) = (app.merchant("leyla").await, app.merchant("omar").await);
    let hers = create(&app, &leyla, "key-1", lamps()).await.expect(202);
    let his = create(&app, &omar, "key-1", lamps()).await.expect(202);
    assert_ne!(hers.string("/store/id"), his.string("/store/id"));
    assert_replayed(&hers, &create(&app, &leyla, "key-1", lamps()).await);
    assert_eq!(app.database.number(KEPT).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_forgotten_after_24_hours_and_pruned() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let first = create(&app, &user, "key-1", lamps()).await.expect(202);
    create(&app, &user, "key-2", json!({ "name": "rugs", "engine": "medusa" })).await.expect(202);
    let older = |by: &str| format!("UPDATE idempotency_keys SET created_at = now() - interval '{by}'");
    app.database.execute(&older("23 hours 59 minutes")).await;
    assert_replayed(&first, &create(&app, &user, "key-1", lamps()).await);
    let pruned = async |limit| {
        let mut tx = app.database.worker.begin().await.unwrap();
        let gone = souk_db::idempotency::prune(&mut tx, limit).await.unwrap();
        tx.commit().await.unwrap();
        gone
    };
    assert_eq!(pruned(100).await, 0, "they still count");
    app.database.execute(&older("24 hours 1 second")).await;
    // No longer known, though nobody has removed the row yet.
    create(&app, &user, "key-1", json!({ "name": "vases", "engine": "medusa" })).await.expect(202);
    assert_eq!(app.database.number(STORES).await, 3);
    assert_eq!(pruned(100).await, 1, "the one that was written anew is young");
    assert_eq!(app.database.number(KEPT).await, 1);
    app.database.execute(&older("25 hours")).await;
    assert_eq!((pruned(0).await, pruned(1).await), (0, 1), "in batches");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_key_is_refused_and_nothing_changed() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let bad: [&[u8]; 5] = [b"", b"a b", "ключ".as_bytes(), &[b'x'; 256], b"a\tb"];
    for key in bad {
        let request = app.request(Method::POST, "/stores").bearer_auth(&user.token).json(&lamps());
        let value = reqwest::header::HeaderValue::from_bytes(key).unwrap();
        let answer = send(request.header("idempotency-key", value)).await.problem(422, "request.invalid");
        assert_eq!(answer.fields(), ["Idempotency-Key"]);
    }
    assert_eq!((app.database.number(STORES).await, app.database.number(KEPT).await), (0, 0));
    create(&app, &user, &"x".repeat(255), lamps()).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_under_a_key_is_one_attempt_and_the_key_is_of_that_store() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let mut failed = Vec::new();
    for name in ["lamps", "rugs"] {
        app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
        failed.push(app.create(&user, name).await);
        app.run_jobs().await;
    }
    let path = |id: &str| format!("/stores/{id}/retry");
    let first = ask(&app, &user, Method::POST, &path(&failed[0]), "key-1").await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.state(&user, &failed[0]).await, "ready");
    // Without the key it would be 409: the store has not failed.
    assert_replayed(&first, &ask(&app, &user, Method::POST, &path(&failed[0]), "key-1").await);
    let other = ask(&app, &user, Method::POST, &path(&failed[1]), "key-1").await;
    other.problem(422, "idempotency.key_reused");
    assert_eq!(app.state(&user, &failed[1]).await, "failed");
    // The key of one route is another one on the next.
    create(&app, &user, "key-1", json!({ "name": "vases", "engine": "medusa" })).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_under_a_key_is_answered_alike_even_when_the_store_is_gone() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let path = format!("/stores/{}", app.ready_store(&user, "lamps").await);
    let first = ask(&app, &user, Method::DELETE, &path, "key-1").await.expect(202);
    let meanwhile = ask(&app, &user, Method::DELETE, &path, "key-2").await.expect(202);
    assert_eq!(meanwhile.string("/operation/id"), first.string("/operation/id"));
    app.run_jobs().await;
    app.delete(&user, &path).await.problem(404, "store.not_found");
    assert_replayed(&first, &ask(&app, &user, Method::DELETE, &path, "key-1").await);
    assert_replayed(&meanwhile, &ask(&app, &user, Method::DELETE, &path, "key-2").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_runs_removes_what_is_too_old_and_nothing_else() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    create(&app, &user, "key-1", lamps()).await.expect(202);
    create(&app, &user, "key-2", json!({ "name": "rugs", "engine": "medusa" })).await.expect(202);
    let old = "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'key-1'";
    assert_eq!(app.database.execute(old).await, 1);
    let parts = jobs::parts(&app.database, app.cluster.clone(), WorkerSettings::default());
    let worker = RunningWorker::start(parts).await.unwrap();
    wait_for("the old key to go", async || (app.database.number(KEPT).await == 1).then_some(())).await;
    worker.stop().await;
    let young = "SELECT count(*) FROM idempotency_keys WHERE key = 'key-2'";
    assert_eq!(app.database.number(young).await, 1);
}
