//! How the provisionings of the last days went: for operators. Of what is in the rows, and so over all workers, and
//! whenever they were started.

use chrono::{DateTime, Utc};

use crate::{DbError, Tx};

/// The upper ends of the buckets; the last one has none.
const BUCKETS_MS: [Option<i64>; 13] = [
    Some(5_000),
    Some(10_000),
    Some(15_000),
    Some(20_000),
    Some(30_000),
    Some(45_000),
    Some(60_000),
    Some(90_000),
    Some(120_000),
    Some(180_000),
    Some(300_000),
    Some(600_000),
    None,
];

#[derive(Debug, Clone)]
pub struct Provisioning {
    /// Only those that ended after this are counted.
    pub since: DateTime<Utc>,
    /// An engine without a provisioning is not in it.
    pub engines: Vec<EngineTimes>,
    /// In the order of the steps.
    pub steps: Vec<StepTimes>,
}

/// From the request to the store's being ready, waiting included.
#[derive(Debug, Clone)]
pub struct EngineTimes {
    /// As it stands in the row, like a step's name.
    pub engine: String,
    pub ready: i64,
    pub failed: i64,
    /// Of those that failed: the ones that no step failed, for they waited too long or lost their worker too often.
    pub failed_without_step: i64,
    /// Of those that became ready.
    pub mean_ms: Option<i64>,
    pub p95_ms: Option<i64>,
    pub buckets: Vec<Bucket>,
}

/// How many took less than `below_ms`, and not less than the bucket before; `None` is the rest.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    pub below_ms: Option<i64>,
    pub count: i64,
}

/// From the first try's start to the end; pauses between tries count.
#[derive(Debug, Clone)]
pub struct StepTimes {
    pub engine: String,
    pub step: String,
    pub done: i64,
    /// Provisionings that this step failed for good.
    pub failed: i64,
    /// Of those that were done.
    pub mean_ms: Option<i64>,
    pub p95_ms: Option<i64>,
}

pub async fn read(tx: &mut Tx, days: u32) -> Result<Provisioning, DbError> {
    let since =
        sqlx::query_scalar!(r#"SELECT now() - make_interval(days => $1) AS "since!""#, days.cast_signed())
            .fetch_one(tx.connection())
            .await?;
    Ok(Provisioning { since, engines: engines(tx, since).await?, steps: steps(tx, since).await? })
}

async fn engines(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<EngineTimes>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT engine,
                  count(*) FILTER (WHERE state = 'succeeded') AS "ready!",
                  count(*) FILTER (WHERE state = 'failed') AS "failed!",
                  count(*) FILTER (WHERE state = 'failed' AND failed_step IS NULL) AS "failed_without_step!",
                  round(avg(took) FILTER (WHERE state = 'succeeded'))::bigint AS mean_ms,
                  percentile_disc(0.95) WITHIN GROUP (ORDER BY took) FILTER (WHERE state = 'succeeded') AS p95_ms
           FROM (SELECT s.engine, o.state, o.failure ->> 'step' AS failed_step,
                        milliseconds_between(o.queued_at, o.finished_at) AS took
                 FROM operations o JOIN stores s ON s.id = o.store_id
                 WHERE o.kind = 'provision' AND o.finished_at >= $1) AS ended
           GROUP BY engine ORDER BY engine"#,
        since
    )
    .fetch_all(tx.connection())
    .await?;
    let mut engines: Vec<EngineTimes> = rows
        .into_iter()
        .map(|row| EngineTimes {
            engine: row.engine,
            ready: row.ready,
            failed: row.failed,
            failed_without_step: row.failed_without_step,
            mean_ms: row.mean_ms,
            p95_ms: row.p95_ms,
            buckets: BUCKETS_MS.iter().map(|below_ms| Bucket { below_ms: *below_ms, count: 0 }).collect(),
        })
        .collect();
    fill(tx, since, &mut engines).await?;
    Ok(engines)
}

/// Counts into the buckets.
async fn fill(tx: &mut Tx, since: DateTime<Utc>, engines: &mut [EngineTimes]) -> Result<(), DbError> {
    let bounds: Vec<i64> = BUCKETS_MS.into_iter().flatten().collect();
    let rows = sqlx::query!(
        r#"SELECT s.engine, count(*) AS "count!",
                  width_bucket(milliseconds_between(o.queued_at, o.finished_at), $2::bigint[]) AS "bucket!"
           FROM operations o JOIN stores s ON s.id = o.store_id
           WHERE o.kind = 'provision' AND o.state = 'succeeded' AND o.finished_at >= $1
           GROUP BY 1, 3"#,
        since,
        &bounds
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        let engine = engines.iter_mut().find(|known| known.engine == row.engine);
        let place = usize::try_from(row.bucket).ok();
        if let Some(bucket) = engine.zip(place).and_then(|(engine, place)| engine.buckets.get_mut(place)) {
            bucket.count = row.count;
        }
    }
    Ok(())
}

async fn steps(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<StepTimes>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT engine, step,
                  count(*) FILTER (WHERE was_done) AS "done!",
                  count(*) FILTER (WHERE state = 'failed') AS "failed!",
                  round(avg(took) FILTER (WHERE was_done))::bigint AS mean_ms,
                  percentile_disc(0.95) WITHIN GROUP (ORDER BY took) FILTER (WHERE was_done) AS p95_ms
           FROM (SELECT s.engine, p.name AS step, p.position, p.state,
                        p.state IN ('done', 'undone') AND p.finished_at IS NOT NULL AS was_done,
                        milliseconds_between(p.started_at, p.finished_at) AS took
                 FROM operations o JOIN stores s ON s.id = o.store_id JOIN operation_steps p ON p.operation_id = o.id
                 WHERE o.kind = 'provision' AND o.finished_at >= $1) AS walked
           GROUP BY engine, step ORDER BY min(position), engine, step"#,
        since
    )
    .fetch_all(tx.connection())
    .await?;
    let times = rows.into_iter().map(|row| StepTimes {
        engine: row.engine,
        step: row.step,
        done: row.done,
        failed: row.failed,
        mean_ms: row.mean_ms,
        p95_ms: row.p95_ms,
    });
    Ok(times.collect())
}
