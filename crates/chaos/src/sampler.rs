//! Looks, whenever a worker enters a step, whether the limits hold at that very moment.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use souk_domain::dispatch::PermitLimits;
use souk_domain::id::{AccountId, OperationId};
use souk_test_support::TestDatabase;
use souk_worker::WorkerSettings;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ledger::Ledger;

/// Besides at every step.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A loaded machine runs a worker's timers late; more than that is a worker that does not stop.
const LATE: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct Sampler {
    database: Arc<TestDatabase>,
    ledger: Arc<Ledger>,
    limits: PermitLimits,
    /// How long a worker may go on after its lease has ended: until its next heartbeat, or until its own clock
    /// says that the lease is over.
    grace: Duration,
    /// Visits whose operation is not held, since when.
    unheld: BTreeMap<u64, Instant>,
}

impl Sampler {
    #[must_use]
    pub fn new(database: Arc<TestDatabase>, ledger: Arc<Ledger>, settings: &WorkerSettings) -> Self {
        let grace = settings.lease + settings.heartbeat + LATE;
        Self { database, ledger, limits: settings.limits, grace, unheld: BTreeMap::new() }
    }

    /// Until the task is aborted.
    pub async fn run(mut self) {
        loop {
            let mut connection = self.database.superuser().await;
            while let Ok(()) = self.look(&mut connection).await {
                let _ = tokio::time::timeout(LOOK_EVERY, self.ledger.entered.notified()).await;
            }
        }
    }

    async fn look(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let before = self.ledger.inside();
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT id, account_id FROM operations
             WHERE has_permit AND lease_expires_at > clock_timestamp() AND state IN ('running', 'cancelling')",
        )
        .fetch_all(connection)
        .await?;
        let mut by_account: HashMap<AccountId, usize> = HashMap::new();
        for (_, account) in &rows {
            *by_account.entry(AccountId::from_uuid(*account)).or_default() += 1;
        }
        if rows.len() > self.limits.total {
            self.ledger.violation(format!(
                "{} permits are taken, {} there are",
                rows.len(),
                self.limits.total
            ));
        }
        for (account, taken) in by_account.iter().filter(|(_, taken)| **taken > self.limits.per_account) {
            self.ledger.violation(format!("{account} has {taken} permits of {}", self.limits.per_account));
        }
        let held: HashSet<_> = rows.iter().map(|(id, _)| OperationId::from_uuid(*id)).collect();
        let now = self.ledger.inside();
        self.unheld.retain(|visit, _| now.contains_key(visit));
        for (id, visit) in before.iter().filter(|(id, _)| now.contains_key(id)) {
            if held.contains(&visit.operation) {
                self.unheld.remove(id);
                continue;
            }
            let since = *self.unheld.entry(*id).or_insert_with(Instant::now);
            if since.elapsed() > self.grace {
                self.ledger.violation(format!(
                    "a worker goes on with {} of {} long after its lease has ended",
                    visit.step, visit.operation
                ));
            }
        }
        Ok(())
    }
}
