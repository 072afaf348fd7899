//! What a running Souk says of itself is what the table of metrics says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use souk_http::metrics::table::{self, Kind, METRICS};
use souk_test_support::{TestDatabase, wait_for};

use running::{Running, souk};

const SCRAPE_TOKEN: &str = "opens the metrics of this test";
/// What libraries say of themselves, by the beginnings of their names.
const OF_LIBRARIES: [&str; 0] = [];

/// What the page of `/metrics/json` says, by name.
async fn page(souk: &Running) -> BTreeMap<String, Value> {
    let (status, page) = souk.ask(Method::GET, "/metrics/json", SCRAPE_TOKEN, None).await;
    assert_eq!(status, 200, "{page}");
    let metrics = page["metrics"].as_array().unwrap().iter();
    metrics.map(|metric| (metric["name"].as_str().unwrap().to_owned(), metric.clone())).collect()
}

async fn text(souk: &Running) -> String {
    let answer = souk.request(Method::GET, "/metrics").bearer_auth(SCRAPE_TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// A store that fails, one that is made, and a sign-in: whatever can be recorded is.
async fn live_a_little(database: &TestDatabase) -> Running {
    let command = || {
        let mut command = souk(database);
        command.env("SOUK_METRICS_TOKEN", SCRAPE_TOKEN).env("SOUK_STORE_CREATION_COOLDOWN_MS", "0");
        command
    };
    let mut late = command();
    // Each step takes longer than it may.
    late.env("SOUK_SIMULATED_STEP_MS", "500").env("SOUK_PROVISIONING_TIMEOUT_MS", "50");
    let failing = Running::start(late).await;
    let token = failing.register().await;
    let body = json!({ "name": "rugs", "engine": "woocommerce" });
    let (status, accepted) = failing.ask(Method::POST, "/stores", &token, Some(body)).await;
    assert_eq!(status, 202, "{accepted}");
    wait_for("a failure that is counted", async || {
        let failures = page(&failing).await["store_provisioning_failures_total"].clone();
        let samples = failures["samples"].as_array().unwrap().clone();
        samples.iter().any(|sample| sample["value"].as_f64() > Some(0.0)).then_some(())
    })
    .await;
    failing.terminate();
    assert!(failing.ended().await.success());
    let souk = Running::start(command()).await;
    let login = json!({ "email": "leyla@example.com", "password": "correct horse battery" });
    let (status, session) = souk.ask(Method::POST, "/auth/login", "", Some(login)).await;
    assert_eq!(status, 200, "{session}");
    let token = session["access_token"].as_str().unwrap().to_owned();
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    souk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_souk_has_every_metric_of_the_table_and_no_other() {
    let database = TestDatabase::create().await;
    let souk = live_a_little(&database).await;
    // What a worker tells of the cluster comes with its first look.
    wait_for("a look of the reaper", async || text(&souk).await.contains("reconcile_findings").then_some(()))
        .await;
    let text = text(&souk).await;
    let mut labels: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let name = line.split(['{', ' ']).next().unwrap();
        if OF_LIBRARIES.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let metric = table::of_series(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        let (type_line, help_line) = (
            format!("# TYPE {} {}\n", metric.name, metric.kind.as_str()),
            format!("# HELP {} {}\n", metric.name, metric.help),
        );
        assert!(text.contains(&type_line), "{type_line}");
        assert!(text.contains(&help_line), "{help_line}");
        labels.entry(metric.name).or_default();
    }
    let page = page(&souk).await;
    for metric in METRICS {
        assert!(labels.contains_key(metric.name), "{} is not on the page:\n{text}", metric.name);
        for sample in page[metric.name]["samples"].as_array().unwrap() {
            let names: BTreeSet<_> =
                sample["labels"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names, metric.labels.iter().copied().collect(), "{}", metric.name);
            if let Kind::Histogram(buckets) = metric.kind {
                assert_eq!(sample["buckets"].as_array().unwrap().len(), buckets.len() + 1, "{}", metric.name);
            }
        }
    }
    let sample = |name: &str, label: &str, value: &str| {
        let samples = page[name]["samples"].as_array().unwrap();
        samples.iter().find(|sample| sample["labels"][label] == value).unwrap().clone()
    };
    assert_eq!(sample("security_events_total", "event_type", "login_success")["value"], 1.0);
    assert_eq!(sample("stores_total", "state", "ready")["value"], 1.0);
    assert_eq!(sample("store_provisioning_duration_seconds", "engine", "medusa")["count"], 1.0);
    assert_eq!(sample("cluster_breaker_open", "cluster", "default")["value"], 0.0);
    assert_eq!(sample("database_pool_connections_max", "pool", "worker")["value"], 10.0);
    // Who asks for the page has a connection of the API's.
    assert!(sample("database_pool_connections_in_use", "pool", "api")["value"].as_f64().unwrap() <= 10.0);
    assert!(page["database_size_bytes"]["samples"][0]["value"].as_f64().unwrap() > 1e6);
    assert!(page["data_directory_free_bytes"]["samples"][0]["value"].as_f64().unwrap() > 0.0);
    assert!(!text.contains("lamps") && !text.contains("acc_") && !text.contains("leyla"), "{text}");
}
