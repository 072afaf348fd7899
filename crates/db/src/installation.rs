//! This Souk, and the cluster it uses.

use std::time::Duration;

use souk_domain::id::{ClusterId, InstallationId};

use crate::{DbError, Tx};

pub async fn id(tx: &mut Tx) -> Result<InstallationId, DbError> {
    let row = sqlx::query!("SELECT id FROM installation").fetch_one(tx.connection()).await?;
    Ok(InstallationId::from_uuid(row.id))
}

/// Whether the extension that the job queue needs is there.
pub async fn has_hstore(tx: &mut Tx) -> Result<bool, DbError> {
    let row =
        sqlx::query!(r#"SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'hstore') AS "there!""#)
            .fetch_one(tx.connection())
            .await?;
    Ok(row.there)
}

/// The one cluster that stores go to, until there are several.
pub async fn default_cluster(tx: &mut Tx) -> Result<ClusterId, DbError> {
    let row =
        sqlx::query!("SELECT id FROM clusters WHERE name = 'default'").fetch_one(tx.connection()).await?;
    Ok(ClusterId::from_uuid(row.id))
}

/// Whether the breaker is open, as the workers last found.
pub async fn cluster_unavailable(tx: &mut Tx) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM clusters WHERE unavailable_since IS NOT NULL) AS "open!""#
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.open)
}

/// Each cluster's name, and whether its breaker is open.
pub async fn breakers(tx: &mut Tx) -> Result<Vec<(String, bool)>, DbError> {
    let rows =
        sqlx::query!(r#"SELECT name, unavailable_since IS NOT NULL AS "open!" FROM clusters ORDER BY name"#)
            .fetch_all(tx.connection())
            .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.open)).collect())
}

/// Opens the breaker. Returns whether this call opened it.
pub async fn open_breaker(tx: &mut Tx, cluster: ClusterId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE clusters SET unavailable_since = now() WHERE id = $1 AND unavailable_since IS NULL",
        cluster.as_uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Closes the breaker, gives every waiting operation back the time it could not use, and forgets the
/// doorbells that nobody answered meanwhile, so that all can be rung for at once. Returns how long it
/// was open, if it was.
pub async fn close_breaker(tx: &mut Tx, cluster: ClusterId) -> Result<Option<Duration>, DbError> {
    let closed = sqlx::query!(
        r#"UPDATE clusters c SET unavailable_since = NULL
           FROM (SELECT id, unavailable_since FROM clusters WHERE id = $1 FOR UPDATE) old
           WHERE c.id = old.id AND old.unavailable_since IS NOT NULL
           RETURNING old.unavailable_since AS "since!", extract(epoch FROM now() - old.unavailable_since)::float8 AS "seconds!""#,
        cluster.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(closed) = closed else { return Ok(None) };
    sqlx::query!(
        "UPDATE operations SET queue_deadline = queue_deadline + (now() - greatest($1, queued_at))
         WHERE state = 'queued' AND started_at IS NULL",
        closed.since
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "UPDATE operations SET woken_at = NULL
         WHERE state IN ('queued', 'running') AND woken_at <= clock_timestamp()"
    )
    .execute(tx.connection())
    .await?;
    Ok(Some(Duration::from_secs_f64(closed.seconds.max(0.0))))
}
