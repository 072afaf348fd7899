//! The binary as an operator meets it: started, asked, told to stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::time::{Duration, Instant};

use reqwest::Method;
use souk_test_support::{TestDatabase, wait_for};
use tokio::process::Command;

use running::{Running, SOUK, STOP_LIMIT, souk};

/// `EX_CONFIG` of sysexits.h.
const WRONG_SETTINGS: i32 = 78;

#[tokio::test(flavor = "multi_thread")]
async fn serve_makes_stores_and_ends_well_when_it_is_told_to() {
    let database = TestDatabase::create().await;
    let souk = Running::start(souk(&database)).await;
    let token = souk.register().await;
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    souk.terminate();
    assert!(souk.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopping_souk_was_working_on_another_one_finishes() {
    let database = TestDatabase::create().await;
    let mut slow = souk(&database);
    slow.env("SOUK_SIMULATED_STEP_MS", "60000");
    let first = Running::start(slow).await;
    let token = first.register().await;
    let store = first.create(&token).await;
    wait_for("the work to begin", async || {
        (first.state(&token, &store).await == "provisioning").then_some(())
    })
    .await;
    let second = Running::start(souk(&database)).await;
    let start = Instant::now();
    first.terminate();
    assert!(first.ended().await.success());
    second.ready(&token, &store).await;
    assert!(start.elapsed() < STOP_LIMIT, "handed back, not waited for until the lease ended");
    let lost = database.number("SELECT sum(lost_leases)::bigint FROM operations").await;
    assert_eq!(lost, 0);
    second.terminate();
    assert!(second.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_drains_new_requests_get_an_answer() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env("SOUK_DRAIN_GRACE_MS", "3000");
    let souk = Running::start(command).await;
    let (status, _) = souk.ask(Method::GET, "/health/ready", "", None).await;
    assert_eq!(status, 200);
    souk.terminate();
    let refused = wait_for("the drain to begin", async || {
        let (status, body) = souk.ask(Method::GET, "/stores", "", None).await;
        (status != 401).then_some((status, body))
    })
    .await;
    assert_eq!((refused.0.as_u16(), refused.1["code"].as_str()), (503, Some("service.stopping")));
    assert!(souk.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_twice_does_not_wait() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env("SOUK_DRAIN_GRACE_MS", "14000");
    let souk = Running::start(command).await;
    let start = Instant::now();
    souk.terminate();
    wait_for("the drain to begin", async || {
        let (status, _) = souk.ask(Method::GET, "/stores", "", None).await;
        (status == 503).then_some(())
    })
    .await;
    souk.terminate();
    assert_eq!(souk.ended().await.code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(10), "it waited for the grace period");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_all_named_and_nothing_is_started() {
    let mut command = Command::new(SOUK);
    command.env_clear().env("SOUK_PROFILE", "production").env("SOUK_BIND", "nonsense").arg("serve");
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(WRONG_SETTINGS));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in [
        "SOUK_BIND",
        "SOUK_DATABASE_URL",
        "SOUK_DATABASE_WORKER_URL",
        "SOUK_JWT_SECRET",
        "SOUK_ENCRYPTION_KEY",
        "SOUK_KUBECONFIG",
    ] {
        assert!(said.contains(name), "{name} is not in:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_nothing_missing_where_nothing_is_and_says_what_is_where_it_is() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    let well = command.arg("doctor").output().await.unwrap();
    let said = String::from_utf8(well.stdout).unwrap();
    assert!(well.status.success(), "{said}");
    let mut command = souk(&database);
    command.env("SOUK_PROVISIONER", "kubernetes").env("SOUK_KUBECONFIG", "/nowhere/kubeconfig");
    command.env("SOUK_HELM_CHART_PATH", "/nowhere/chart").env("SOUK_DATA_DIR", std::env::temp_dir());
    let ill = command.arg("doctor").output().await.unwrap();
    let said = String::from_utf8(ill.stdout).unwrap();
    assert_eq!(ill.status.code(), Some(1), "{said}");
    assert!(said.contains("no chart in /nowhere/chart") && said.contains("souk connect-cluster"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_needs_the_databases_urls_and_no_other_secret() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    command.env_remove("SOUK_JWT_SECRET").env_remove("SOUK_ENCRYPTION_KEY").arg("migrate");
    let refused = command.output().await.unwrap();
    assert_eq!(refused.status.code(), Some(WRONG_SETTINGS));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("SOUK_DATABASE_ADMIN_URL"));
    let server = std::env::var(souk_test_support::URL_VARIABLE).unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let name = database.options_for("souk_api").get_database().unwrap().to_owned();
    command.env("SOUK_DATABASE_ADMIN_URL", format!("{server}/{name}"));
    let done = command.output().await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
