//! The numbers of an account's events: in the order of commits, without gaps, so that who resumes misses nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use souk_db::Tx;
use souk_db::events::{self, NewEvent};
use souk_domain::event::EventKind;
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;
use souk_test_support::{TestDatabase, seed};

async fn append(tx: &mut Tx, store: StoreId, message: &str) {
    let event = NewEvent {
        store_id: store,
        operation_id: None,
        kind: EventKind::StateChanged,
        message,
        data: json!({}),
        correlation_id: None,
    };
    events::append(tx, event).await.unwrap();
}

/// What a reader sees that has seen everything up to `after`.
async fn read(db: &TestDatabase, who: &Principal, after: i64) -> Vec<(i64, String)> {
    let mut tx = db.api.tenant(who).await.unwrap();
    let events = events::after_in_account(&mut tx, who.account_id, after, 1_000).await.unwrap();
    events.into_iter().map(|(number, event)| (number, event.message)).collect()
}

async fn last(db: &TestDatabase, who: &Principal) -> i64 {
    let mut tx = db.api.tenant(who).await.unwrap();
    events::last_in_account(&mut tx, who.account_id).await.unwrap()
}

#[tokio::test]
async fn an_event_of_a_transaction_that_commits_later_has_the_later_number() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (one, _) = seed::store(&db, &owner, "one").await;
    let (other, _) = seed::store(&db, &owner, "other").await;
    let begun = last(&db, &owner).await;

    let mut slow = db.worker.begin().await.unwrap();
    append(&mut slow, one.id, "written first").await;
    let mut quick = db.worker.begin().await.unwrap();
    append(&mut quick, other.id, "committed first").await;
    let mut undone = db.worker.begin().await.unwrap();
    let (third, _) = seed::store(&db, &owner, "third").await;
    append(&mut undone, third.id, "never was").await;
    drop(undone);
    let begun_again = last(&db, &owner).await;
    quick.commit().await.unwrap();
    assert_eq!(read(&db, &owner, begun_again).await, [(begun_again + 1, "committed first".to_owned())]);
    slow.commit().await.unwrap();
    let after = read(&db, &owner, begun_again + 1).await;
    assert_eq!(after, [(begun_again + 2, "written first".to_owned())]);
    let all: Vec<i64> = read(&db, &owner, 0).await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(all, (1..=last(&db, &owner).await).collect::<Vec<_>>());
    assert!(begun < begun_again);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_that_resumes_again_and_again_sees_every_event_once_while_many_write() {
    const WRITERS: usize = 6;
    const EACH: usize = 25;
    let db = Arc::new(TestDatabase::create().await);
    let owner = seed::user(&db, "anna").await;
    let other = seed::user(&db, "bob").await;
    let (foreign, _) = seed::store(&db, &other, "foreign").await;
    let mut stores = Vec::new();
    for number in 0..WRITERS {
        stores.push(seed::store(&db, &owner, &format!("shop-{number}")).await.0.id);
    }
    let begun = last(&db, &owner).await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (db, done) = (Arc::clone(&db), Arc::clone(&done));
        async move {
            let (mut seen, mut after) = (Vec::new(), begun);
            loop {
                // Asked before the read: what is written by then is read by this one.
                let is_last = done.load(Ordering::SeqCst);
                let events = read(&db, &owner, after).await;
                after = events.last().map_or(after, |(number, _)| *number);
                seen.extend(events);
                if is_last {
                    return seen;
                }
            }
        }
    });
    let writers: Vec<_> = stores
        .into_iter()
        .enumerate()
        .map(|(writer, store)| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                for number in 0..EACH {
                    let mut tx = db.worker.begin().await.unwrap();
                    append(&mut tx, store, &format!("{writer}/{number}/a")).await;
                    append(&mut tx, store, &format!("{writer}/{number}/b")).await;
                    if number % 5 == 4 { drop(tx) } else { tx.commit().await.unwrap() }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let seen = reader.await.unwrap();
    let written = WRITERS * EACH * 4 / 5 * 2;
    assert_eq!(seen.len(), written);
    assert!(seen.iter().zip(begun + 1..).all(|((number, _), expected)| *number == expected), "{seen:?}");
    let messages: std::collections::BTreeSet<&String> = seen.iter().map(|(_, message)| message).collect();
    assert_eq!(messages.len(), written, "each one once");

    // Another account counts for itself, and sees its own.
    let foreigns = read(&db, &other, 0).await;
    assert_eq!(foreigns.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2], "{foreign:?}");
    let mut tx = db.api.tenant(&other).await.unwrap();
    assert!(events::after_in_account(&mut tx, owner.account_id, 0, 10).await.unwrap().is_empty());
}
