//! Ready stores: repaired when their data is whole, and never made anew by themselves when it is not.

use souk_db::{operations, reconcile};
use souk_domain::entropy::Entropy;
use souk_domain::health::Health;
use souk_domain::operation::{OperationKind, OperationState, Step};
use souk_domain::reconcile::{Finding, REPAIR_LIMIT, judge};
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_test_support::seed;
use souk_worker::{Action, Outcome};

use crate::world::{World, entry, finding};

/// All that a store's owner could find changed after a repair.
const SECRETS: &str = "SELECT hashtext(string_agg(attempt || encode(ciphertext, 'hex'), ',' ORDER BY attempt))::bigint FROM store_secrets";

#[tokio::test]
async fn a_store_whose_release_is_gone_is_repaired_once_with_its_own_secrets_and_data() {
    let world = World::with_a_ready_store().await;
    let secrets = world.db.number(SECRETS).await;
    world.lose_release();
    let report = world.look().await;
    let found = entry(&report, &world.namespace).unwrap();
    assert_eq!((found.finding, found.action), (Finding::Broken, Action::Repair));
    assert_eq!(found.outcome, Outcome::Done);
    let waiting = world.store().await;
    assert_eq!((waiting.state, waiting.health), (StoreState::Ready, Health::Degraded));
    assert!(waiting.health_reason.unwrap().contains("repairs it"));
    for _ in 0..3 {
        world.look().await;
    }
    assert_eq!(world.repairs().await, 1, "one finding, one repair");

    world.run_jobs().await;
    let repaired = world.store().await;
    assert_eq!((repaired.state, repaired.health, repaired.attempt), (StoreState::Ready, Health::Up, 1));
    assert_eq!((repaired.health_reason, repaired.ready_at), (None, world.store.ready_at));
    let namespace = &world.cluster.namespaces()[&world.namespace];
    assert_eq!((namespace.releases, namespace.volume), (1, true));
    assert_eq!(world.cluster.volumes_made(&world.namespace), 1, "the data is the old one");
    assert_eq!(world.db.number(SECRETS).await, secrets);
    assert_eq!(
        world
            .db
            .number("SELECT count(*) FROM operations WHERE kind = 'repair' AND requested_by IS NULL")
            .await,
        1
    );
    let mut tx = world.db.worker.begin().await.unwrap();
    let operation = operations::latest(&mut tx, world.store.id).await.unwrap().unwrap();
    assert_eq!((operation.kind, operation.state), (OperationKind::Repair, OperationState::Succeeded));
    let steps = operations::steps(&mut tx, operation.id).await.unwrap();
    assert_eq!(steps.iter().map(|step| step.name).collect::<Vec<_>>(), OperationKind::Repair.steps());
    drop(tx);
    assert_eq!(world.look().await.entries, []);
}

#[tokio::test]
async fn a_repair_that_fails_in_any_step_removes_nothing_and_is_tried_again_later_and_not_at_once() {
    for step in OperationKind::Repair.steps().iter().filter(|step| **step != Step::Publish) {
        let world = World::with_a_ready_store().await;
        world.lose_release();
        world.cluster.fail(*step, ErrorKind::Permanent, 1);
        world.look().await;
        let before = world.cluster.calls().len();
        world.run_jobs().await;
        let failed = world.store().await;
        assert_eq!((failed.state, failed.health), (StoreState::Ready, Health::Degraded), "{step}");
        assert!(
            failed.health_reason.as_ref().unwrap().contains(&format!("{step} was told to fail")),
            "{step}"
        );
        let namespace = &world.cluster.namespaces()[&world.namespace];
        assert!(namespace.volume && namespace.secrets, "{step}");
        assert!(world.cluster.calls()[before..].iter().all(|call| !call.undo), "{step} was undone");
        assert_eq!(
            world
                .db
                .number("SELECT count(*) FROM operations WHERE kind = 'repair' AND state = 'failed'")
                .await,
            1,
            "{step}"
        );

        // However the store looks: only a repair that ends well proves that it sells.
        for _ in 0..2 {
            world.look().await;
        }
        assert_eq!(world.repairs().await, 1, "{step} is tried again at once");
        assert_eq!(
            world.store().await.version,
            failed.version,
            "{step}: a look that finds nothing new writes"
        );
        world.turn_back(5).await;
        world.look().await;
        world.run_jobs().await;
        assert_eq!(world.repairs().await, 2, "{step}");
        let repaired = world.store().await;
        assert_eq!((repaired.health, repaired.health_reason), (Health::Up, None), "{step}");
        assert_eq!(world.cluster.volumes_made(&world.namespace), 1, "{step}");
    }
}

#[tokio::test]
async fn repairs_that_fail_again_and_again_come_to_an_end() {
    let world = World::with_a_ready_store().await;
    world.lose_release();
    world.cluster.fail(Step::Rollout, ErrorKind::Permanent, 2 * REPAIR_LIMIT as usize);
    for _ in 0..REPAIR_LIMIT + 3 {
        world.look().await;
        world.run_jobs().await;
        world.turn_back(400).await;
    }
    assert_eq!(world.repairs().await, i64::from(REPAIR_LIMIT));
    let given_up = world.store().await;
    assert_eq!((given_up.state, given_up.health), (StoreState::Ready, Health::Down));
    assert!(given_up.health_reason.unwrap().contains("operator has to look"));
    assert!(!given_up.data_lost);
}

#[tokio::test]
async fn a_repair_makes_no_empty_shop_when_the_data_goes_before_it_begins() {
    let world = World::with_a_ready_store().await;
    world.lose_release();
    world.look().await;
    world.lose_volume();
    world.run_jobs().await;
    let namespace = &world.cluster.namespaces()[&world.namespace];
    assert_eq!((namespace.releases, world.cluster.volumes_made(&world.namespace)), (0, 1));
    assert_eq!(finding(&world.look().await, &world.namespace), Some(Finding::DataLost));
    assert!(world.store().await.data_lost);
    assert_eq!(world.repairs().await, 1);
}

#[tokio::test]
async fn a_deletion_stops_a_repair() {
    let world = World::with_a_ready_store().await;
    world.lose_release();
    world.look().await;
    seed::delete(&world.db, &world.owner, world.store.id).await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.store().await.state, StoreState::Deleted);
    assert!(world.cluster.namespaces().is_empty());
    let cancelled = "SELECT count(*) FROM operations WHERE kind = 'repair' AND state = 'cancelled'";
    assert_eq!(world.db.number(cancelled).await, 1);
}

#[tokio::test]
async fn lost_data_is_said_once_and_nothing_is_made_anew_until_the_owner_asks() {
    for whole_namespace in [true, false] {
        let world = World::with_a_ready_store().await;
        if whole_namespace {
            world.cluster.lose_namespace(&world.namespace);
        } else {
            world.lose_volume();
            world.lose_release();
        }
        let seen = world.cluster.namespaces();
        for _ in 0..3 {
            assert_eq!(finding(&world.look().await, &world.namespace), Some(Finding::DataLost));
            world.run_jobs().await;
        }
        let down = world.store().await;
        assert_eq!((down.state, down.health, down.data_lost), (StoreState::Ready, Health::Down, true));
        assert!(down.health_reason.unwrap().contains("rebuild"));
        let said =
            "SELECT count(*) FROM events WHERE kind = 'health_changed' AND (data->>'data_lost')::boolean";
        assert_eq!((world.db.number(said).await, world.events("health_changed").await), (1, 1));
        assert_eq!(
            world.db.number("SELECT count(*) FROM operations").await,
            1,
            "only the first provisioning"
        );
        assert_eq!(world.cluster.namespaces(), seen, "nothing was made and nothing removed");

        seed::rebuild(&world.db, &world.owner, world.store.id).await.unwrap();
        world.run_jobs().await;
        let rebuilt = world.store().await;
        assert_eq!((rebuilt.state, rebuilt.health, rebuilt.attempt), (StoreState::Ready, Health::Up, 2));
        assert!(!rebuilt.data_lost && rebuilt.health_reason.is_none());
        assert_eq!(rebuilt.host, world.store.host);
        let namespaces: Vec<_> = world.cluster.namespaces().into_keys().collect();
        assert_eq!(namespaces, [world.store.slug.namespace(2)], "the old one is gone");
        assert_eq!(world.db.number("SELECT count(DISTINCT ciphertext) FROM store_secrets").await, 2);
        assert_eq!(world.look().await.entries, []);
    }
}

/// As after a while at the wrong cluster, or a namespace that was brought back.
#[tokio::test]
async fn data_that_is_found_again_is_not_lost_any_more() {
    let world = World::with_a_ready_store().await;
    let whole = world.cluster.namespaces();
    world.cluster.lose_namespace(&world.namespace);
    world.look().await;
    assert!(world.store().await.data_lost);
    world.cluster.meddle(|all| *all = whole);
    world.look().await;
    let found = world.store().await;
    assert_eq!((found.health, found.data_lost, found.health_reason), (Health::Up, false, None));
    assert_eq!(world.events("health_changed").await, 2);
}

#[tokio::test]
async fn a_rebuild_waits_until_the_old_namespace_is_gone_and_says_what_holds_it() {
    let world = World::with_a_ready_store().await;
    world.lose_volume();
    world.look().await;
    world.cluster.hold_namespace(&world.namespace);
    let rebuild = seed::rebuild(&world.db, &world.owner, world.store.id).await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.store().await.state, StoreState::Provisioning);
    assert!(seed::operation(&world.db, rebuild).await.waiting_for.unwrap().contains("finalizer"));
    assert!(!world.has(&world.store.slug.namespace(2)), "two attempts would answer at one address");
    world.cluster.release_namespace(&world.namespace);
    souk_test_support::jobs::skip_pauses(&world.db).await;
    world.run_jobs().await;
    assert_eq!(world.store().await.state, StoreState::Ready);
    assert!(!world.has(&world.namespace));
}

#[tokio::test]
async fn workloads_that_are_not_ready_degrade_the_store_until_they_are() {
    let world = World::with_a_ready_store().await;
    world.meddle(&world.namespace, |namespace| namespace.unready = true);
    assert_eq!(finding(&world.look().await, &world.namespace), Some(Finding::Unready));
    world.look().await;
    let degraded = world.store().await;
    assert_eq!(degraded.health, Health::Degraded);
    assert_eq!(degraded.health_reason.as_deref(), Some("the shop does not answer"));
    world.meddle(&world.namespace, |namespace| namespace.unready = false);
    let report = world.look().await;
    assert_eq!(entry(&report, &world.namespace).unwrap().outcome, Outcome::Done);
    let up = world.store().await;
    assert_eq!((up.health, up.health_reason), (Health::Up, None));
    assert_eq!((world.repairs().await, world.events("health_changed").await), (0, 2));
}

/// What two replicas that look at the same moment would both write, and what comes between a look and
/// its writing.
#[tokio::test]
async fn a_finding_about_a_store_that_has_changed_since_is_not_written() {
    let entropy = Entropy::seeded(7);
    for between in ["nothing", "another look", "an operation", "a deletion", "an outage that is over"] {
        let world = World::with_a_ready_store().await;
        world.lose_release();
        let mut tx = world.db.worker.begin().await.unwrap();
        let seen = reconcile::ready(&mut tx, world.store.cluster_id, None, 10).await.unwrap().remove(0);
        drop(tx);
        let verdict = judge(Some(&souk_provisioner::Inspection::default()), &seen.repairs);
        match between {
            "another look" => drop(world.look().await),
            "an operation" => {
                // One that leaves the version alone: only its being there can tell.
                let mut tx = world.db.worker.begin().await.unwrap();
                let (store, kind) = (&world.store, OperationKind::Repair);
                seed::enqueue(&mut tx, store, &world.owner, kind).await.unwrap();
                tx.commit().await.unwrap();
            }
            "a deletion" => drop(seed::delete(&world.db, &world.owner, world.store.id).await.unwrap()),
            "an outage that is over" => {
                world.look().await;
                world.run_jobs().await;
            }
            _ => {}
        }
        let before = world.store().await;
        let mut tx = world.db.worker.begin().await.unwrap();
        let applied = reconcile::apply(&mut tx, &seen.store, &verdict, &entropy, "test").await.unwrap();
        tx.commit().await.unwrap();
        let after = world.store().await;
        if between == "nothing" {
            assert!(matches!(applied, reconcile::Applied::Changed { repair: Some(_) }), "the way is open");
        } else {
            assert_eq!(applied, reconcile::Applied::Outdated, "{between}");
            assert_eq!((after.version, after.health), (before.version, before.health), "{between}");
        }
        assert_eq!(world.repairs().await, i64::from(between != "a deletion"), "{between}");
    }
}
