//! The model test of the gate: a minute's storm, and then nothing is lost, stuck, left behind or done twice.
#![allow(clippy::expect_used, reason = "tests")]

use std::time::Duration;

use souk_chaos::Config;

/// Decides what happens; another one is another storm (`cargo xtask chaos --seed S`).
const SEED: u64 = 4;
/// A storm with fewer would show little; an idle machine of two cores comes to more than 200.
const ENOUGH_OPERATIONS: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_minute_of_crashes_outages_and_clock_jumps_every_operation_has_ended_once_and_nothing_is_left()
 {
    let config = Config { seed: SEED, length: Duration::from_mins(1) };
    let report = souk_chaos::run(config, Duration::from_secs(10), |progress| println!("{progress:?}"))
        .await
        .expect("a storm");
    println!("{report:#?}");
    assert!(report.operations >= ENOUGH_OPERATIONS, "only {} operations", report.operations);
    assert!(report.kills >= 10 && report.outages >= 10, "{} kills, {} outages", report.kills, report.outages);
    assert!(report.is_clean(), "cargo xtask chaos --seed {SEED}: {:#?}", report.findings);
}
