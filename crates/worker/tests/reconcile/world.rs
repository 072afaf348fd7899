//! A store that is ready, in a cluster that tests can meddle with.

use std::sync::Arc;

use souk_db::stores::Store;
use souk_domain::id::{InstallationId, StoreId};
use souk_domain::principal::Principal;
use souk_domain::reconcile::Finding;
use souk_domain::state::StoreState;
use souk_provisioner::fake::{FakeCluster, FakeNamespace};
use souk_test_support::jobs::{run_jobs, worker};
use souk_test_support::{TestDatabase, seed, wait_for};
use souk_worker::{Entry, Mode, Report, WorkerContext};

pub struct World {
    pub db: TestDatabase,
    pub cluster: Arc<FakeCluster>,
    pub worker: WorkerContext,
    pub owner: Principal,
    pub store: Store,
    /// The store's own, of its first attempt.
    pub namespace: String,
}

impl World {
    pub async fn with_a_ready_store() -> Self {
        let db = TestDatabase::create().await;
        let cluster = Arc::new(FakeCluster::new());
        let worker = worker(&db, cluster.clone()).await;
        let owner = seed::user(&db, "anna").await;
        let (store, _) = seed::store(&db, &owner, "shop").await;
        run_jobs(&db, &worker).await;
        let store = seed::get(&db, store.id).await;
        assert_eq!(store.state, StoreState::Ready);
        let namespace = store.slug.namespace(1);
        Self { db, cluster, worker, owner, store, namespace }
    }

    /// A second store of the same owner, ready, too.
    pub async fn another(&self, name: &str) -> Store {
        let (store, _) = seed::store(&self.db, &self.owner, name).await;
        self.run_jobs().await;
        // Where a worker runs by itself, it may have been quicker.
        wait_for("the store to be ready", async || {
            let store = seed::get(&self.db, store.id).await;
            (store.state == StoreState::Ready).then_some(store)
        })
        .await
    }

    pub async fn look(&self) -> Report {
        let report = self.worker.reconcile(Mode::Apply).await.unwrap();
        assert_eq!(report.skipped, None);
        report
    }

    pub async fn run_jobs(&self) {
        run_jobs(&self.db, &self.worker).await;
    }

    pub async fn store(&self) -> Store {
        seed::get(&self.db, self.store.id).await
    }

    /// Somebody changes what is in a namespace.
    pub fn meddle(&self, namespace: &str, change: impl FnOnce(&mut FakeNamespace)) {
        self.cluster.meddle(|all| change(all.get_mut(namespace).unwrap()));
    }

    /// The release goes, with what it made; volumes stay.
    pub fn lose_release(&self) {
        self.meddle(&self.namespace, |namespace| namespace.releases = 0);
    }

    pub fn lose_volume(&self) {
        self.meddle(&self.namespace, |namespace| namespace.volume = false);
    }

    pub fn has(&self, namespace: &str) -> bool {
        self.cluster.namespaces().contains_key(namespace)
    }

    /// A namespace that no step of this worker made.
    pub fn plant(&self, name: &str, installation: InstallationId, store: StoreId) {
        self.cluster.meddle(|all| {
            let planted =
                FakeNamespace { uid: 1_000_000 + all.len() as u64, installation, store, ..self.own(all) };
            all.insert(name.to_owned(), planted);
        });
    }

    fn own(&self, all: &std::collections::BTreeMap<String, FakeNamespace>) -> FakeNamespace {
        let any = all.values().next().cloned();
        any.unwrap_or(FakeNamespace {
            uid: 0,
            installation: self.installation(),
            store: self.store.id,
            secrets: true,
            releases: 1,
            set_up: true,
            opened_with: None,
            volume: true,
            unready: false,
        })
    }

    pub fn installation(&self) -> InstallationId {
        self.worker.installation()
    }

    pub async fn repairs(&self) -> i64 {
        self.db.number("SELECT count(*) FROM operations WHERE kind = 'repair'").await
    }

    pub async fn events(&self, kind: &str) -> i64 {
        self.db.number(&format!("SELECT count(*) FROM events WHERE kind = '{kind}'")).await
    }

    /// As if the operations had ended so much longer ago.
    pub async fn turn_back(&self, minutes: u32) {
        self.db
            .execute(&format!(
                "UPDATE operations SET finished_at = finished_at - interval '{minutes} minutes'"
            ))
            .await;
    }
}

/// What a report says of a namespace.
pub fn entry<'a>(report: &'a Report, namespace: &str) -> Option<&'a Entry> {
    report.entries.iter().find(|entry| entry.namespace == namespace)
}

pub fn finding(report: &Report, namespace: &str) -> Option<Finding> {
    entry(report, namespace).map(|entry| entry.finding)
}
