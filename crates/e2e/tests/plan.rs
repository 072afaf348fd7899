//! What its owner sees and changes of a store that sells: the log of its programs, and its plan. On a real cluster.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, ResourceQuota};
use kube::Api;
use serde_json::{Value, json};
use souk_e2e::cluster::{admin, secret_values};
use souk_e2e::souk::{Images, Souk};
use souk_e2e::stores::Store;
use souk_shopper::StoreClient;
use souk_test_support::until;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const HEARD_LIMIT: Duration = Duration::from_secs(25);
const PLAN_LIMIT: Duration = Duration::from_mins(3);

/// What the namespace may use, and what the shop's own container may: memory.
async fn sizes(store: &Store) -> (String, String) {
    let namespace = store.namespace().await;
    let quotas: Api<ResourceQuota> = Api::namespaced(admin().await, &namespace);
    let quota = quotas.list(&kube::api::ListParams::default()).await.unwrap().items.remove(0);
    let quota = quota.spec.unwrap().hard.unwrap()["limits.memory"].0.clone();
    let pods: Api<Pod> = Api::namespaced(admin().await, &namespace);
    let pod = pods.get(&store.shop().await.pod().await.name).await.unwrap();
    let limits = pod.spec.unwrap().containers.remove(0).resources.unwrap().limits.unwrap();
    (quota, limits["memory"].0.clone())
}

fn logs(store: &Store, query: &str) -> String {
    format!("/api/v1/stores/{}/pods/logs{query}", store.id)
}

/// The text of a line, and who wrote it.
fn read(line: &str) -> (String, String) {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    (text("text"), text("pod"))
}

async fn change_plan(owner: &StoreClient, store: &Store, plan: &str) {
    let me = owner.get("/api/v1/auth/me").await.unwrap();
    let account = format!("/api/v1/admin/accounts/{}", me["account"]["id"].as_str().unwrap());
    owner.patch(&account, json!({ "plan": plan, "reason": "it grows" })).await.unwrap();
    let accepted =
        owner.patch(&format!("/api/v1/stores/{}", store.id), json!({ "plan": plan })).await.unwrap();
    let operation = accepted["operation"]["id"].as_str().unwrap().to_owned();
    let ended = until(PLAN_LIMIT, LOOK_EVERY, async || {
        let now = store.operation_by_id(&operation).await;
        assert_eq!(store.state().await["state"], "ready", "it is ready all the while");
        (now["finished_at"] != Value::Null).then_some(now)
    });
    let ended = ended.await.expect("the change of plan to end");
    assert_eq!(ended["state"], "succeeded", "{ended:#}");
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_that_gets_another_plan_keeps_its_orders_and_its_log_goes_on_without_its_secrets() {
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create_with(&owner, "lamps", json!({ "engine": "woocommerce" })).await;
        store.wait_ready().await;
        let order = store.buy("shopper@example.com").await;
        let before = sizes(&store).await;
        let shop = store.shop().await;
        let first = shop.pod().await.name;

        // A careless program writes its configuration.
        let secret =
            secret_values(&store.namespace().await).await.into_iter().find(|value| value.len() == 24);
        let secret = secret.expect("a password of the store");
        let say = |text: String| ["sh".to_owned(), "-c".to_owned(), format!("echo {text} > /proc/1/fd/1")];
        let follow = owner.clone();
        let path = logs(&store, "?follow&tail=5");
        let follower = tokio::spawn(async move {
            follow.lines_until(&path, |line| read(line).0.contains("the word is")).await
        });
        // Said until it is heard: the follower may not be there yet.
        let words = say(format!("the word is {secret}"));
        let is_heard = until(HEARD_LIMIT, LOOK_EVERY, async || {
            shop.run(&words.each_ref().map(String::as_str)).await;
            follower.is_finished().then_some(())
        });
        assert!(is_heard.await.is_some(), "nobody hears what the shop says");
        let heard = follower.await.unwrap().unwrap();
        let (text, pod) = read(heard.last().unwrap());
        assert_eq!((text.as_str(), pod.as_str()), ("the word is (hidden)", first.as_str()));

        change_plan(&owner, &store, "pro").await;
        let after = sizes(&store).await;
        assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");
        assert_ne!(shop.pod().await.name, first);
        assert_eq!(store.state().await["plan"], "pro");
        let next = store.buy("shopper@example.com").await;
        assert!(
            next.number > order.number,
            "the order of before is still there: {} {}",
            order.number,
            next.number
        );

        let (kind, all) = owner.file(&logs(&store, "?tail=2000&format=text")).await.unwrap();
        let all = String::from_utf8_lossy(&all).into_owned();
        assert!(kind.starts_with("text/plain") && all.lines().count() > 5, "{all}");
        for value in secret_values(&store.namespace().await).await.iter().filter(|value| value.len() >= 24) {
            assert!(value.starts_with("pk_") || !all.contains(value), "a secret is in the log");
        }
        store.delete().await;
    })
    .await;
}
