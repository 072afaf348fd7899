//! Tests wait on conditions, with a limit; they never sleep and hope.

use std::time::Duration;

/// Generous: it bounds a broken test, it measures nothing.
const LIMIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `condition` gives a value; panics with `what` after 30 seconds.
pub async fn wait_for<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let look = async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(LIMIT, look).await.unwrap_or_else(|_| panic!("waited {LIMIT:?} in vain for {what}"))
}
