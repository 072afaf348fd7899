//! Every request that was accepted came to exactly one end, and nothing is under way any more.

use std::collections::HashMap;

use souk_domain::id::{OperationId, StoreId};
use sqlx::{Error, PgConnection};
use uuid::Uuid;

use super::rows;
use crate::ledger::Ledger;
use crate::report::{Finding, Kind};

/// Accepted, and not there; ended, and nobody was told.
pub(super) async fn lost(connection: &mut PgConnection, ledger: &Ledger) -> Result<Vec<Finding>, Error> {
    let known: Vec<(Uuid, Uuid, bool)> = sqlx::query_as(
        "SELECT id, store_id, state IN ('succeeded', 'failed', 'cancelled') AND finished_at IS NOT NULL FROM operations",
    )
    .fetch_all(&mut *connection)
    .await?;
    let known: HashMap<_, _> = known
        .into_iter()
        .map(|(id, store, ended)| (OperationId::from_uuid(id), (StoreId::from_uuid(store), ended)))
        .collect();
    let mut findings = Vec::new();
    for accepted in ledger.accepted() {
        let what = match known.get(&accepted.operation) {
            None => "is not there",
            Some((store, _)) if *store != accepted.store => "is another store's",
            Some((_, false)) => "has not ended",
            Some((_, true)) => continue,
        };
        findings.push(Finding::new(Kind::Lost, format!("{} was accepted and {what}", accepted.operation)));
    }
    for (one, other) in ledger.split_deletes() {
        let what = format!("a delete that was sent twice became two operations, {one} and {other}");
        findings.push(Finding::new(Kind::Duplicated, what));
    }
    findings.extend(
        rows(
            connection,
            Kind::Lost,
            "SELECT format('operation %s (%s) is %s and no event says so', o.id, o.kind, o.state) FROM operations o
             WHERE o.state IN ('succeeded', 'failed', 'cancelled') AND NOT EXISTS (
                 SELECT FROM events e WHERE e.operation_id = o.id AND e.kind = 'operation_' || o.state)",
        )
        .await?,
    );
    Ok(findings)
}

/// Not at rest, or held by somebody who is no more.
pub(super) async fn stuck(connection: &mut PgConnection) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for query in [
        "SELECT format('store %s (attempt %s) is %s since %s', id, attempt, state, updated_at) FROM stores
         WHERE state NOT IN ('ready', 'failed', 'deleted')",
        "SELECT format('operation %s (%s of store %s) is %s, waits for %s', id, kind, store_id, state, waiting_for)
         FROM operations WHERE state IN ('queued', 'running', 'cancelling')",
        "SELECT format('operation %s (%s) is %s and keeps a permit or a lease', id, kind, state) FROM operations
         WHERE state IN ('succeeded', 'failed', 'cancelled') AND (has_permit OR lease_owner IS NOT NULL OR lease_expires_at IS NOT NULL)",
        // The state that the last operation to end led to.
        "SELECT format('store %s is %s after its %s %s', s.id, s.state, o.kind, o.state)
         FROM stores s JOIN LATERAL (
             SELECT o.kind, o.state FROM events e JOIN operations o ON o.id = e.operation_id
             WHERE e.store_id = s.id AND e.kind IN ('operation_succeeded', 'operation_failed')
               AND o.kind IN ('provision', 'delete') AND NOT o.dead_letter
             ORDER BY e.seq DESC LIMIT 1) o ON true
         WHERE s.state <> CASE WHEN o.kind = 'provision' AND o.state = 'succeeded' THEN 'ready'
                               WHEN o.kind = 'provision' THEN 'failed'
                               ELSE 'deleted' END",
    ] {
        findings.extend(rows(connection, Kind::Stuck, query).await?);
    }
    Ok(findings)
}

pub(super) async fn put_aside(connection: &mut PgConnection) -> Result<Vec<Finding>, Error> {
    let query = "SELECT format('operation %s (%s, attempt %s): %s', id, kind, attempt, failure ->> 'reason')
                 FROM operations WHERE dead_letter";
    rows(connection, Kind::DeadLetter, query).await
}
