//! The audit log of a running Souk: sealed within seconds, and checked by its operator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use souk_test_support::{TestDatabase, wait_for};

use running::{Running, souk};

/// Exit code and what was said.
async fn verify(database: &TestDatabase, more: &[&str]) -> (Option<i32>, String) {
    let output = souk(database).args(["admin", "verify-audit"]).args(more).output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_seal_what_happens_and_verify_audit_names_what_was_changed() {
    let database = TestDatabase::create().await;
    let (code, said) = verify(&database, &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing is sealed yet"), "{said}");

    // Two of them: one seals, whichever it is.
    let (one, two) = tokio::join!(Running::start(souk(&database)), Running::start(souk(&database)));
    let token = one.register().await;
    let store = two.create(&token).await;
    one.ready(&token, &store).await;
    // Five seconds are the rule; each row says itself how long it took.
    wait_for("every row to be sealed", async || {
        let left = "SELECT count(*) FROM audit_log a LEFT JOIN audit_seals s ON s.audit_id = a.id
                    WHERE s.seq IS NULL OR s.sealed_at - a.at > interval '5 seconds'";
        (database.number(left).await == 0).then_some(())
    })
    .await;
    assert!(database.number("SELECT count(*) FROM audit_seals").await >= 2, "registration and creation");
    let (code, said) = verify(&database, &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("the audit log is sound\n"), "{said}");
    let head = said
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() > 64);
    let (code, said) = verify(&database, &["--head", head.unwrap()]).await;
    assert_eq!(code, Some(0), "{said}");

    database.execute("UPDATE audit_log SET details = details || '{\"engine\": \"x\"}' WHERE event_type = 'store_created'").await;
    database.execute("DELETE FROM audit_log WHERE event_type = 'registration'").await;
    let (code, said) = verify(&database, &[]).await;
    assert_eq!(code, Some(1), "{said}");
    for told in
        ["was changed after it was sealed", "is missing: it was sealed", "NOT SOUND: 2 things are wrong"]
    {
        assert!(said.contains(told), "{said}");
    }
    let (code, said) = verify(&database, &["--head", "9:00"]).await;
    assert_eq!(code, Some(2), "{said}");
}
