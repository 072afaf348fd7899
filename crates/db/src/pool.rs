//! The two pools, by who uses them. Neither gives out a connection: only a [`Tx`].

use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Executor, PgPool};

use crate::DbError;

/// Longer than any honest request; a statement that takes more is a fault.
const API_STATEMENT_TIMEOUT_MS: &str = "30000";
/// A worker's transactions take milliseconds. One that is stopped in the middle (a paused machine, a
/// network that is cut) would keep its locks, the one on permits among them, until the connection's
/// end shows, which can take hours. Shorter than a lease.
const WORKER_IDLE_IN_TRANSACTION_TIMEOUT_MS: &str = "10000";
/// Longer than any honest statement, the wait for a lock included.
const WORKER_STATEMENT_TIMEOUT_MS: &str = "30000";
/// Pauses between tries to reach a database that is still starting.
const CONNECT_PAUSES_S: [u64; 3] = [1, 2, 4];
/// Give up after this long.
const CONNECT_LIMIT: Duration = Duration::from_mins(1);
/// How long a request waits for a free connection.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that has worked this recently is given out as it is; another one has to answer first, for its server may be gone.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub struct PoolSettings {
    pub options: PgConnectOptions,
    /// Connections at most.
    pub max_connections: u32,
}

/// Connections as `souk_api`: row-level security applies.
#[derive(Debug, Clone)]
pub struct ApiPool(pub(crate) PgPool);

/// Connections as `souk_worker`.
#[derive(Debug, Clone)]
pub struct WorkerPool(pub(crate) PgPool);

/// How many of a pool's connections are used at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUsage {
    /// They work for somebody.
    pub in_use: u32,
    /// They are open and wait for work.
    pub idle: u32,
    /// So many may be open.
    pub max: u32,
}

impl PoolUsage {
    fn of(pool: &PgPool) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Self { in_use: pool.size().saturating_sub(idle), idle, max: pool.options().get_max_connections() }
    }
}

impl ApiPool {
    pub async fn connect(settings: PoolSettings) -> Result<Self, DbError> {
        let options = settings.options.application_name("souk-api").options([
            ("statement_timeout", API_STATEMENT_TIMEOUT_MS),
            ("idle_in_transaction_session_timeout", API_STATEMENT_TIMEOUT_MS),
            // What is asked here is asked by an id or an account, whose index is right whatever they are. Plans for one value
            // cost more than the query, and row-level security misleads them: they read all hosts for a list of one's own.
            ("plan_cache_mode", "force_generic_plan"),
        ]);
        Ok(Self(connect(options, settings.max_connections).await?))
    }

    /// How long a round trip takes.
    pub async fn ping(&self) -> Result<Duration, DbError> {
        ping(&self.0).await
    }

    #[must_use]
    pub fn usage(&self) -> PoolUsage {
        PoolUsage::of(&self.0)
    }

    /// Opens no connection from the call on; the future ends when those that were open are closed.
    pub fn close(&self) -> impl Future<Output = ()> + '_ {
        self.0.close()
    }
}

impl WorkerPool {
    pub async fn connect(settings: PoolSettings) -> Result<Self, DbError> {
        let options = settings.options.application_name("souk-worker").options([
            ("statement_timeout", WORKER_STATEMENT_TIMEOUT_MS),
            ("idle_in_transaction_session_timeout", WORKER_IDLE_IN_TRANSACTION_TIMEOUT_MS),
        ]);
        Ok(Self(connect(options, settings.max_connections).await?))
    }

    pub async fn ping(&self) -> Result<Duration, DbError> {
        ping(&self.0).await
    }

    #[must_use]
    pub fn usage(&self) -> PoolUsage {
        PoolUsage::of(&self.0)
    }

    /// Opens no connection from the call on; the future ends when those that were open are closed.
    pub fn close(&self) -> impl Future<Output = ()> + '_ {
        self.0.close()
    }
}

async fn ping(pool: &PgPool) -> Result<Duration, DbError> {
    let start = Instant::now();
    pool.execute("SELECT 1").await?;
    Ok(start.elapsed())
}

async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<PgPool, DbError> {
    let start = Instant::now();
    let mut pauses = CONNECT_PAUSES_S.iter().copied().chain(std::iter::repeat(CONNECT_PAUSES_S[2]));
    loop {
        let attempt = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // Asked only where it makes a difference: each look is a round trip.
            .test_before_acquire(false)
            .before_acquire(|connection, kept| {
                Box::pin(async move { Ok(kept.idle_for < TRUSTED_FOR || connection.ping().await.is_ok()) })
            })
            .connect_with(options.clone())
            .await;
        match attempt {
            Ok(pool) => return Ok(pool),
            Err(error) => {
                let pause = Duration::from_secs(pauses.next().unwrap_or(CONNECT_PAUSES_S[2]));
                if !worth_waiting_for(&error) || start.elapsed() + pause > CONNECT_LIMIT {
                    return Err(error.into());
                }
                tracing::warn!(%error, pause_s = pause.as_secs(), "the database does not answer yet; trying again");
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// A server that is not up yet may come; a wrong password will not become right.
fn worth_waiting_for(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| code.starts_with("57P0")),
        _ => false,
    }
}
