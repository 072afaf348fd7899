//! `souk admin` as an operator meets it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::{Command, Output};

const SOUK: &str = env!("CARGO_BIN_EXE_souk");

fn souk(arguments: &[&str]) -> Output {
    let url = |role: &str| format!("postgres://{role}:nobody@127.0.0.1:1/none");
    Command::new(SOUK)
        .args(arguments)
        .env_clear()
        .env("SOUK_PROFILE", "test")
        .env("SOUK_DATABASE_URL", url("souk_api"))
        .env("SOUK_DATABASE_WORKER_URL", url("souk_worker"))
        .env("SOUK_JWT_SECRET", "for tests only")
        .env("SOUK_ENCRYPTION_KEY", "q83vEjRWeJq83v7cuph2VDIQ/ty6mHZUMhDeyrYfnlI=")
        .env("SOUK_PROVISIONER", "simulated")
        .output()
        .unwrap()
}

#[test]
fn help_says_what_is_done_and_what_never_is() {
    let text = |arguments: &[&str]| String::from_utf8(souk(arguments).stdout).unwrap();
    let admin = text(&["admin", "--help"]);
    assert!(admin.contains("reconcile") && admin.contains("remove-namespace"), "{admin}");
    let reconcile = text(&["admin", "reconcile", "--help"]);
    for said in ["--dry-run", "--json", "Data is never removed by it", "Exits with 0"] {
        assert!(reconcile.contains(said), "{said}: {reconcile}");
    }
    let remove = text(&["admin", "remove-namespace", "--help"]);
    assert!(remove.contains("audit log") && remove.contains("<NAME>"), "{remove}");
}

#[test]
fn where_stores_are_simulated_there_is_nothing_to_look_at_and_it_says_so() {
    for arguments in [&["admin", "reconcile"][..], &["admin", "remove-namespace", "store-a-1"]] {
        let done = souk(arguments);
        assert_eq!(done.status.code(), Some(1));
        assert!(String::from_utf8(done.stderr).unwrap().contains("stores are simulated"));
    }
}
