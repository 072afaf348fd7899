//! The troubles that a simulated store is asked for by its name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::sync::Arc;
use std::time::Duration;

use souk_domain::state::StoreState;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::jobs::{run_jobs, worker};
use souk_test_support::{TestDatabase, seed};
use souk_worker::Mode;

#[tokio::test]
async fn a_store_fails_once_where_its_name_says() {
    let db = TestDatabase::create().await;
    let worker = worker(&db, Arc::new(FakeCluster::simulation(Duration::ZERO))).await;
    let anna = seed::user(&db, "anna").await;
    let (unlucky, _) = seed::store(&db, &anna, "fails-at-rollout").await;
    let (spared, _) = seed::store(&db, &anna, "fails-at-rollouts").await;
    run_jobs(&db, &worker).await;
    let failed = seed::get(&db, unlucky.id).await;
    assert_eq!(failed.state, StoreState::Failed);
    let failure = failed.failure.unwrap();
    assert_eq!(failure.step.as_deref(), Some("rollout"));
    assert!(failure.advice.unwrap().contains("Try again"));
    assert_eq!(seed::get(&db, spared.id).await.state, StoreState::Ready, "another name");
    seed::retry(&db, &anna, unlucky.id).await.unwrap();
    run_jobs(&db, &worker).await;
    assert_eq!(seed::get(&db, unlucky.id).await.state, StoreState::Ready);
}

#[tokio::test]
async fn a_store_loses_its_data_once_when_its_name_says_so() {
    let db = TestDatabase::create().await;
    let worker = worker(&db, Arc::new(FakeCluster::simulation(Duration::ZERO))).await;
    let anna = seed::user(&db, "anna").await;
    let (unlucky, _) = seed::store(&db, &anna, "loses-its-data").await;
    let (spared, _) = seed::store(&db, &anna, "keeps-its-data").await;
    run_jobs(&db, &worker).await;
    worker.reconcile(Mode::Apply).await.unwrap();
    assert!(seed::get(&db, unlucky.id).await.data_lost);
    assert!(!seed::get(&db, spared.id).await.data_lost);
    seed::rebuild(&db, &anna, unlucky.id).await.unwrap();
    run_jobs(&db, &worker).await;
    worker.reconcile(Mode::Apply).await.unwrap();
    let rebuilt = seed::get(&db, unlucky.id).await;
    assert_eq!((rebuilt.state, rebuilt.data_lost), (StoreState::Ready, false));
}
