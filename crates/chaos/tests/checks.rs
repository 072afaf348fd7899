//! The simulator's own checks: what is right passes, and each violation that is planted is found.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use souk_chaos::ledger::{Accepted, Ledger};
use souk_chaos::{Finding, Kind, checks};
use souk_db::stores::Store;
use souk_domain::entropy::Entropy;
use souk_domain::id::OperationId;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::jobs::{run_jobs_to_rest, worker};
use souk_test_support::{TestDatabase, seed};

/// One store that sells and one that is deleted, all as it should be.
struct Scene {
    database: TestDatabase,
    cluster: Arc<FakeCluster>,
    ledger: Ledger,
    ready: Store,
    deleted: Store,
}

impl Scene {
    async fn set() -> Self {
        let (database, cluster) = (TestDatabase::create().await, Arc::new(FakeCluster::new()));
        let (worker, ledger) = (worker(&database, cluster.clone()).await, Ledger::default());
        let owner = seed::user(&database, "anna").await;
        let (ready, operation) = seed::store(&database, &owner, "sells").await;
        ledger.accept(Accepted { store: ready.id, operation });
        let (deleted, operation) = seed::store(&database, &owner, "goes").await;
        ledger.accept(Accepted { store: deleted.id, operation });
        run_jobs_to_rest(&database, &worker).await;
        let operation = seed::delete(&database, &owner, deleted.id).await.unwrap();
        ledger.accept(Accepted { store: deleted.id, operation });
        run_jobs_to_rest(&database, &worker).await;
        Self { database, cluster, ledger, ready, deleted }
    }

    async fn check(&self) -> Vec<Finding> {
        checks::all(&self.database, &self.cluster, &self.ledger).await.unwrap()
    }
}

#[tokio::test]
async fn what_is_as_it_should_be_passes_every_check() {
    assert_eq!(Scene::set().await.check().await, []);
}

#[tokio::test]
async fn a_namespace_that_belongs_to_no_living_store_is_found() {
    let scene = Scene::set().await;
    let (mut late, name) =
        (scene.cluster.namespaces().values().next().unwrap().clone(), scene.deleted.slug.namespace(1));
    late.store = scene.deleted.id;
    scene.cluster.meddle(|namespaces| {
        namespaces.insert(name, late.clone());
    });
    late.store = scene.ready.id;
    let old_attempt = scene.ready.slug.namespace(9);
    scene.cluster.meddle(|namespaces| {
        namespaces.insert(old_attempt, late);
    });
    let kinds: Vec<_> = scene.check().await.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::Leaked, Kind::Leaked]);
}

#[tokio::test]
async fn a_ready_store_without_its_shop_is_found() {
    let scene = Scene::set().await;
    scene.cluster.meddle(|namespaces| namespaces.values_mut().for_each(|namespace| namespace.releases = 0));
    assert_eq!(scene.check().await.first().unwrap().kind, Kind::Lost);
    scene.cluster.lose_namespace(&scene.ready.slug.namespace(1));
    assert_eq!(scene.check().await.first().unwrap().kind, Kind::Lost);
}

#[tokio::test]
async fn an_accepted_operation_that_is_not_there_or_has_not_ended_is_found() {
    let scene = Scene::set().await;
    let nowhere = OperationId::from_uuid(scene.ready.id.as_uuid());
    scene.ledger.accept(Accepted { store: scene.ready.id, operation: nowhere });
    let found = scene.check().await;
    assert!(found.iter().any(|finding| finding.kind == Kind::Lost), "{found:?}");
}

#[tokio::test]
async fn a_delete_that_became_two_is_found() {
    let scene = Scene::set().await;
    let id = |seed| OperationId::generate(scene.ready.created_at, &Entropy::seeded(seed));
    scene.ledger.split_delete(id(1), id(2));
    assert_eq!(scene.check().await.first().unwrap().kind, Kind::Duplicated);
}

#[tokio::test]
async fn each_violation_in_the_rows_is_found_and_called_what_it_is() {
    for (kind, statement) in PLANTED {
        let scene = Scene::set().await;
        assert!(scene.database.execute(statement).await > 0, "nothing was planted by {statement}");
        let found = scene.check().await;
        assert!(found.iter().any(|finding| finding.kind == *kind), "{statement}: {found:?}");
    }
}

const PLANTED: &[(Kind, &str)] = &[
    (Kind::Stuck, "UPDATE operations SET state = 'queued', finished_at = NULL WHERE kind = 'provision'"),
    (Kind::Stuck, "UPDATE operations SET state = 'cancelling' WHERE kind = 'delete'"),
    (Kind::Stuck, "UPDATE stores SET state = 'deleting' WHERE state = 'deleted'"),
    (Kind::Stuck, "UPDATE stores SET state = 'failed' WHERE state = 'ready'"),
    (Kind::Stuck, "UPDATE operations SET has_permit = true WHERE kind = 'delete'"),
    (Kind::Lost, "UPDATE operations SET state = 'failed' WHERE kind = 'delete'"),
    (Kind::Lost, "DELETE FROM events WHERE kind = 'operation_succeeded'"),
    (Kind::Lost, "DELETE FROM events WHERE seq = 3"),
    (Kind::Lost, "UPDATE stores SET state = 'failed' WHERE state = 'ready'"),
    (Kind::Lost, "UPDATE events SET data = '{\"from\": \"failed\", \"to\": \"ready\"}' WHERE data ->> 'to' = 'ready'"),
    (Kind::Lost, "DELETE FROM store_state_intervals WHERE ended_at IS NULL"),
    (Kind::Duplicated, "UPDATE store_state_intervals SET ended_at = now() + interval '1 hour' WHERE state = 'requested'"),
    (
        Kind::Duplicated,
        "INSERT INTO events (store_id, seq, account_id, operation_id, kind, message)
         SELECT store_id, (SELECT max(seq) + 1 FROM events f WHERE f.store_id = e.store_id), account_id, operation_id,
                'operation_cancelled', 'again' FROM events e WHERE kind = 'operation_succeeded'
         ORDER BY seq LIMIT 1",
    ),
    (
        Kind::Duplicated,
        "INSERT INTO events (store_id, seq, account_id, operation_id, kind, message, data)
         SELECT store_id, (SELECT max(seq) + 1 FROM events f WHERE f.store_id = e.store_id), account_id, operation_id,
                kind, message, data FROM events e WHERE kind = 'step_succeeded' ORDER BY seq LIMIT 1",
    ),
    (
        Kind::Duplicated,
        "UPDATE operation_steps SET position = 100 - position WHERE name IN ('release', 'setup')",
    ),
    (Kind::DeadLetter, "UPDATE operations SET dead_letter = true WHERE kind = 'delete'"),
];
