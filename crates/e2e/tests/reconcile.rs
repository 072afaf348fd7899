//! What happens behind Souk's back: what it mends by itself, and what it never does.
//!
//! One at a time: each boots a whole shop, and two cores are soon busy.

use std::time::Duration;

use serde_json::{Value, json};
use souk_e2e::admin::uninstall_release;
use souk_e2e::cluster;
use souk_e2e::souk::{Images, Souk};
use souk_e2e::stores::Store;
use souk_shopper::{Admin, buy};
use souk_test_support::until;
use tokio::sync::Mutex;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Souk looks each minute; then a whole release comes up.
const REPAIRED_LIMIT: Duration = Duration::from_mins(3);
/// The end of a namespace is told, and looked at within seconds; far less than the minute of the timer.
const TOLD_LIMIT: Duration = Duration::from_secs(30);

/// Waits until the store's page shows what `wanted` looks for.
async fn wait_until(store: &Store, limit: Duration, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let found = until(limit, LOOK_EVERY, async || {
        last = store.state().await;
        wanted(&last).then_some(())
    })
    .await;
    assert!(found.is_some(), "not within {} s: {last:#}", limit.as_secs());
    last
}

/// How often Souk has looked, made or mended something: nothing of it may come from a dry run.
async fn traces(souk: &Souk) -> (i64, i64, i64) {
    (
        souk.database.number("SELECT count(*) FROM operations").await,
        souk.database.number("SELECT count(*) FROM events").await,
        souk.database.number("SELECT COALESCE(sum(version), 0)::bigint FROM stores").await,
    )
}

/// What is said of this Souk's own: the cluster may hold the shops of whoever runs the tests.
fn own(said: &Value) -> Vec<&Value> {
    let entries = said["entries"].as_array().into_iter().flatten();
    entries.filter(|entry| entry["finding"] != "foreign").collect()
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_release_uninstalled_behind_souks_back_comes_back_by_itself_with_every_order() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let images = Images::built();
    Souk::run(&images, async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create(&owner, "lamps").await;
        store.wait_ready().await;
        let credentials = store.credentials().await;
        let order = buy(&store.shopper(&credentials).await, "shopper@example.com").await.unwrap();
        let namespace = store.namespace().await;

        // Nobody looks meanwhile, so that it is the dry run that is seen to change nothing.
        souk.terminate().await;
        let well = souk.reconcile(&["--dry-run"]).await;
        assert_eq!((&well["findings"]["healthy"], own(&well).len()), (&json!(1), 0), "{well:#}");
        uninstall_release(&namespace).await;
        let before = traces(souk).await;
        let said = souk.reconcile(&["--dry-run"]).await;
        let entry = own(&said)[0];
        assert_eq!(entry["finding"], "broken", "{said:#}");
        assert_eq!((&entry["action"], &entry["outcome"]["what"]), (&json!("repair"), &json!("planned")));
        assert_eq!(entry["store"], json!(store.id));
        assert_eq!(traces(souk).await, before, "a dry run wrote something");

        souk.serve(&images).await;
        let repaired = wait_until(&store, REPAIRED_LIMIT, |state| {
            let operation = &state["operation"];
            operation["kind"] == "repair" && operation["state"] == "succeeded"
        })
        .await;
        assert_eq!(
            (&repaired["state"], &repaired["health"]),
            (&json!("ready"), &json!("up")),
            "{repaired:#}"
        );
        assert_eq!(store.namespace().await, namespace, "a repair stays where it is");
        let admin =
            Admin::sign_in(&store.visitor().await, &credentials.admin_email, &credentials.admin_password)
                .await
                .unwrap();
        assert_eq!(admin.order(&order.id).await.unwrap()["display_id"], order.number);
        buy(&store.shopper(&credentials).await, "shopper@example.com").await.unwrap();
        store.delete().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_namespace_deleted_behind_souks_back_is_said_and_made_anew_only_when_its_owner_asks() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create(&owner, "lamps").await;
        store.wait_ready().await;
        let (first, old) = (store.namespace().await, store.credentials().await);
        let rebuild = format!("/api/v1/stores/{}/rebuild", store.id);
        let early = owner.post(&rebuild, json!({ "name": "lamps" })).await.unwrap_err();
        assert!(early.to_string().contains("409"), "a shop that is whole is not made anew: {early}");

        cluster::remove_namespace(&first).await;
        let lost = wait_until(&store, TOLD_LIMIT, |state| state["data_lost"] == true).await;
        assert_eq!((&lost["state"], &lost["health"]), (&json!("ready"), &json!("down")), "{lost:#}");
        assert!(lost["health_reason"].as_str().unwrap_or_default().contains("rebuild"), "{lost:#}");
        let told =
            "SELECT count(*) FROM events WHERE kind = 'health_changed' AND data->>'data_lost' = 'true'";
        assert_eq!(souk.database.number(told).await, 1);

        // However often Souk looks, it makes no empty shop in place of a lost one.
        let operations = "SELECT count(*) FROM operations";
        let before = souk.database.number(operations).await;
        for _ in 0..2 {
            let looked = souk.reconcile(&[]).await;
            assert_eq!(looked["findings"]["data_lost"], 1, "{looked:#}");
        }
        assert_eq!(souk.database.number(operations).await, before);
        assert!(!cluster::has_namespace(&first).await);

        let slip = owner.post(&rebuild, json!({ "name": "lamp" })).await.unwrap_err();
        assert!(slip.to_string().contains("422"), "{slip}");
        owner.post(&rebuild, json!({ "name": "lamps" })).await.unwrap();
        store.wait_ready().await;
        assert_ne!(store.namespace().await, first);
        let state = wait_until(&store, TOLD_LIMIT, |state| state["health"] == "up").await;
        assert_eq!(state["data_lost"], false, "{state:#}");
        let new = store.credentials().await;
        assert_ne!(new.admin_password, old.admin_password);
        buy(&store.shopper(&new).await, "shopper@example.com").await.unwrap();
        let looked = souk.reconcile(&["--dry-run"]).await;
        assert_eq!(looked["findings"]["healthy"], 1, "{looked:#}");
        store.delete().await;
    })
    .await;
}
