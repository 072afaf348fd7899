//! What is left of a transaction that nobody waited for.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use souk_db::{PoolSettings, WorkerPool};
use souk_test_support::{TestDatabase, until};

/// Shorter than the time after which the database itself ends a transaction that does nothing.
const LIMIT: Duration = Duration::from_secs(5);
/// So many that were not given up show that there is no later moment to do it in.
const ENOUGH: u32 = 20;
/// The connection is one and the same; what is open in it stays so for a while.
const LOOK_EVERY: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_is_given_up_while_it_begins_is_not_left_open() {
    let db = TestDatabase::create().await;
    let settings = PoolSettings { options: db.options_for("souk_worker"), max_connections: 1 };
    let pool = WorkerPool::connect(settings).await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND usename = 'souk_worker' AND state = 'idle in transaction'";
    let (mut given_up, mut begun) = (0, 0);
    // From one that has hardly been asked for, moment by moment, to one that is whole.
    for (turn, moments) in (0..).step_by(3).enumerate() {
        tokio::select! {
            biased;
            tx = pool.begin() => {
                drop(tx.unwrap());
                begun += 1;
            }
            () = pass(moments) => given_up += 1,
        }
        if turn % LOOK_EVERY > 0 {
            continue;
        }
        let none_is_open = async || (db.number(open).await == 0).then_some(());
        let none = until(LIMIT, Duration::from_millis(20), none_is_open).await;
        assert!(none.is_some(), "one that was given up after {moments} moments is open");
        if begun >= ENOUGH {
            break;
        }
    }
    assert!(given_up > 0, "nothing was tried");
}

/// Others have their turn so many times.
async fn pass(moments: u64) {
    for _ in 0..moments {
        tokio::task::yield_now().await;
    }
}
