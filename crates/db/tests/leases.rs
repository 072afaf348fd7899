//! Leases, permits and jobs, each rule on a real Postgres.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use souk_db::leases::{self, Beat, Ending, Lease};
use souk_db::permits::{self, Claim};
use souk_db::{DbError, installation, queue, reaper, steps};
use souk_domain::dispatch::PermitLimits;
use souk_domain::id::OperationId;
use souk_domain::operation::{OperationKind, OperationState, Step};
use souk_domain::state::StoreState;
use souk_test_support::jobs::end_leases;
use souk_test_support::{TestDatabase, seed, wait_for};

const LEASE: Duration = Duration::from_secs(15);

async fn claim(db: &TestDatabase, operation: OperationId, worker: &str) -> Option<Lease> {
    let mut tx = db.worker.begin().await.unwrap();
    let claim = Claim { worker, lease: LEASE, limits: PermitLimits::default() };
    let lease = permits::claim(&mut tx, operation, claim).await.unwrap();
    tx.commit().await.unwrap();
    lease
}

async fn give_back(db: &TestDatabase, lease: &Lease, pause: Duration) {
    let mut tx = db.worker.begin().await.unwrap();
    leases::give_back(&mut tx, lease, pause, None, PermitLimits::default()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn finish(db: &TestDatabase, lease: &Lease) -> Result<(), DbError> {
    let mut tx = db.worker.begin().await?;
    leases::finish(&mut tx, lease, Ending::Succeeded, PermitLimits::default()).await?;
    tx.commit().await
}

#[tokio::test]
async fn of_two_workers_that_race_for_one_operation_one_gets_it() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let (one, two) = tokio::join!(claim(&db, operation, "one"), claim(&db, operation, "two"));
    assert_eq!(usize::from(one.is_some()) + usize::from(two.is_some()), 1);
}

#[tokio::test]
async fn a_stale_epoch_writes_nothing() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    let old = claim(&db, operation, "old").await.unwrap();
    end_leases(&db).await;
    let new = claim(&db, operation, "new").await.unwrap();
    assert_eq!(new.epoch, old.epoch + 1);
    let before = db.number("SELECT count(*) FROM events").await;

    let mut tx = db.worker.begin().await.unwrap();
    let write = steps::start(&mut tx, &old, Step::Namespace).await;
    assert!(matches!(write, Err(DbError::LeaseLost)), "{write:?}");
    drop(tx);
    let mut tx = db.worker.begin().await.unwrap();
    assert!(matches!(leases::heartbeat(&mut tx, &old, LEASE).await, Err(DbError::LeaseLost)));
    drop(tx);
    assert!(matches!(finish(&db, &old).await, Err(DbError::LeaseLost)));

    assert_eq!(db.number("SELECT count(*) FROM events").await, before);
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Running);
    assert_eq!(seed::get(&db, store.id).await.version, store.version);
    // The control: the new holder may.
    finish(&db, &new).await.unwrap();
}

#[tokio::test]
async fn a_lease_that_has_ended_writes_nothing_even_if_nobody_took_it_over() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let lease = claim(&db, operation, "one").await.unwrap();
    end_leases(&db).await;
    assert!(matches!(finish(&db, &lease).await, Err(DbError::LeaseLost)));
}

#[tokio::test]
async fn a_lease_that_was_given_back_writes_nothing_and_is_no_riddle() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let lease = claim(&db, operation, "one").await.unwrap();
    give_back(&db, &lease, Duration::ZERO).await;
    assert!(matches!(finish(&db, &lease).await, Err(DbError::LeaseLost)));
    assert_eq!(beat(&db, &lease).await.unwrap(), Beat::LetGo);
    let next = claim(&db, operation, "two").await.unwrap();
    assert!(matches!(beat(&db, &lease).await, Err(DbError::LeaseLost)), "now it is another's");
    assert_eq!(beat(&db, &next).await.unwrap(), Beat::Extended);
    finish(&db, &next).await.unwrap();
    assert_eq!(beat(&db, &next).await.unwrap(), Beat::LetGo, "its work is done");
}

async fn beat(db: &TestDatabase, lease: &Lease) -> Result<Beat, DbError> {
    let mut tx = db.worker.begin().await.unwrap();
    let beat = leases::heartbeat(&mut tx, lease, LEASE).await?;
    tx.commit().await.unwrap();
    Ok(beat)
}

#[tokio::test]
async fn who_has_waited_longest_goes_first_and_a_pause_is_no_waiting() {
    let db = TestDatabase::create().await;
    let (anna, bob) = (seed::user(&db, "anna").await, seed::user(&db, "bob").await);
    let (_, older) = seed::store(&db, &anna, "older").await;
    let lease = claim(&db, older, "w").await.unwrap();
    let (_, younger) = seed::store(&db, &bob, "younger").await;
    // The older one looks at its finalizer, and comes back after the younger one has begun to wait.
    give_back(&db, &lease, Duration::from_millis(1)).await;
    let alone = PermitLimits { total: 1, per_account: 1 };
    let take = async |operation| {
        let mut tx = db.worker.begin().await.unwrap();
        let claim = Claim { worker: "w", lease: LEASE, limits: alone };
        let lease = permits::claim(&mut tx, operation, claim).await.unwrap();
        tx.commit().await.unwrap();
        lease
    };
    assert!(take(older).await.is_none(), "it goes behind who waited meanwhile");
    let lease = take(younger).await.expect("the one that has waited longest");
    // One that is handed back without a pause keeps its place.
    let (_, youngest) = seed::store(&db, &bob, "youngest").await;
    give_back(&db, &lease, Duration::ZERO).await;
    assert!(take(youngest).await.is_none());
    assert!(take(older).await.is_none());
    finish(&db, &take(younger).await.expect("its place was kept")).await.unwrap();
    finish(&db, &take(older).await.expect("the next")).await.unwrap();
    assert!(take(youngest).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_meets_a_delete_in_the_middle_gets_nothing() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    let mut tx = db.api.tenant(&owner).await.unwrap();
    let mut store = souk_db::stores::lock(&mut tx, store.id).await.unwrap();
    souk_db::operations::cancel_unfinished(&mut tx, store.id).await.unwrap();
    let change = souk_db::stores::Change { operation_id: None, correlation_id: None, failure: None };
    souk_db::stores::apply(&mut tx, &mut store, souk_domain::state::Event::Delete, change).await.unwrap();
    let delete = seed::enqueue(&mut tx, &store, &owner, OperationKind::Delete).await.unwrap();
    // The claim has looked already, and waits for the row that the delete has changed.
    let (claimed, ()) = tokio::join!(claim(&db, operation, "w"), async {
        db.a_worker_waits().await;
        tx.commit().await.unwrap();
    });
    assert!(claimed.is_none());
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Cancelled);
    assert!(claim(&db, delete, "w").await.is_some());
}

#[tokio::test]
async fn a_claim_that_meets_a_late_heartbeat_in_the_middle_gets_nothing() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let mut tx = db.worker.begin().await.unwrap();
    let short = Claim { worker: "late", lease: Duration::from_secs(1), limits: PermitLimits::default() };
    let lease = permits::claim(&mut tx, operation, short).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut late = db.worker.begin().await.unwrap();
    leases::heartbeat(&mut late, &lease, LEASE).await.unwrap();
    let ended = "SELECT count(*) FROM operations WHERE lease_expires_at <= now()";
    wait_for("the lease to end", async || (db.number(ended).await == 1).then_some(())).await;
    // The claim has looked already, and waits for the row that the heartbeat has changed.
    let (claimed, ()) = tokio::join!(claim(&db, operation, "other"), async {
        db.a_worker_waits().await;
        late.commit().await.unwrap();
    });
    assert!(claimed.is_none());
    finish(&db, &lease).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_stops_in_the_middle_of_a_transaction_loses_its_locks() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    let mut stopped = db.worker.begin().await.unwrap();
    permits::lock(&mut stopped).await.unwrap();
    // A claim waits for that lock, and gets it well before a lease would end.
    let claimed = tokio::time::timeout(LEASE, claim(&db, operation, "alive")).await;
    assert!(claimed.expect("the lock was never given up").is_some());
    assert!(stopped.commit().await.is_err(), "the stopped one has lost its transaction");
}

#[tokio::test]
async fn eight_workers_never_exceed_the_permits_and_no_permit_stays_idle() {
    let db = std::sync::Arc::new(TestDatabase::create().await);
    let mut operations = Vec::new();
    for name in ["anna", "bob", "carl", "dora"] {
        let owner = seed::user(&db, name).await;
        for shop in ["one", "two", "three"] {
            operations.push(seed::store(&db, &owner, shop).await.1);
        }
    }
    let workers = (0..8).map(|index| {
        let (db, operations) = (db.clone(), operations.clone());
        tokio::spawn(async move {
            let mut highest = 0;
            loop {
                let mut claimed = None;
                for operation in &operations {
                    claimed = claim(&db, *operation, &format!("worker {index}")).await;
                    if claimed.is_some() {
                        break;
                    }
                }
                let Some(lease) = claimed else {
                    let open = "SELECT count(*) FROM operations WHERE state IN ('queued', 'running')";
                    if db.number(open).await == 0 {
                        return highest;
                    }
                    continue;
                };
                highest = highest.max(db.number("SELECT count(*) FROM operations WHERE has_permit").await);
                finish(&db, &lease).await.unwrap();
            }
        })
    });
    let mut highest = 0;
    for worker in workers.collect::<Vec<_>>() {
        highest = highest.max(worker.await.unwrap());
    }
    assert!(highest <= 3, "{highest} permits were taken at once");
    assert!(highest >= 2, "the workers never worked at the same time, so the test shows nothing");
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE state = 'succeeded'").await, 12);
}

#[tokio::test]
async fn one_account_leaves_a_permit_for_others_and_the_oldest_goes_first() {
    let db = TestDatabase::create().await;
    let (anna, bob) = (seed::user(&db, "anna").await, seed::user(&db, "bob").await);
    let mut of_anna = Vec::new();
    for shop in ["one", "two", "three"] {
        of_anna.push(seed::store(&db, &anna, shop).await.1);
    }
    let of_bob = seed::store(&db, &bob, "four").await.1;
    assert!(claim(&db, of_anna[0], "w").await.is_some());
    assert!(claim(&db, of_anna[1], "w").await.is_some());
    assert!(claim(&db, of_anna[2], "w").await.is_none(), "a third one of the same account");
    let lease = claim(&db, of_bob, "w").await.unwrap();
    finish(&db, &lease).await.unwrap();
    assert!(claim(&db, of_anna[2], "w").await.is_none(), "still two of the account at work");
}

#[tokio::test]
async fn a_job_whose_transaction_rolled_back_does_not_exist() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    let jobs = "SELECT count(*) FROM apalis.jobs";
    assert_eq!(db.number(jobs).await, 1, "the control: a committed one does");
    let mut tx = db.api.tenant(&owner).await.unwrap();
    queue::wake(&mut tx, operation).await.unwrap();
    drop(tx);
    assert_eq!(db.number(jobs).await, 1);
    assert_eq!(seed::get(&db, store.id).await.state, StoreState::Requested);
}

#[tokio::test]
async fn a_dead_workers_permit_is_free_again_and_the_reaper_wakes_its_operation() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (_, operation) = seed::store(&db, &owner, "shop").await;
    claim(&db, operation, "dead").await.unwrap();
    db.execute("UPDATE apalis.jobs SET status = 'Done', done_at = now()").await;
    end_leases(&db).await;

    let mut tx = db.worker.begin().await.unwrap();
    assert_eq!(permits::load(&mut tx).await.unwrap().active, 0);
    let reaped = reaper::look(&mut tx, PermitLimits::default()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(reaped.woken, 1);
    assert_eq!(db.number("SELECT count(*) FROM apalis.jobs WHERE status = 'Pending'").await, 1);
    let lease = claim(&db, operation, "alive").await.unwrap();
    assert_eq!(lease.lost, 1, "the lost claim was counted");
}

#[tokio::test]
async fn the_reaper_does_not_ring_twice_for_a_job_that_is_on_its_way() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    seed::store(&db, &owner, "shop").await;
    for _ in 0..3 {
        let mut tx = db.worker.begin().await.unwrap();
        reaper::look(&mut tx, PermitLimits::default()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(db.number("SELECT count(*) FROM apalis.jobs").await, 1);
}

#[tokio::test]
async fn two_parallel_deletes_of_one_store_make_one_operation() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    let (one, two) = tokio::join!(seed::delete(&db, &owner, store.id), seed::delete(&db, &owner, store.id));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    won.unwrap();
    assert!(matches!(lost, Err(DbError::Conflict { current: StoreState::Deleting })), "{lost:?}");
    assert_eq!(db.number("SELECT count(*) FROM operations WHERE kind = 'delete'").await, 1);
}

#[tokio::test]
async fn a_cancelled_operation_that_nobody_holds_is_over_at_once_and_a_held_one_waits_for_its_holder() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (idle, queued) = seed::store(&db, &owner, "idle").await;
    seed::delete(&db, &owner, idle.id).await.unwrap();
    assert_eq!(seed::operation(&db, queued).await.state, OperationState::Cancelled);

    // Of another account, so that both may run at once.
    let owner = seed::user(&db, "bob").await;
    let (busy, running) = seed::store(&db, &owner, "busy").await;
    let lease = claim(&db, running, "w").await.unwrap();
    let delete = seed::delete(&db, &owner, busy.id).await.unwrap();
    assert_eq!(seed::operation(&db, running).await.state, OperationState::Cancelling);
    let drain = claim(&db, delete, "w").await.unwrap();
    let drained = async || {
        let mut tx = db.worker.begin().await.unwrap();
        let drained = leases::drained(&mut tx, &drain).await.unwrap();
        tx.commit().await.unwrap();
        drained
    };
    assert!(!drained().await, "its holder is alive");
    let mut tx = db.worker.begin().await.unwrap();
    assert!(matches!(steps::start(&mut tx, &lease, Step::Namespace).await, Err(DbError::Cancelled)));
    drop(tx);
    let mut tx = db.worker.begin().await.unwrap();
    leases::finish_cancelled(&mut tx, &lease, PermitLimits::default()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(drained().await);
    assert_eq!(seed::operation(&db, running).await.state, OperationState::Cancelled);
}

#[tokio::test]
async fn a_provisioning_that_waits_too_long_fails_with_the_reason_unless_the_cluster_is_away() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, operation) = seed::store(&db, &owner, "shop").await;
    db.execute("UPDATE operations SET queue_deadline = now() - interval '1 second'").await;
    db.execute("UPDATE clusters SET unavailable_since = now() - interval '5 minutes'").await;
    let look = async || {
        let mut tx = db.worker.begin().await.unwrap();
        let reaped = reaper::look(&mut tx, PermitLimits { total: 0, per_account: 0 }).await.unwrap();
        tx.commit().await.unwrap();
        reaped.timed_out
    };
    assert_eq!(look().await, 0, "the queue's clock stands still");
    db.execute("UPDATE clusters SET unavailable_since = NULL").await;
    assert_eq!(look().await, 1);
    let store = seed::get(&db, store.id).await;
    assert_eq!(store.state, StoreState::Failed);
    assert!(store.failure.unwrap().reason.contains("No permit became free"));
    assert_eq!(seed::operation(&db, operation).await.state, OperationState::Failed);
}

#[tokio::test]
async fn when_the_cluster_is_back_who_waits_is_rung_for_at_once() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    seed::store(&db, &owner, "shop").await;
    let mut tx = db.worker.begin().await.unwrap();
    let cluster = installation::default_cluster(&mut tx).await.unwrap();
    assert!(installation::open_breaker(&mut tx, cluster).await.unwrap());
    tx.commit().await.unwrap();
    // Its doorbell has just been rung, and nobody may answer it.
    let mut tx = db.worker.begin().await.unwrap();
    let limits = PermitLimits::default();
    assert_eq!(permits::wake_next(&mut tx, limits).await.unwrap(), 0, "the control: one is on its way");
    assert!(installation::close_breaker(&mut tx, cluster).await.unwrap().is_some());
    assert_eq!(permits::wake_next(&mut tx, limits).await.unwrap(), 1);
}

#[tokio::test]
async fn at_most_one_operation_of_a_store_is_at_work() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    let mut tx = db.api.tenant(&owner).await.unwrap();
    let second = seed::enqueue(&mut tx, &store, &owner, OperationKind::Provision).await;
    assert!(matches!(second, Err(DbError::OperationInProgress)), "{second:?}");
}

#[tokio::test]
async fn a_failed_store_frees_its_name() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    let taken =
        "SELECT count(*) FROM stores WHERE name = 'shop' AND state NOT IN ('failed', 'deleting', 'deleted')";
    assert_eq!(db.number(taken).await, 1);
    db.execute("UPDATE stores SET state = 'failed'").await;
    let (second, _) = seed::store(&db, &owner, "shop").await;
    assert_ne!(store.host, second.host);
}

#[tokio::test]
async fn secrets_decrypt_only_with_their_key_and_only_for_their_store() {
    use souk_db::secrets::{self, Keyring};
    use souk_domain::credentials::StoreSecrets;
    use souk_domain::engine::Engine;
    use souk_domain::entropy::Entropy;

    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let ((one, _), (two, _)) = (seed::store(&db, &owner, "one").await, seed::store(&db, &owner, "two").await);
    let (keyring, entropy) = (Keyring::new("a", [1; 32]), Entropy::from_system().unwrap());
    let made = StoreSecrets::generate(Engine::Medusa, one.admin_email.clone(), &entropy);
    let mut tx = db.worker.begin().await.unwrap();
    let key = (one.id, one.account_id, 1);
    secrets::keep_first(&mut tx, &keyring, &entropy, key, &made).await.unwrap();
    let other = StoreSecrets::generate(Engine::Medusa, one.admin_email.clone(), &entropy);
    secrets::keep_first(&mut tx, &keyring, &entropy, key, &other).await.unwrap();
    assert_eq!(
        secrets::get(&mut tx, &keyring, one.id, 1).await.unwrap(),
        Some(made.clone()),
        "the first stay"
    );
    tx.commit().await.unwrap();

    let rotated = Keyring::new("b", [2; 32]).with_old("a", [1; 32]);
    let mut tx = db.worker.begin().await.unwrap();
    assert_eq!(secrets::get(&mut tx, &rotated, one.id, 1).await.unwrap(), Some(made));
    for wrong in [Keyring::new("a", [9; 32]), Keyring::new("b", [1; 32])] {
        assert!(matches!(secrets::get(&mut tx, &wrong, one.id, 1).await, Err(DbError::Crypto)));
    }
    let copied = format!(
        "INSERT INTO store_secrets SELECT '{}', account_id, attempt, key_id, nonce, ciphertext FROM store_secrets",
        two.id.as_uuid()
    );
    db.execute(&copied).await;
    assert!(matches!(secrets::get(&mut tx, &keyring, two.id, 1).await, Err(DbError::Crypto)));
    let text =
        "SELECT count(*) FROM store_secrets WHERE position('owner@example.com'::bytea IN ciphertext) > 0";
    assert_eq!(db.number(text).await, 0);
}
