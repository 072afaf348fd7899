//! What the storm does to the database, past every role: clocks that jump, leases that end, connections that break.

use std::time::Duration;

use souk_domain::id::OperationId;
use souk_test_support::TestDatabase;
use sqlx::{Connection as _, Error, PgConnection};
use uuid::Uuid;

/// The key of the lock on permits (`souk_db::permits`): taken first, so that a jump waits its turn as any other
/// decision does and never meets one half way.
const PERMITS_LOCK: i64 = 0x736f_756b_0003;

/// Moves every time that the database compares with its clock, as if the clock had jumped by `seconds`.
///
/// A lease that has ended stays ended when the clock goes back: its permit may be somebody else's by now, and no
/// lease that is kept by the wall clock could survive that.
pub async fn jump(database: &TestDatabase, seconds: i64) -> Result<(), Error> {
    let mut connection = database.superuser().await;
    let mut tx = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(PERMITS_LOCK).execute(&mut *tx).await?;
    sqlx::query("SELECT id FROM stores ORDER BY id FOR NO KEY UPDATE").execute(&mut *tx).await?;
    for statement in [
        "UPDATE operations SET
             run_after = run_after - make_interval(secs => $1), woken_at = woken_at - make_interval(secs => $1),
             queued_at = queued_at - make_interval(secs => $1),
             queue_deadline = queue_deadline - make_interval(secs => $1),
             lease_expires_at = CASE WHEN $1 > 0 OR lease_expires_at > clock_timestamp()
                 THEN lease_expires_at - make_interval(secs => $1) ELSE lease_expires_at END
         WHERE state IN ('queued', 'running', 'cancelling')",
        "UPDATE operations SET finished_at = finished_at - make_interval(secs => $1) WHERE finished_at IS NOT NULL",
        "UPDATE stores SET updated_at = updated_at - make_interval(secs => $1)",
        "UPDATE clusters SET unavailable_since = unavailable_since - make_interval(secs => $1),
                looked_at = looked_at - make_interval(secs => $1),
                look_expires_at = look_expires_at - make_interval(secs => $1)",
        "UPDATE apalis.jobs SET run_at = run_at - make_interval(secs => $1), lock_at = lock_at - make_interval(secs => $1)
         WHERE done_at IS NULL",
        "UPDATE apalis.workers SET last_seen = last_seen - make_interval(secs => $1)",
    ] {
        #[allow(clippy::cast_precision_loss, reason = "seconds of a test")]
        sqlx::query(statement).bind(seconds as f64).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// Ends the lease of one operation that is being worked on. Returns which.
pub async fn end_lease(database: &TestDatabase, pick: usize) -> Result<Option<OperationId>, Error> {
    let mut connection = database.superuser().await;
    let held: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM operations WHERE state IN ('running', 'cancelling') AND lease_expires_at > now() ORDER BY id",
    )
    .fetch_all(&mut connection)
    .await?;
    let Some(id) = pick.checked_rem(held.len()).map(|index| held[index]) else { return Ok(None) };
    sqlx::query(
        "UPDATE operations SET lease_expires_at = clock_timestamp() - interval '1 millisecond'
         WHERE id = $1 AND lease_expires_at > now()",
    )
    .bind(id)
    .execute(&mut connection)
    .await?;
    Ok(Some(OperationId::from_uuid(id)))
}

/// Breaks every connection of Souk's roles to this database.
pub async fn cut_connections(database: &TestDatabase) -> Result<(), Error> {
    let mut connection = database.superuser().await;
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename IN ('souk_api', 'souk_worker')",
    )
    .execute(&mut connection)
    .await
    .map(drop)
}

/// Operations that have not ended, and stores between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unrest {
    pub operations: i64,
    pub stores: i64,
}

pub async fn unrest(connection: &mut PgConnection) -> Result<Unrest, Error> {
    let (operations, stores) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM operations WHERE state IN ('queued', 'running', 'cancelling')),
                (SELECT count(*) FROM stores WHERE state NOT IN ('ready', 'failed', 'deleted'))",
    )
    .fetch_one(connection)
    .await?;
    Ok(Unrest { operations, stores })
}

/// Whether there is work, and all of it only waits for a time to come: no request, no worker and no permit is in
/// its way.
pub async fn only_time_is_missing(connection: &mut PgConnection) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT count(*) > 0 AND bool_and(state = 'queued' AND run_after > now() + interval '1 second')
         FROM operations WHERE state IN ('queued', 'running', 'cancelling')",
    )
    .fetch_one(connection)
    .await
}

/// The time of the last look at the cluster, in microseconds.
pub async fn last_look(connection: &mut PgConnection) -> Result<i64, Error> {
    sqlx::query_scalar(
        "SELECT COALESCE(max(extract(epoch FROM looked_at) * 1000000), 0)::bigint FROM clusters",
    )
    .fetch_one(connection)
    .await
}

/// How long a statement of the storm's own may take.
pub const LIMIT: Duration = Duration::from_secs(10);
