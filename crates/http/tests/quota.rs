//! What an account has and may have: the same that a creation counts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use souk_app::Limits;
use souk_domain::dispatch::PermitLimits;
use souk_test_support::TestApp;
use souk_test_support::app::Options;

fn new_store(name: &str) -> Value {
    json!({ "name": name, "engine": "medusa" })
}

#[tokio::test(flavor = "multi_thread")]
async fn in_each_state_a_store_counts_as_a_creation_counts_it() {
    let limits = Limits { stores_per_account: 1, creation_cooldown: None, ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    let quota = async || app.get(&user, "/account/quota").await.expect(200).body;
    let none = quota().await;
    assert_eq!(
        (&none["plan"], &none["stores"]["used"], &none["stores"]["limit"]),
        (&json!("free"), &json!(0), &json!(1))
    );
    assert_eq!((&none["cooldown"], &none["next_creation_at"]), (&Value::Null, &Value::Null));

    app.create(&user, "lamps").await;
    app.create(&other, "rugs").await;
    for state in ["requested", "provisioning", "ready", "failed", "deleting", "deleted"] {
        app.database.execute(&format!("UPDATE stores SET state = '{state}' WHERE name = 'lamps'")).await;
        let stores = quota().await["stores"].clone();
        let one_more = app.post(&user, "/stores", new_store("more")).await;
        let full = one_more.status == 429;
        if !full {
            one_more.expect(202);
            app.database
                .execute("UPDATE stores SET state = 'deleted', name = 'gone' WHERE name = 'more'")
                .await;
        }
        assert_eq!(stores["used"] == stores["limit"], full, "{state}: {stores}");
        for (name, count) in stores["by_state"].as_object().unwrap() {
            assert_eq!(*count, u8::from(name == state), "{state}: {stores}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pause_and_the_limit_are_those_of_the_account() {
    let limits = Limits { creation_cooldown: Some(Duration::from_secs(30)), ..Limits::default() };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let quota = async || app.get(&user, "/account/quota").await.expect(200).body;
    assert_eq!(quota().await["cooldown"], json!({ "seconds_left": 0, "of": 30 }));
    app.create(&user, "lamps").await;
    let paused = quota().await;
    let left = paused["cooldown"]["seconds_left"].as_u64().unwrap();
    assert!((1..=30).contains(&left), "{paused}");
    let next: DateTime<Utc> = paused["next_creation_at"].as_str().unwrap().parse().unwrap();
    let created: DateTime<Utc> =
        app.get(&user, "/stores").await.body["items"][0]["created_at"].as_str().unwrap().parse().unwrap();
    let pause = (next - created).num_milliseconds();
    assert!((29_000..=31_000).contains(&pause), "{pause} ms");
    app.post(&user, "/stores", new_store("rugs")).await.problem(429, "store.cooldown");
    assert_eq!(app.get(&operator, "/account/quota").await.body["next_creation_at"], Value::Null, "one's own");

    app.database.execute("UPDATE stores SET created_at = created_at - interval '30 seconds'").await;
    assert_eq!(quota().await["next_creation_at"], Value::Null);
    app.create(&user, "rugs").await;
    app.database.execute("UPDATE accounts SET plan = 'pro', max_stores = 2").await;
    let set = quota().await;
    assert_eq!(
        (&set["plan"], &set["stores"]["limit"], &set["stores"]["used"]),
        (&json!("pro"), &json!(2), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_everybodys_and_full_when_a_creation_says_so() {
    let limits = Limits {
        permits: PermitLimits { total: 1, per_account: 1 },
        max_queue: 1,
        creation_cooldown: None,
        ..Limits::default()
    };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let (leyla, omar) = (app.merchant("leyla").await, app.merchant("omar").await);
    let queue = async || app.get(&omar, "/account/quota").await.expect(200).body["queue"].clone();
    assert_eq!(queue().await, json!({ "depth": 0, "max": 1, "full": false }));
    app.create(&leyla, "lamps").await;
    assert_eq!(queue().await, json!({ "depth": 1, "max": 1, "full": false }));
    app.create(&leyla, "rugs").await;
    assert_eq!(queue().await, json!({ "depth": 2, "max": 1, "full": true }));
    app.post(&omar, "/stores", new_store("lamps")).await.problem(503, "provisioning.queue_full");
    app.run_jobs().await;
    assert_eq!(queue().await["full"], false);
    app.create(&omar, "lamps").await;
}
