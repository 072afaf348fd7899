//! The audit log: nobody changes it, every row is sealed, and what was changed all the same is found.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::audit::seal::{self, Head};
use souk_db::audit::verify::{self, Fault, Verdict};
use souk_db::{Caller, Tx, audit};
use souk_test_support::{TestDatabase, seed, wait_for};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Notes a failed sign-in, in a transaction that is left open.
async fn note(db: &TestDatabase, number: usize) -> Tx {
    let mut tx = db.api.anonymous().await.unwrap();
    let caller = Caller {
        ip: Some("203.0.113.9".parse().unwrap()),
        user_agent: Some("curl".to_owned()),
        correlation_id: format!("request-{number}"),
    };
    audit::sign_in(&mut tx, AuditEvent::LoginFailed, None, &caller, json!({ "reason": "unknown_user" }))
        .await
        .unwrap();
    tx
}

async fn noted(db: &TestDatabase, count: usize) {
    for number in 0..count {
        note(db, number).await.commit().await.unwrap();
    }
}

/// One round of a sealer; how many rows it sealed.
async fn sealed(db: &TestDatabase) -> usize {
    let mut tx = db.worker.begin().await.unwrap();
    let round = seal::seal(&mut tx, 100).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    round.sealed
}

async fn verdict(db: &TestDatabase, head: Option<&Head>) -> Verdict {
    verify::verify(&mut db.worker.begin().await.unwrap(), head).await.unwrap()
}

/// As whoever owns the tables, whom no grant stops.
async fn as_owner(db: &TestDatabase, statement: &str) {
    let mut connection = db.superuser().await;
    connection.execute("SET ROLE souk_owner").await.unwrap();
    let done = connection.execute(AssertSqlSafe(statement.to_owned())).await;
    let done = done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    assert!(done.rows_affected() > 0, "{statement} changed nothing, so the test shows nothing");
}

#[tokio::test]
async fn nobody_but_the_owner_changes_or_removes_what_is_in_the_log() {
    let db = TestDatabase::create().await;
    noted(&db, 1).await;
    sealed(&db).await;
    for role in ["souk_api", "souk_worker"] {
        let mut connection = PgConnection::connect_with(&db.options_for(role)).await.unwrap();
        for statement in [
            "UPDATE audit_log SET event_type = 'x'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "UPDATE audit_seals SET audit_id = 7",
            "DELETE FROM audit_seals",
            "TRUNCATE audit_seals",
            "INSERT INTO audit_unsealed VALUES (7)",
            "UPDATE audit_unsealed SET audit_id = 7",
            "ALTER TABLE audit_log DISABLE TRIGGER audit_log_awaits_seal",
            "SET session_replication_role = replica",
        ] {
            let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
            let code = error.as_database_error().and_then(|e| e.code().map(|c| c.to_string()));
            assert_eq!(code.as_deref(), Some("42501"), "{role}: {statement}: {error}");
        }
    }
    // The control: the worker may add seals, and that is how the one row got its own.
    assert_eq!(db.number("SELECT count(*) FROM audit_seals").await, 1);
}

#[tokio::test]
async fn what_is_sealed_is_every_column_of_the_log() {
    let db = TestDatabase::create().await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'audit_log' ORDER BY ordinal_position",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    // A new column has to be hashed (under a new prefix) before it is added here.
    let sealed = [
        "id",
        "at",
        "event_type",
        "actor_user_id",
        "account_id",
        "store_id",
        "ip",
        "user_agent",
        "correlation_id",
        "details",
    ];
    assert_eq!(columns, sealed);
}

#[tokio::test]
async fn a_row_that_is_committed_late_or_never_breaks_nothing_and_is_not_forgotten() {
    let db = TestDatabase::create().await;
    let late = note(&db, 1).await;
    let given_up = note(&db, 2).await;
    noted(&db, 3).await;
    assert_eq!(sealed(&db).await, 3, "those with larger numbers are sealed");
    drop(given_up);
    late.commit().await.unwrap();
    assert_eq!(sealed(&db).await, 1, "the one with the smaller number comes after");
    assert_eq!(sealed(&db).await, 0);
    let verdict = verdict(&db, None).await;
    assert!(verdict.is_sound() && verdict.tail.is_none(), "{verdict:?}");
    assert_eq!(verdict.seals, 4);
    let order =
        "SELECT count(*) FROM audit_seals a JOIN audit_seals b ON b.seq > a.seq AND b.audit_id < a.audit_id";
    assert_eq!(db.number(order).await, 3, "the test has shown what it is about");
}

#[tokio::test]
async fn one_sealer_at_a_time_seals_and_the_others_go_away() {
    let db = TestDatabase::create().await;
    noted(&db, 2).await;
    let mut first = db.worker.begin().await.unwrap();
    assert_eq!(seal::seal(&mut first, 1).await.unwrap().unwrap().sealed, 1);
    let mut second = db.worker.begin().await.unwrap();
    assert_eq!(seal::seal(&mut second, 1).await.unwrap(), None, "the first has not ended");
    first.commit().await.unwrap();
    assert_eq!(seal::seal(&mut second, 1).await.unwrap().unwrap().sealed, 1);
    second.commit().await.unwrap();
    assert!(verdict(&db, None).await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_and_many_sealers_make_one_chain_without_a_gap() {
    const ROWS: i64 = 120;
    let db = TestDatabase::create().await;
    let writers = futures::future::join_all((0..6).map(|_| noted(&db, 20)));
    let done = async {
        wait_for("all rows to be sealed", async || {
            let mut tx = db.worker.begin().await.unwrap();
            if seal::seal(&mut tx, 7).await.unwrap().is_some() {
                tx.commit().await.unwrap();
            }
            (db.number("SELECT count(*) FROM audit_seals").await == ROWS).then_some(())
        })
        .await;
    };
    let sealer = || async {
        for _ in 0..100 {
            let mut tx = db.worker.begin().await.unwrap();
            if seal::seal(&mut tx, 7).await.unwrap().is_some() {
                tx.commit().await.unwrap();
            }
        }
    };
    tokio::join!(writers, done, sealer(), sealer());
    let verdict = verdict(&db, None).await;
    assert!(verdict.is_sound() && verdict.tail.is_none(), "{verdict:?}");
    assert_eq!((verdict.seals, verdict.head.unwrap().seq), (ROWS, ROWS));
}

/// Five sealed rows, of a user and their store as well.
async fn log() -> TestDatabase {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    let (store, _) = seed::store(&db, &owner, "shop").await;
    let mut tx = db.api.tenant(&owner).await.unwrap();
    let caller = Caller { ip: Some("2001:db8::1".parse().unwrap()), ..Caller::default() };
    audit::store(&mut tx, AuditEvent::StoreCreated, &owner, store.id, &caller, json!({ "n": 1 }))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    noted(&db, 3).await;
    assert_eq!(sealed(&db).await, 5);
    db
}

#[tokio::test]
async fn a_change_of_any_column_of_any_row_is_found_and_named() {
    for change in [
        "at = at + interval '1 microsecond'",
        "event_type = 'login_success'",
        "actor_user_id = NULL",
        "account_id = NULL",
        "store_id = NULL",
        "ip = '2001:db8::2'",
        "user_agent = ''",
        "correlation_id = 'x'",
        "details = '{\"n\": 1.0}'",
    ] {
        let db = log().await;
        as_owner(&db, &format!("UPDATE audit_log SET {change} WHERE id = 2")).await;
        let verdict = verdict(&db, None).await;
        assert_eq!(verdict.faults, [Fault::RowChanged { id: 2, seal: 2 }], "{change}");
    }
}

#[tokio::test]
async fn every_other_kind_of_tampering_is_found_and_named() {
    let gone = Fault::RowMissing { id: 3, seal: 3 };
    for (tampering, expected) in [
        ("DELETE FROM audit_log WHERE id = 3", vec![gone.clone()]),
        ("DELETE FROM audit_log WHERE id = 5", vec![Fault::RowMissing { id: 5, seal: 5 }]),
        // A row and its seal: the gap stays.
        (
            "WITH row AS (DELETE FROM audit_log WHERE id = 3 RETURNING id) DELETE FROM audit_seals WHERE audit_id = 3",
            vec![Fault::SealsMissing { first: 3, last: 3 }],
        ),
        (
            "WITH row AS (DELETE FROM audit_log WHERE id IN (1, 2) RETURNING id) DELETE FROM audit_seals WHERE seq < 3",
            vec![Fault::SealsMissing { first: 1, last: 2 }],
        ),
        // The gap is closed by hand: what came after does not follow any more.
        (
            "DELETE FROM audit_log WHERE id = 4; DELETE FROM audit_seals WHERE seq = 4;
             UPDATE audit_seals SET seq = 4 WHERE seq = 5",
            vec![Fault::SealBroken { seal: 4, row: 5 }],
        ),
        (
            "UPDATE audit_seals SET sealed_at = sealed_at - interval '1 day' WHERE seq = 2",
            vec![Fault::SealBroken { seal: 2, row: 2 }],
        ),
        (
            "UPDATE audit_seals SET row_hash = sha256('x') WHERE seq = 2",
            vec![Fault::SealBroken { seal: 2, row: 2 }, Fault::RowChanged { id: 2, seal: 2 }],
        ),
        // Its own hash: the next one does not follow, either.
        (
            "UPDATE audit_seals SET hash = sha256('x') WHERE seq = 2",
            vec![Fault::SealBroken { seal: 2, row: 2 }, Fault::SealBroken { seal: 3, row: 3 }],
        ),
    ] {
        let db = log().await;
        assert!(verdict(&db, None).await.is_sound());
        as_owner(&db, tampering).await;
        let faults = verdict(&db, None).await.faults;
        let faults: Vec<_> = faults.into_iter().filter(|f| !matches!(f, Fault::NeverSealed { .. })).collect();
        assert_eq!(faults, expected, "{tampering}");
    }
}

#[tokio::test]
async fn what_was_put_there_or_taken_away_past_the_sealer_is_found() {
    let db = log().await;
    // Put there with the trigger off: the sealer never hears of it.
    as_owner(
        &db,
        "INSERT INTO audit_log (event_type, at) VALUES ('login_success', now() - interval '1 hour')",
    )
    .await;
    as_owner(&db, "DELETE FROM audit_unsealed").await;
    sealed(&db).await;
    let faults = verdict(&db, None).await.faults;
    assert!(matches!(faults[..], [Fault::NeverSealed { id: 6, .. }]), "{faults:?}");

    let db = log().await;
    // Removed in the second before its seal.
    noted(&db, 1).await;
    as_owner(&db, "DELETE FROM audit_log WHERE id = 6").await;
    sealed(&db).await;
    assert_eq!(verdict(&db, None).await.faults, [Fault::RowVanished { id: 6 }]);
}

#[tokio::test]
async fn rows_without_a_seal_are_the_tail_while_they_are_young_and_a_fault_when_nobody_seals() {
    let db = log().await;
    noted(&db, 2).await;
    let young = verdict(&db, None).await;
    assert_eq!((young.is_sound(), young.tail.unwrap().rows), (true, 2));
    let limit = Duration::from_secs(u64::from(verify::UNSEALED_LIMIT_S) + 1);
    as_owner(&db, &format!("UPDATE audit_log SET at = at - interval '{} s' WHERE id > 5", limit.as_secs()))
        .await;
    let old = verdict(&db, None).await;
    assert!(
        matches!(old.faults[..], [Fault::NeverSealed { id: 6, .. }, Fault::NeverSealed { id: 7, .. }]),
        "{old:?}"
    );
    assert_eq!(old.tail, None);
}

#[tokio::test]
async fn a_log_that_was_cut_off_or_sealed_anew_does_not_hold_the_head_that_was_noted() {
    let db = log().await;
    let head = verdict(&db, None).await.head.unwrap();
    assert!(verdict(&db, Some(&head)).await.is_sound());
    noted(&db, 1).await;
    sealed(&db).await;
    assert!(verdict(&db, Some(&head)).await.is_sound(), "a chain that has grown holds it still");

    as_owner(&db, "WITH row AS (DELETE FROM audit_log WHERE id > 4) DELETE FROM audit_seals WHERE seq > 4")
        .await;
    assert!(verdict(&db, None).await.is_sound(), "by itself it looks whole");
    assert_eq!(verdict(&db, Some(&head)).await.faults, [Fault::OtherHead { noted: 5 }]);

    let db = log().await;
    let head = verdict(&db, None).await.head.unwrap();
    as_owner(&db, "DELETE FROM audit_seals").await;
    as_owner(&db, "UPDATE audit_log SET event_type = 'login_success' WHERE id = 2").await;
    as_owner(&db, "INSERT INTO audit_unsealed SELECT id FROM audit_log").await;
    assert_eq!(sealed(&db).await, 5);
    assert!(verdict(&db, None).await.is_sound(), "by itself it looks whole");
    assert_eq!(verdict(&db, Some(&head)).await.faults, [Fault::OtherHead { noted: 5 }]);
}
