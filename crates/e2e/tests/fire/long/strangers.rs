//! Strangers at a store's namespace: one who holds it, one who removes it.

use std::time::Duration;

use serde_json::Value;
use souk_e2e::souk::{Images, Souk};
use souk_e2e::stores::Store;
use souk_e2e::{cluster, finalizer};
use souk_test_support::until;

use crate::{LOOK_EVERY, ONE_AT_A_TIME, is_whole_and_sells, leaves_nothing, nothing_is_left};

/// One look at a namespace that does not go, the pause after it, and something for a busy machine.
const ROUND_LIMIT: Duration = Duration::from_mins(1);
/// What fails plainly fails soon, and its undo waits for pods to end.
const FAILURE_LIMIT: Duration = Duration::from_mins(1);

/// Waits until the delete says that it waits for this, and no longer for that; it holds no permit meanwhile.
async fn waits_for(souk: &Souk, store: &Store, this: &str, not_that: Option<&str>) {
    let mut last = Value::Null;
    let waiting = until(ROUND_LIMIT, LOOK_EVERY * 5, async || {
        last = store.operation().await;
        let reason = last["waiting_for"].as_str().unwrap_or_default();
        let lifted = not_that.is_none_or(|that| !reason.contains(that));
        (reason.contains(this) && lifted).then_some(())
    });
    assert!(waiting.await.is_some(), "it should wait for {this}; it says {last:#}");
    assert_eq!(last["state"], "queued", "{last:#}");
    assert_eq!(souk.permits().await, 0, "it keeps a permit while it waits");
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_delete_names_the_foreign_finalizer_that_holds_it_and_ends_when_that_is_lifted() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create(&owner, "lamps").await;
        store.wait_ready().await;
        let namespace = store.namespace().await;
        finalizer::hold_inside(&namespace).await;
        finalizer::hold_itself(&namespace).await;
        let deletion = store.ask_to_go().await;
        waits_for(souk, &store, finalizer::INSIDE, None).await;
        let claims = souk.claims("delete").await;
        let again =
            until(ROUND_LIMIT, LOOK_EVERY, async || (souk.claims("delete").await > claims).then_some(()));
        assert!(again.await.is_some(), "it does not go on trying");
        assert_eq!(store.state().await["state"], "deleting", "never gone while it is there");

        finalizer::lift_inside(&namespace).await;
        waits_for(souk, &store, finalizer::ITSELF, Some(finalizer::INSIDE)).await;
        finalizer::lift_itself(&namespace).await;
        store.wait_gone().await;
        assert_eq!(store.operation_by_id(&deletion).await["state"], "succeeded");
        nothing_is_left(&namespace).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e --all"]
async fn a_namespace_removed_behind_souks_back_fails_the_attempt_in_plain_words_and_a_retry_sells() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create(&owner, "lamps").await;
        store.wait_in("rollout").await;
        let first = store.namespace().await;
        cluster::ask_to_remove(&first).await;

        let failed = store.wait_for("failed", FAILURE_LIMIT).await;
        let failure = &failed["failure"];
        let reason = failure["reason"].as_str().unwrap();
        assert!(
            reason.contains(&first) && (reason.contains("removed") || reason.contains("gone")),
            "{failed:#}"
        );
        assert!(failure["advice"].as_str().unwrap().contains("retry"), "{failed:#}");
        nothing_is_left(&first).await;

        store.retry().await;
        is_whole_and_sells(souk, &store).await;
        assert_ne!(store.namespace().await, first, "no namespace is used twice");
        leaves_nothing(&store).await;
    })
    .await;
}
