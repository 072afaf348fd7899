//! The story that the events and intervals tell: whole, in order, and told once.

use sqlx::{Error, PgConnection};

use super::rows;
use crate::report::{Finding, Kind};

pub(super) async fn read(connection: &mut PgConnection) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (kind, query) in QUERIES {
        findings.extend(rows(connection, *kind, query).await?);
    }
    Ok(findings)
}

const QUERIES: &[(Kind, &str)] = &[
    (
        Kind::Lost,
        "SELECT format('the events of store %s miss what is before number %s', store_id, seq) FROM (
             SELECT store_id, seq, lag(seq, 1, 0::bigint) OVER (PARTITION BY store_id ORDER BY seq) AS before FROM events
         ) e WHERE seq <> before + 1",
    ),
    (
        Kind::Lost,
        "SELECT format('event %s of store %s says %s to %s, but the store was %s', seq, store_id, was, became, really)
         FROM (
             SELECT store_id, seq, data ->> 'from' AS was, data ->> 'to' AS became,
                    lag(data ->> 'to') OVER (PARTITION BY store_id ORDER BY seq) AS really
             FROM events WHERE kind = 'state_changed') e
         WHERE was IS DISTINCT FROM really",
    ),
    (
        Kind::Lost,
        "SELECT format('store %s is %s, but its last event says %s', s.id, s.state, e.became)
         FROM stores s JOIN LATERAL (
             SELECT data ->> 'to' AS became FROM events WHERE store_id = s.id AND kind = 'state_changed'
             ORDER BY seq DESC LIMIT 1) e ON true
         WHERE e.became <> s.state",
    ),
    (
        Kind::Lost,
        "SELECT format('store %s is %s, but no interval of that state is open', s.id, s.state) FROM stores s
         WHERE NOT EXISTS (SELECT FROM store_state_intervals i
                           WHERE i.store_id = s.id AND i.state = s.state AND i.ended_at IS NULL)",
    ),
    (
        Kind::Duplicated,
        "SELECT format('store %s is %s from %s to %s, and %s from %s', a.store_id, a.state, a.started_at, a.ended_at,
                       a.next, a.next_start)
         FROM (SELECT *, lead(state) OVER w AS next, lead(started_at) OVER w AS next_start FROM store_state_intervals
               WINDOW w AS (PARTITION BY store_id ORDER BY started_at)) a
         WHERE a.ended_at < a.started_at OR a.ended_at > a.next_start OR (a.ended_at IS NULL AND a.next IS NOT NULL)",
    ),
    (
        Kind::Duplicated,
        "SELECT format('operation %s ended %s times: %s', operation_id, count(*), string_agg(kind, ', ' ORDER BY seq))
         FROM events WHERE kind IN ('operation_succeeded', 'operation_failed', 'operation_cancelled')
         GROUP BY operation_id HAVING count(*) > 1",
    ),
    (
        Kind::Duplicated,
        "SELECT format('%s of operation %s was committed %s times', data ->> 'step', operation_id, count(*))
         FROM events WHERE kind = 'step_succeeded' GROUP BY operation_id, data ->> 'step' HAVING count(*) > 1",
    ),
    (
        Kind::Duplicated,
        "SELECT format('%s of operation %s was undone %s times', data ->> 'step', operation_id, count(*))
         FROM events WHERE kind = 'step_undone' GROUP BY operation_id, data ->> 'step' HAVING count(*) > 1",
    ),
    (
        Kind::Duplicated,
        "SELECT format('operation %s had ended (event %s), and then came %s (event %s)', e.operation_id, ended.seq, e.kind, e.seq)
         FROM events e JOIN events ended ON ended.operation_id = e.operation_id
             AND ended.kind IN ('operation_succeeded', 'operation_failed', 'operation_cancelled')
         WHERE e.seq > ended.seq AND e.kind NOT IN ('operation_succeeded', 'operation_failed', 'operation_cancelled')",
    ),
    (
        Kind::Duplicated,
        "SELECT format('operation %s committed %s after the steps that follow it', e.operation_id, e.data ->> 'step')
         FROM events e JOIN operation_steps s ON s.operation_id = e.operation_id AND s.name = e.data ->> 'step'
         WHERE e.kind = 'step_succeeded' AND EXISTS (
             SELECT FROM events f JOIN operation_steps t ON t.operation_id = f.operation_id AND t.name = f.data ->> 'step'
             WHERE f.operation_id = e.operation_id AND f.kind = 'step_succeeded' AND t.position > s.position AND f.seq < e.seq)",
    ),
];
