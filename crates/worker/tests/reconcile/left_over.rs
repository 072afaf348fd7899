//! Namespaces: what is left over goes in time, and what is not ours or not known is never touched.

use std::time::Duration;

use chrono::DateTime;
use souk_domain::entropy::Entropy;
use souk_domain::id::{InstallationId, StoreId};
use souk_domain::reconcile::{Finding, LEFT_OVER_GRACE};
use souk_domain::state::StoreState;
use souk_test_support::seed;
use souk_worker::{Action, CannotRemove, Outcome, Removal};

use crate::world::{World, entry, finding};

/// Brings about a namespace that is left over, and says its name.
async fn leave(world: &World, how: &str) -> String {
    match how {
        "one that appears after its store was deleted" => {
            seed::delete(&world.db, &world.owner, world.store.id).await.unwrap();
            world.run_jobs().await;
            world.plant(&world.namespace, world.installation(), world.store.id);
            world.namespace.clone()
        }
        "one of a provisioning that was put aside" => {
            let (store, operation) = seed::store(&world.db, &world.owner, "poison").await;
            world
                .db
                .execute(
                    "UPDATE operations SET state = 'running', lost_leases = 100,
                            lease_expires_at = now() - interval '1 second' WHERE state = 'queued'",
                )
                .await;
            let namespace = store.slug.namespace(1);
            world.plant(&namespace, world.installation(), store.id);
            world.worker.start_and_wait(operation).await.unwrap();
            assert_eq!(seed::get(&world.db, store.id).await.state, StoreState::Failed);
            assert!(seed::operation(&world.db, operation).await.dead_letter);
            // However it was put aside, a worker that was only asleep may have made it since.
            world.plant(&namespace, world.installation(), store.id);
            namespace
        }
        "one of an earlier attempt" => {
            world.cluster.lose_namespace(&world.namespace);
            world.look().await;
            seed::rebuild(&world.db, &world.owner, world.store.id).await.unwrap();
            world.run_jobs().await;
            world.plant(&world.namespace, world.installation(), world.store.id);
            world.namespace.clone()
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_is_left_over_goes_after_ten_minutes_and_not_before() {
    let minutes = u32::try_from(LEFT_OVER_GRACE.as_secs() / 60).unwrap();
    for how in [
        "one that appears after its store was deleted",
        "one of a provisioning that was put aside",
        "one of an earlier attempt",
    ] {
        let world = World::with_a_ready_store().await;
        let namespace = leave(&world, how).await;
        world.turn_back(minutes - 1).await;
        let report = world.look().await;
        let found = entry(&report, &namespace).unwrap_or_else(|| panic!("{how}: {report:?}"));
        assert_eq!((found.finding, found.action), (Finding::LeftOver, Action::Wait), "{how}");
        assert!(world.has(&namespace), "{how}");

        let others = world.cluster.namespaces().len() - 1;
        world.turn_back(1).await;
        let report = world.look().await;
        let found = entry(&report, &namespace).unwrap();
        assert_eq!((found.action, &found.outcome), (Action::Remove, &Outcome::Done), "{how}");
        assert!(!world.has(&namespace), "{how}");
        assert_eq!(world.cluster.namespaces().len(), others, "{how}: only that one");
        assert_eq!(world.events("left_over_removed").await, 1, "{how}");
        assert_eq!(world.look().await.entries, [], "{how}");
    }
}

#[tokio::test]
async fn what_is_left_over_and_held_says_what_holds_it_and_goes_when_it_can() {
    let world = World::with_a_ready_store().await;
    let namespace = leave(&world, "one that appears after its store was deleted").await;
    world.turn_back(10).await;
    world.cluster.hold_namespace(&namespace);
    let report = world.look().await;
    let Outcome::Pending(reason) = &entry(&report, &namespace).unwrap().outcome else { panic!("{report:?}") };
    assert!(reason.contains("finalizer"));
    assert_eq!(world.events("left_over_removed").await, 0);
    world.cluster.release_namespace(&namespace);
    world.look().await;
    assert!(!world.has(&namespace));
}

#[tokio::test]
async fn nothing_of_a_store_that_is_worked_on_is_left_over() {
    let world = World::with_a_ready_store().await;
    let (failed, _) = seed::store(&world.db, &world.owner, "failed").await;
    world.cluster.fail(souk_domain::operation::Step::Verify, souk_provisioner::ErrorKind::Permanent, 1);
    world.run_jobs().await;
    let namespace = failed.slug.namespace(1);
    world.plant(&namespace, world.installation(), failed.id);
    world.turn_back(60).await;
    let mut tx = world.db.api.tenant(&world.owner).await.unwrap();
    let mut store = souk_db::stores::lock(&mut tx, failed.id).await.unwrap();
    let change = souk_db::stores::Change { operation_id: None, correlation_id: None, failure: None };
    souk_db::stores::apply(&mut tx, &mut store, souk_domain::state::Event::Retry, change).await.unwrap();
    let kind = souk_domain::operation::OperationKind::Provision;
    seed::enqueue(&mut tx, &store, &world.owner, kind).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(finding(&world.look().await, &namespace), None);
    assert!(world.has(&namespace));
    // The retry itself removes it, for both would answer at one address.
    world.run_jobs().await;
    assert_eq!(seed::get(&world.db, failed.id).await.state, StoreState::Ready);
    assert!(!world.has(&namespace) && world.has(&failed.slug.namespace(2)));
}

#[tokio::test]
async fn what_is_foreign_or_unknown_is_never_touched_and_only_the_unknown_goes_by_an_operators_word() {
    let world = World::with_a_ready_store().await;
    let (at, entropy) = (DateTime::UNIX_EPOCH, Entropy::seeded(9));
    let others = InstallationId::generate(at, &entropy);
    let never_heard_of = StoreId::generate(at, &entropy);
    let (ours, store) = (world.installation(), world.store.id);
    let foreign = ["store-theirs-abcdef-1".to_owned(), world.store.slug.namespace(3)];
    world.plant(&foreign[0], others, never_heard_of);
    world.plant(&foreign[1], others, store);
    let unknown =
        ["store-gone-abcdef-1".to_owned(), world.store.slug.namespace(2), "some-other-name".to_owned()];
    world.plant(&unknown[0], ours, never_heard_of);
    world.plant(&unknown[1], ours, store);
    world.plant(&unknown[2], ours, store);
    world.turn_back(24 * 60).await;
    let before = world.cluster.namespaces();
    for _ in 0..2 {
        let report = world.look().await;
        assert!(foreign.iter().all(|name| finding(&report, name) == Some(Finding::Foreign)), "{report:?}");
        assert!(unknown.iter().all(|name| finding(&report, name) == Some(Finding::Unknown)), "{report:?}");
        assert_eq!((report.changes(), report.entries.len()), (0, 5));
    }
    assert_eq!(world.cluster.namespaces(), before);

    let gone = world.another("gone").await;
    seed::delete(&world.db, &world.owner, gone.id).await.unwrap();
    world.run_jobs().await;
    let left_over = gone.slug.namespace(1);
    world.plant(&left_over, ours, gone.id);
    let refused = async |name: &str| world.worker.remove_unknown(name).await.unwrap_err();
    assert!(matches!(refused(&foreign[0]).await, CannotRemove::Foreign(_)));
    assert!(matches!(refused(&world.namespace).await, CannotRemove::Current(_)));
    assert!(matches!(refused(&left_over).await, CannotRemove::LeftOver(_)));
    assert!(matches!(refused("no-such-namespace").await, CannotRemove::NotThere(_)));
    let audited = "SELECT count(*) FROM audit_log WHERE event_type = 'namespace_removed'";
    assert_eq!((world.cluster.namespaces().len(), world.db.number(audited).await), (before.len() + 1, 0));

    assert_eq!(world.worker.remove_unknown(&unknown[0]).await.unwrap(), Removal::Gone);
    assert!(!world.has(&unknown[0]));
    assert_eq!((world.cluster.namespaces().len(), world.db.number(audited).await), (before.len(), 1));
    assert_eq!(Duration::from_mins(10), LEFT_OVER_GRACE, "what the texts say");
}
