//! `souk admin create`, `suspend`, `restore`, `set-plan`, `delete-store`, `requeue`, `reencrypt-secrets`, beside a
//! running Souk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::{TestDatabase, wait_for};
use tokio::io::AsyncWriteExt;

use running::{Running, souk};

const OLD_KEY: &str = "q83vEjRWeJq83v7cuph2VDIQ/ty6mHZUMhDeyrYfnlI=";
const NEW_KEY: &str = "c29tZSBvdGhlciBrZXkgdGhhdCBpcyAzMiBieXRlcyE=";

/// Exit code, standard output, standard error.
async fn admin(database: &TestDatabase, arguments: &[&str]) -> (i32, String, String) {
    let output = souk(database).arg("admin").args(arguments).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

async fn done(database: &TestDatabase, arguments: &[&str]) -> String {
    let (code, out, err) = admin(database, arguments).await;
    assert_eq!(code, 0, "{arguments:?}: {out}{err}");
    out
}

async fn login(souk: &Running, email: &str, password: &str) -> (u16, Value) {
    let body = json!({ "email": email, "password": password });
    let (status, answer) = souk.ask(Method::POST, "/auth/login", "", Some(body)).await;
    (status.as_u16(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_is_made_once_with_a_password_of_their_own() {
    let database = TestDatabase::create().await;
    let said = done(&database, &["create", "Root@example.com"]).await;
    let password = said.lines().nth(1).unwrap();
    let again = done(&database, &["create", "root@example.com"]).await;
    assert!(again.contains("was an admin already"), "{again}");
    let souk = Running::start_as("api", souk(&database)).await;
    let (status, session) = login(&souk, "root@example.com", password).await;
    assert_eq!((status, &session["role"]), (200, &json!("admin")));

    // Somebody who is here already keeps their password.
    souk.register().await;
    let said = done(&database, &["create", "leyla@example.com"]).await;
    assert!(said.contains("the password is as before"), "{said}");
    assert_eq!(login(&souk, "leyla@example.com", "correct horse battery").await.1["role"], "admin");

    let mut command = running::souk(&database);
    command.args(["admin", "create", "second@example.com", "--password-stdin"]).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"another good sentence\nand no more\n").await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success() && !String::from_utf8(output.stdout).unwrap().contains("sentence"));
    assert_eq!(login(&souk, "second@example.com", "another good sentence").await.0, 200);
    let noted = "SELECT count(*) FROM audit_log WHERE event_type = 'admin_made'";
    assert_eq!(database.number(noted).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_kept_out_and_let_in_and_given_what_they_may_have() {
    let database = TestDatabase::create().await;
    let souk = Running::start_as("api", souk(&database)).await;
    let token = souk.register().await;
    let status = async || souk.ask(Method::GET, "/stores", &token, None).await.0.as_u16();
    let suspend = ["suspend", "leyla@example.com", "--reason", "sells what is not theirs"];
    assert!(done(&database, &suspend).await.contains("leyla@example.com is suspended"));
    assert_eq!(status().await, 401);
    assert!(done(&database, &suspend).await.contains("suspended already; nothing is changed"));
    assert!(done(&database, &["restore", "leyla@example.com"]).await.contains("may come in again"));
    assert_eq!(status().await, 200);
    assert!(done(&database, &["restore", "leyla@example.com"]).await.contains("nothing is changed"));

    let set = ["set-plan", "leyla@example.com", "pro", "--max-stores", "7"];
    assert!(done(&database, &set).await.contains("is changed"));
    assert!(done(&database, &set).await.contains("nothing is changed"));
    done(&database, &["set-plan", "leyla@example.com", "--max-stores", "default"]).await;
    let terms = "SELECT count(*) FROM accounts WHERE plan = 'pro' AND max_stores IS NULL";
    assert_eq!(database.number(terms).await, 1);

    for (arguments, code, told) in [
        (&["suspend", "nobody@example.com", "--reason", "x"][..], 1, "there is no user nobody@example.com"),
        (&["suspend", "leyla@example.com"], 2, "--reason"),
        (&["suspend", "leyla@example.com", "--reason", " "], 2, "must be 1 to 500 characters long"),
        (&["suspend", "leyla", "--reason", "x"], 2, "is neither an e-mail address nor an id"),
        (&["set-plan", "leyla@example.com"], 2, "PLAN"),
        (&["set-plan", "leyla@example.com", "gold"], 2, "known are: free, standard, pro"),
        (&["set-plan", "leyla@example.com", "--max-stores", "-1"], 2, "must be a number from 0 to 10000"),
        (&["set-plan", "acc_01k0z3v8q4n5w6x7y8z9abcdef", "pro"], 1, "there is no account acc_"),
        (
            &["delete-store", "store_01k0z3v8q4n5w6x7y8z9abcdef", "--reason", "x"],
            1,
            "there is no store store_",
        ),
        (&["delete-store", "lamps", "--reason", "x"], 2, "an id looks like store_"),
    ] {
        let (got, out, err) = admin(&database, arguments).await;
        assert_eq!(got, code, "{arguments:?}: {out}{err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anybodys_store_is_removed_with_a_reason_that_its_owner_reads() {
    let database = TestDatabase::create().await;
    let souk = Running::start(souk(&database)).await;
    let token = souk.register().await;
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    let delete = ["delete-store", store.as_str(), "--reason", "court order 7"];
    let said = done(&database, &delete).await;
    assert!(said.contains("will be removed: op_"), "{said}");
    wait_for("the store to be gone", async || (souk.state(&token, &store).await == "deleted").then_some(()))
        .await;
    assert!(done(&database, &delete).await.contains("is gone already"));
    let (_, audit) = souk.ask(Method::GET, "/me/audit?event_type=store_deleted", &token, None).await;
    assert_eq!(audit["items"][0]["details"]["reason"], "court order 7");
    assert_eq!(audit["items"][0]["details"]["by"], "command line");
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_aside_is_queued_again_once_with_a_reason_that_its_owner_reads() {
    let database = TestDatabase::create().await;
    let api = Running::start_as("api", souk(&database)).await;
    let token = api.register().await;
    let store = api.create(&token).await;
    let (_, details) = api.ask(Method::GET, &format!("/stores/{store}"), &token, None).await;
    let operation = details["operation"]["id"].as_str().unwrap().to_owned();
    let requeue = ["requeue", operation.as_str(), "--reason", "the node is mended"];
    let (code, _, err) = admin(&database, &requeue).await;
    assert_eq!(code, 1);
    assert!(err.contains("was not put aside"), "{err}");
    // As a worker leaves it.
    database
        .execute(
            "UPDATE operations SET state = 'failed', dead_letter = true, started_at = now(), finished_at = now(), lost_leases = 5;
             UPDATE stores SET state = 'failed'",
        )
        .await;
    assert!(done(&database, &requeue).await.contains("is queued again"));
    let (code, _, err) = admin(&database, &requeue).await;
    assert_eq!(code, 1);
    assert!(err.contains("is queued again already"), "{err}");
    api.kill().await;

    let souk = Running::start(souk(&database)).await;
    souk.ready(&token, &store).await;
    let (_, audit) = souk.ask(Method::GET, "/me/audit?event_type=operation_requeued", &token, None).await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    let details = &audit["items"][0]["details"];
    assert_eq!((&details["reason"], &details["by"]), (&json!("the node is mended"), &json!("command line")));
    for (arguments, code, told) in [
        (&["requeue", "op_01k0z3v8q4n5w6x7y8z9abcdef", "--reason", "x"][..], 1, "there is no such operation"),
        (&["requeue", store.as_str(), "--reason", "x"], 2, "an id looks like op_"),
        (&["requeue", operation.as_str()], 2, "--reason"),
    ] {
        let (got, out, err) = admin(&database, arguments).await;
        assert_eq!(got, code, "{arguments:?}: {out}{err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_encryption_key_is_changed_without_losing_a_secret() {
    let database = TestDatabase::create().await;
    let first = Running::start(souk(&database)).await;
    let token = first.register().await;
    let store = first.create(&token).await;
    first.ready(&token, &store).await;
    let path = format!("/stores/{store}/credentials");
    let (status, before) = first.ask(Method::GET, &path, &token, None).await;
    assert_eq!(status, 200);
    first.kill().await;

    let with = |keys: &[(&str, &str)]| {
        let mut command = souk(&database);
        command.envs(keys.iter().copied());
        command
    };
    let old = format!("1:{OLD_KEY}");
    let both = [
        ("SOUK_ENCRYPTION_KEY", NEW_KEY),
        ("SOUK_ENCRYPTION_KEY_ID", "2"),
        ("SOUK_ENCRYPTION_OLD_KEYS", old.as_str()),
    ];
    let new_only = &both[..2];
    // While both are known, everything is readable, whichever it was encrypted with.
    let second = Running::start_as("api", with(&both)).await;
    assert_eq!(second.ask(Method::GET, &path, &token, None).await.1, before);
    second.kill().await;
    // Without the old one, and before anything was encrypted anew: not readable, and the command says so and stops.
    let third = Running::start_as("api", with(new_only)).await;
    assert_eq!(third.ask(Method::GET, &path, &token, None).await.0, 500);
    third.kill().await;
    let refused = with(new_only).args(["admin", "reencrypt-secrets"]).output().await.unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("is the encryption key the one they were made with")
    );

    for expected in ["1 secrets encrypted anew", "0 secrets encrypted anew"] {
        let done = with(&both).args(["admin", "reencrypt-secrets"]).output().await.unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(done.status.success() && said.contains(expected), "{said}");
    }
    assert_eq!(database.number("SELECT count(*) FROM store_secrets WHERE key_id <> '2'").await, 0);
    let last = Running::start_as("api", with(new_only)).await;
    assert_eq!(last.ask(Method::GET, &path, &token, None).await.1, before, "the old key is needed no more");
    let noted = "SELECT count(*) FROM audit_log WHERE event_type = 'secrets_reencrypted'";
    assert_eq!(database.number(noted).await, 1);
}
