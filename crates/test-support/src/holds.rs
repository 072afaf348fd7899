//! Holds a worker at one exact write, with the database's own locks.
//!
//! Nothing in the worker knows of it: a trigger of the test waits in the middle of the worker's
//! transaction. A worker that is dropped there has made its effect and has not committed it.

use souk_domain::operation::Step;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{TestDatabase, wait_for};

/// Only the test that holds it and the workers that it holds know this number.
const HOLD_LOCK: i64 = 4_242;

/// Which write of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// That it begins.
    Start,
    /// That it is done.
    Done,
    /// That it is undone.
    Undone,
}

/// A write that waits, uncommitted.
#[derive(Debug)]
pub struct HeldWrite(PgConnection);

/// The stores' rows, which nobody else can lock.
#[derive(Debug)]
pub struct HeldStores(PgConnection);

impl TestDatabase {
    /// The next `write` of `step`, of any operation, waits in its transaction.
    pub async fn hold_write(&self, step: Step, write: Write) -> HeldWrite {
        let condition = match write {
            Write::Start => "NEW.state = 'running' AND OLD.state <> 'running'",
            Write::Done => "NEW.state = 'done'",
            Write::Undone => "NEW.undone AND NOT OLD.undone",
        };
        let mut connection = self.superuser().await;
        let statements = format!(
            "SELECT pg_advisory_lock({HOLD_LOCK});
             CREATE OR REPLACE FUNCTION hold_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF NEW.name = '{step}' AND {condition} THEN PERFORM pg_advisory_xact_lock({HOLD_LOCK}); END IF;
                 RETURN NEW;
             END $$;
             CREATE OR REPLACE TRIGGER hold_write BEFORE UPDATE ON operation_steps
                 FOR EACH ROW EXECUTE FUNCTION hold_write()"
        );
        connection.execute(AssertSqlSafe(statements)).await.expect("lay a hold");
        HeldWrite(connection)
    }

    /// Stands in line for all stores' rows and keeps them: whoever comes later waits behind, as a lock on a
    /// table is given in the order of asking. Returns when it stands in line, with the wait for them.
    pub async fn hold_stores(&self) -> impl Future<Output = HeldStores> + use<> {
        let mut connection = self.superuser().await;
        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
            .fetch_one(&mut connection)
            .await
            .expect("a process id");
        let task = tokio::spawn(async move {
            connection.execute("BEGIN; LOCK TABLE stores IN EXCLUSIVE MODE").await.expect("lock the stores");
            HeldStores(connection)
        });
        let waits = format!("SELECT count(*) FROM pg_locks WHERE pid = {pid} AND NOT granted");
        wait_for("the test to stand in line for the stores", async || {
            (task.is_finished() || self.number(&waits).await > 0).then_some(())
        })
        .await;
        async move { task.await.expect("the stores' lock") }
    }

    /// Returns when a worker waits for a lock of the database.
    pub async fn a_worker_waits(&self) {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                     AND usename = 'souk_worker' AND wait_event_type = 'Lock'";
        wait_for("a worker to wait for a lock", async || (self.number(waits).await > 0).then_some(())).await;
    }

    /// Every row that a worker may write, as text, to compare.
    pub async fn snapshot(&self) -> String {
        let mut connection = self.superuser().await;
        let mut all = String::new();
        for table in
            ["stores", "store_state_intervals", "store_secrets", "operations", "operation_steps", "events"]
        {
            let query = format!(
                "SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY to_jsonb(t)::text) FROM {table} t"
            );
            let rows = crate::database::text(&mut connection, query).await;
            all.extend([table, "\n", &rows, "\n"]);
        }
        all
    }
}

impl HeldWrite {
    /// Returns when a worker stands at the write.
    pub async fn reached(&mut self) {
        let query = format!(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {HOLD_LOCK} AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        );
        wait_for("a worker to reach the write", async || {
            let waiting: i64 = sqlx::query_scalar(AssertSqlSafe(query.clone()))
                .fetch_one(&mut self.0)
                .await
                .expect("look at the locks");
            (waiting > 0).then_some(())
        })
        .await;
    }

    /// Lets it go on, and whoever comes later.
    pub async fn let_go(self) {
        self.0.close().await.expect("close");
    }
}

impl HeldStores {
    pub async fn let_go(self) {
        self.0.close().await.expect("close");
    }
}
