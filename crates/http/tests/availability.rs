//! Whether a name is free, asked while it is typed.
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
use souk_test_support::{TestApp, TestUser};

async fn ask(app: &TestApp, user: &TestUser, name: &str) -> Value {
    let request = app.request(Method::GET, "/stores/availability").query(&[("name", name)]);
    let answer = send(request.bearer_auth(&user.token)).await.expect(200);
    assert_eq!(answer.body["name"], name);
    assert_eq!(answer.body["available"].as_bool(), Some(answer.body["reason"].is_null()), "{}", answer.text);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_is_answered_with_what_a_creation_would_say_of_it() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for (name, code, text) in [
        ("", "invalid", "3 to 30"),
        ("la", "invalid", "3 to 30"),
        ("Lamps", "invalid", "small letters"),
        ("la\0mps", "invalid", "small letters"),
        ("лампы", "invalid", "small letters"),
        ("1amps", "invalid", "start with a letter"),
        ("lamps-", "invalid", "end with"),
        ("admin", "reserved", "is reserved"),
        ("fuck-lamps", "word_refused", "holds a word"),
    ] {
        let answer = ask(&app, &user, name).await;
        assert_eq!(answer["reason"]["code"], code, "{name:?}");
        assert!(answer["reason"]["text"].as_str().unwrap().contains(text), "{answer}");
        assert_eq!((&answer["url_pattern"], &answer["replaces"]), (&Value::Null, &Value::Null), "{name:?}");
        // And so it is: the creation names the field.
        let refused = app.post(&user, "/stores", json!({ "name": name, "engine": "medusa" })).await;
        assert_eq!((refused.status.as_u16(), refused.fields()), (422, vec!["name".to_owned()]), "{name:?}");
    }
    let free = ask(&app, &user, "leylas-lamps").await;
    assert_eq!(free["available"], true);
    assert_eq!(free["url_pattern"], "http://leylas-lamps-••••••.localhost:8080");
    let missing = app.get(&user, "/stores/availability").await.problem(422, "request.invalid");
    assert_eq!(missing.fields(), ["name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_each_state_of_a_store_the_answer_is_what_a_creation_does() {
    let app = TestApp::start().await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    let store = app.create(&user, "lamps").await;
    for state in ["requested", "provisioning", "ready", "failed", "deleting", "deleted"] {
        app.database.execute(&format!("UPDATE stores SET state = '{state}' WHERE name = 'lamps'")).await;
        let answer = ask(&app, &user, "lamps").await;
        assert_eq!(
            ask(&app, &other, "lamps").await["available"],
            true,
            "{state}: another account's is no matter"
        );
        let is_living = ["requested", "provisioning", "ready"].contains(&state);
        assert_eq!(answer["available"], !is_living, "{state}");
        if is_living {
            assert_eq!(
                (&answer["reason"]["code"], &answer["reason"]["store_id"]),
                (&json!("taken"), &json!(store))
            );
        }
        assert_eq!(answer["replaces"], if state == "failed" { json!(store) } else { Value::Null }, "{state}");
        assert_eq!(answer["url_pattern"], "http://lamps-••••••.localhost:8080");
        // The database's own rule, which a creation meets.
        let insert = "INSERT INTO stores (id, account_id, cluster_id, created_by, name, title, engine, slug, admin_email, state,
                                          catalogue, currency, country)
                      SELECT gen_random_uuid(), account_id, cluster_id, created_by, name, title, engine, 'x', admin_email,
                             'requested', catalogue, currency, country FROM stores WHERE name = 'lamps'";
        let mut connection = app.database.superuser().await;
        let mut tx = sqlx::Connection::begin(&mut connection).await.unwrap();
        assert_eq!(sqlx::query(insert).execute(&mut *tx).await.is_err(), is_living, "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_store_is_named_and_replaced_by_the_creation() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    let failed = app.create(&user, "lamps").await;
    app.run_jobs().await;
    assert_eq!(ask(&app, &user, "lamps").await["replaces"], json!(failed));
    let new = app.create(&user, "lamps").await;
    assert_eq!(app.state(&user, &failed).await, "deleting");
    let taken = ask(&app, &user, "lamps").await;
    assert_eq!((&taken["reason"]["store_id"], &taken["replaces"]), (&json!(new), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_no_store_and_takes_nothing_but_the_question() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    app.delete(&user, "/stores/availability").await.problem(404, "store.not_found");
    let answer = app.post(&user, "/stores/availability", json!({})).await;
    assert_eq!(answer.problem(405, "request.method_not_allowed").header("allow"), "GET");
    let before = app.database.number("SELECT count(*) FROM stores").await;
    ask(&app, &user, "lamps").await;
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, before, "asking keeps nothing");
}
