//! A whole shop through the dashboard, in a browser, on a real cluster. The journey itself is Playwright's:
//! `frontend/e2e/`, its project `cluster`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::process::Stdio;
use std::time::Duration;

use souk_e2e::souk::{Images, Souk, repository};
use tokio::process::Command;
use tokio::time::timeout;

/// A store's making, on two busy cores, and all that is done with it.
const JOURNEY_LIMIT: Duration = Duration::from_mins(15);
/// Of this Souk and of no other: nobody is there yet, and the first who comes is its operator.
const OPERATOR: [(&str, &str); 2] =
    [("SOUK_OPERATOR_EMAIL", "operator@example.com"), ("SOUK_OPERATOR_PASSWORD", "a good long sentence")];

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_merchant_signs_up_makes_a_shop_buys_in_it_and_removes_it_in_a_browser() {
    let images = Images::built();
    Souk::run(&images, async |souk| {
        let mut journey = Command::new("npm");
        journey
            .args(["run", "--silent", "e2e:cluster"])
            .current_dir(repository().join("frontend"))
            .env("SOUK_E2E_URL", &souk.url)
            .envs(OPERATOR)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let status =
            timeout(JOURNEY_LIMIT, journey.status()).await.expect("the journey to end in time").unwrap();
        assert!(status.success(), "Playwright says above where it went wrong");
    })
    .await;
}
