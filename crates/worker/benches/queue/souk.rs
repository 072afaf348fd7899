//! Souk's side: operations enqueued as `POST /stores` does it, claimed by a whole worker over the fake cluster.

use std::sync::Arc;
use std::time::{Duration, Instant};

use souk_db::listen::{Change, Changes};
use souk_db::permits::{self, Claim};
use souk_db::queue::QUEUE;
use souk_db::stores::{self, NewStore};
use souk_db::{Tx, installation};
use souk_domain::clock::{Clock, SystemClock};
use souk_domain::engine::Engine;
use souk_domain::entropy::Entropy;
use souk_domain::host::Slug;
use souk_domain::id::{OperationId, StoreId};
use souk_domain::operation::OperationKind;
use souk_domain::options::StoreOptions;
use souk_domain::principal::Principal;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::{TestDatabase, addresses, jobs, seed};
use souk_worker::{RunningWorker, WorkerSettings};
use sqlx::{AssertSqlSafe, Executor};

use crate::START_LIMIT;
use crate::claim::{Claimer, fill_jobs};

/// Finished operations are spread over so many stores that are gone.
const PAST_STORES: u64 = 2_000;

pub struct Souk {
    db: TestDatabase,
    owner: Principal,
    entropy: Entropy,
    stores: u64,
    claimer: Option<Claimer>,
    at_work: Option<(RunningWorker, Changes)>,
}

impl Souk {
    pub async fn new(done: u64) -> Self {
        let db = TestDatabase::create().await;
        let owner = seed::user(&db, "bench").await;
        let mut superuser = db.superuser().await;
        if done > 0 {
            for statement in past(done, &owner) {
                superuser.execute(AssertSqlSafe(statement)).await.expect("a past");
            }
        }
        fill_jobs(&mut superuser, QUEUE, done).await;
        let entropy = Entropy::from_system().expect("entropy");
        Self { db, owner, entropy, stores: 0, claimer: None, at_work: None }
    }

    /// The claim of the job, and then that of the operation: permit, lease, fairness, under their lock.
    pub async fn claim(&mut self) -> Vec<(&'static str, Duration)> {
        assert!(self.at_work.is_none(), "claims come before starts: a worker would take the job");
        let (tx, operation) = self.enqueue().await;
        tx.commit().await.expect("commit");
        let url = self.db.url("souk_worker");
        if self.claimer.is_none() {
            self.claimer = Some(Claimer::new(&url, QUEUE).await);
        }
        let job = self.claimer.as_mut().expect("a claimer").claim().await;

        let settings = WorkerSettings::default();
        let claim = Claim { worker: "claimer", lease: settings.lease, limits: settings.limits };
        let asked = Instant::now();
        let mut tx = self.db.worker.begin().await.expect("begin");
        let lease = permits::claim(&mut tx, operation, claim).await.expect("claim");
        tx.commit().await.expect("commit");
        let permit = asked.elapsed();
        assert!(lease.is_some(), "nobody else works here");
        self.db
            .execute(
                "UPDATE operations SET state = 'succeeded', has_permit = false, lease_expires_at = NULL, finished_at = now()
                 WHERE state = 'running'",
            )
            .await;
        vec![("claim", job), ("permit", permit), ("claim and permit", job + permit)]
    }

    /// From sending COMMIT to the notification that the operation runs, then on to its end.
    pub async fn start(&mut self) -> Vec<(&'static str, Duration)> {
        if self.at_work.is_none() {
            let parts = jobs::parts(&self.db, Arc::new(FakeCluster::new()), WorkerSettings::default());
            let worker = RunningWorker::start(parts).await.expect("a worker");
            self.at_work = Some((worker, self.db.worker.changes().await.expect("listen")));
        }
        let (_, changes) = self.at_work.as_ref().expect("a worker");
        let mut changes = changes.subscribe();
        let (tx, operation) = self.enqueue().await;
        let sent = Instant::now();
        tx.commit().await.expect("commit");
        let mut heard = async || loop {
            match tokio::time::timeout(START_LIMIT, changes.recv())
                .await
                .expect("it starts")
                .expect("changes")
            {
                Change::Operation(id) if id == operation => return sent.elapsed(),
                _ => {}
            }
        };
        let started = heard().await;
        let finished = heard().await;
        vec![("start", started), ("start to end, simulated", finished)]
    }

    pub async fn end(self) {
        if let Some((worker, _)) = self.at_work {
            worker.stop().await;
        }
    }

    /// Everything that a request writes, but for its COMMIT.
    async fn enqueue(&mut self) -> (Tx, OperationId) {
        self.stores += 1;
        let name: souk_domain::name::StoreName = format!("bench-{}", self.stores).parse().expect("a name");
        let slug = Slug::generate(&name, &self.entropy);
        let mut tx = self.db.api.tenant(&self.owner).await.expect("begin");
        let new = NewStore {
            id: StoreId::generate(SystemClock.now(), &self.entropy),
            account_id: self.owner.account_id,
            cluster_id: installation::default_cluster(&mut tx).await.expect("a cluster"),
            created_by: self.owner.user_id,
            title: name.as_str().parse().expect("a title"),
            name,
            engine: Engine::Medusa,
            host: addresses::local().host(&slug),
            slug,
            admin_email: "owner@example.com".parse().expect("an e-mail address"),
            options: StoreOptions::defaults(Engine::Medusa),
        };
        permits::lock(&mut tx).await.expect("lock");
        stores::insert(&mut tx, &new, "bench").await.expect("a store");
        let store = stores::get(&mut tx, new.id).await.expect("the store");
        let operation = seed::enqueue(&mut tx, &store, &self.owner, OperationKind::Provision)
            .await
            .expect("an operation");
        (tx, operation)
    }
}

/// Stores that are gone and their finished operations, written past triggers.
fn past(done: u64, owner: &Principal) -> [String; 4] {
    let (account, user) = (owner.account_id.as_uuid(), owner.user_id.as_uuid());
    [
        "SET session_replication_role = replica".to_owned(),
        format!(
            "INSERT INTO stores (id, account_id, cluster_id, created_by, name, title, engine, slug, admin_email,
                                 catalogue, currency, country, state, deleted_at)
             SELECT gen_random_uuid(), '{account}', clusters.id, '{user}', 'gone-' || i, 'Gone', 'medusa', 'gone-' || i,
                    'owner@example.com', 'fashion', 'EUR', 'DE', 'deleted', now()
             FROM generate_series(0, {PAST_STORES} - 1) i, clusters"
        ),
        format!(
            "INSERT INTO operations (id, account_id, store_id, kind, attempt, state, requested_by, correlation_id,
                                     lease_owner, lease_epoch, wakes, queued_at, started_at, finished_at)
             SELECT gen_random_uuid(), '{account}', stores.id, 'provision', 1, 'succeeded', '{user}', 'past',
                    'worker-of-the-past', 1, 1, at, at, at
             FROM (SELECT i, now() - interval '1 day' * i / {done} AS at FROM generate_series(1, {done}) i) past
             JOIN stores ON stores.slug = 'gone-' || past.i % {PAST_STORES}"
        ),
        "SET session_replication_role = origin".to_owned(),
    ]
}
