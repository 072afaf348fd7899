//! Seals the audit log: every replica tries each second, one at a time does it (`souk_db::audit::seal`).
//!
//! It has a task of its own, so that no cluster that does not answer and no lock on permits holds it up: what is
//! committed is sealed within five seconds.

use souk_db::DbError;
use souk_db::audit::seal;
use tokio::time::{MissedTickBehavior, interval};

use crate::WorkerContext;

/// Rows sealed in one transaction.
const BATCH: i64 = 500;

/// Runs until the worker stops.
pub(crate) async fn run(context: WorkerContext) {
    let mut tick = interval(context.settings.seal_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stopping.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(error) = context.seal().await {
            tracing::warn!(%error, "the audit log could not be sealed; the next try comes soon");
        }
    }
}

impl WorkerContext {
    /// Seals all that is committed and has no seal, unless another replica is at it. Returns how many rows.
    pub async fn seal(&self) -> Result<usize, DbError> {
        let mut sealed = 0;
        loop {
            let mut tx = self.begin().await?;
            let Some(round) = seal::seal(&mut tx, BATCH).await? else { return Ok(sealed) };
            if round.sealed == 0 {
                return Ok(sealed);
            }
            tx.commit().await?;
            sealed += round.sealed;
            if let Some(head) = round.head {
                // Logs are kept elsewhere: what they say of the head, nobody who owns the database can take back.
                tracing::info!(rows = round.sealed, head = %head, "audit log sealed");
            }
        }
    }
}
