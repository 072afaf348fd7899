//! Tests wait on conditions, with a limit; they never sleep and hope.

use std::time::Duration;

/// Generous: it bounds a broken test, it measures nothing.
const LIMIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `condition` gives a value; panics with `what` after 30 seconds.
pub async fn wait_for<T>(what: &str, condition: impl AsyncFnMut() -> Option<T>) -> T {
    until(LIMIT, LOOK_EVERY, condition).await.unwrap_or_else(|| panic!("waited {LIMIT:?} in vain for {what}"))
}

/// Looks until `condition` gives a value; `None` when it has not after `limit`.
pub async fn until<T>(
    limit: Duration,
    look_every: Duration,
    mut condition: impl AsyncFnMut() -> Option<T>,
) -> Option<T> {
    let look = async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(look_every).await;
        }
    };
    tokio::time::timeout(limit, look).await.ok()
}
