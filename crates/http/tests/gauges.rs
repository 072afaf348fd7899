//! The gauges and the database say the same. One test in a process of its own: the recorder is the
//! process's, and another test's page would set it in between.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use souk_db::permits::{self, Claim};
use souk_domain::dispatch::PermitLimits;
use souk_domain::operation::Step;
use souk_domain::state::StoreState;
use souk_provisioner::ErrorKind;
use souk_provisioner::fake::Fault;
use souk_test_support::TestApp;
use souk_test_support::app::send;

async fn assert_equal(app: &TestApp, when: &str) -> (i64, i64, i64) {
    let listener = app.server.metrics_address().unwrap();
    let page = send(app.get_raw(listener, "/metrics")).await.expect(200).text;
    let gauge = |name: &str| {
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in:\n{page}")).parse::<f64>().unwrap()
    };
    let mut found = Vec::new();
    for (name, query) in [
        (
            "provisioning_concurrent_operations",
            "SELECT count(*) FROM operations WHERE has_permit AND lease_expires_at > now()",
        ),
        (
            "active_provisioning_operations",
            "SELECT count(*) FROM operations WHERE kind = 'provision' AND started_at IS NOT NULL AND finished_at IS NULL
             AND state <> 'cancelling'",
        ),
        (
            "provisioning_queue_depth",
            "SELECT count(*) FROM operations WHERE kind = 'provision' AND state = 'queued' AND started_at IS NULL",
        ),
    ] {
        let in_database = app.database.number(query).await;
        #[allow(clippy::cast_precision_loss, reason = "a handful")]
        let expected = in_database as f64;
        assert!((gauge(name) - expected).abs() < f64::EPSILON, "{when}: {name} is {}, not {expected}", gauge(name));
        found.push(in_database);
    }
    for state in StoreState::ALL {
        let query = format!("SELECT count(*) FROM stores WHERE state = '{state}'");
        #[allow(clippy::cast_precision_loss, reason = "a handful")]
        let expected = app.database.number(&query).await as f64;
        let name = format!("stores_total{{state=\"{state}\"}}");
        assert!(
            (gauge(&name) - expected).abs() < f64::EPSILON,
            "{when}: {name} is {}, not {expected}",
            gauge(&name)
        );
    }
    (found[0], found[1], found[2])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gauges_say_what_the_database_says() {
    let app = TestApp::start().await;
    assert_eq!(assert_equal(&app, "in the beginning").await, (0, 0, 0));
    let (anna, bob) = (app.merchant("anna").await, app.merchant("bob").await);
    app.ready_store(&anna, "ready").await;
    // One waits for its next try, one is held by a worker, two wait for their first permit; one goes.
    let pause = Fault::Pending { reason: "pulling the image".into(), after: Duration::from_mins(10) };
    app.cluster.inject(Step::Rollout, false, pause);
    app.create(&anna, "pending").await;
    souk_test_support::jobs::run_jobs(&app.database, &app.worker).await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    app.create(&anna, "failed").await;
    souk_test_support::jobs::run_jobs(&app.database, &app.worker).await;
    let held = app.create(&bob, "held").await;
    let operation = app.get(&bob, &format!("/stores/{held}")).await.expect(200).string("/operation/id");
    let mut tx = app.database.worker.begin().await.unwrap();
    let claim = Claim { worker: "w", lease: Duration::from_mins(1), limits: PermitLimits::default() };
    assert!(permits::claim(&mut tx, operation.parse().unwrap(), claim).await.unwrap().is_some());
    tx.commit().await.unwrap();
    app.create(&bob, "waiting-one").await;
    app.create(&bob, "waiting-two").await;
    assert_eq!(assert_equal(&app, "at work").await, (1, 2, 2));
    // A dead worker's permit counts no more, in both.
    souk_test_support::jobs::end_leases(&app.database).await;
    assert_eq!(assert_equal(&app, "after a death").await, (0, 2, 2));
    app.delete(&bob, &format!("/stores/{held}")).await.expect(202);
    assert_eq!(assert_equal(&app, "after a delete").await, (0, 1, 2));
    app.run_jobs().await;
    assert_eq!(assert_equal(&app, "at rest").await, (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_aside_counts_until_somebody_asks_anew_and_a_breaker_while_it_is_open() {
    let app = TestApp::start().await;
    let listener = app.server.metrics_address().unwrap();
    let has = async |line: &str| {
        let page = send(app.get_raw(listener, "/metrics")).await.expect(200).text;
        page.lines().any(|there| there == line)
    };
    let anna = app.merchant("anna").await;
    let store = app.ready_store(&anna, "lamps").await;
    assert!(
        has("dead_letter_operations 0").await && has("cluster_breaker_open{cluster=\"default\"} 0").await
    );
    app.database.execute("UPDATE operations SET dead_letter = true").await;
    app.database.execute("UPDATE clusters SET unavailable_since = now()").await;
    assert!(
        has("dead_letter_operations 1").await && has("cluster_breaker_open{cluster=\"default\"} 1").await
    );
    app.delete(&anna, &format!("/stores/{store}")).await.expect(202);
    app.database.execute("UPDATE clusters SET unavailable_since = NULL").await;
    assert!(
        has("dead_letter_operations 0").await && has("cluster_breaker_open{cluster=\"default\"} 0").await
    );
}
