//! The only way to a schema: [`migrate`]. `souk migrate`, every test and `cargo xtask sqlx` use it.
//!
//! It stands apart from `souk-db` because the queries there are checked against the schema while
//! they compile; a schema that needed those queries to compile first could never change.
//!
//! Invariant: running it on a schema that is up to date changes nothing, and any number of
//! processes may run it at once.

mod roles;

use apalis_postgres::PostgresStorage;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection, PgPool};

pub use roles::{API_ROLE, OWNER_ROLE, WORKER_ROLE};

/// Souk's own migrations, in `migrations/`.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// One process at a time migrates a database; the number only has to be Souk's own.
const MIGRATION_LOCK: i64 = 0x736f_756b_0001;

/// The passwords that the roles sign in with.
#[derive(Debug, Clone)]
pub struct RolePasswords {
    pub api: SecretString,
    pub worker: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("the database could not be reached or refused a statement")]
    Database(#[from] sqlx::Error),
    #[error("the job queue's schema could not be set up")]
    Queue(#[from] apalis_postgres::Error),
    #[error("a migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Brings the database to the schema of this build, in three steps: roles, apalis's own setup, ours.
///
/// `admin` connects as a role that may create roles and extensions. Everything is made as
/// `souk_owner`, which nobody signs in as.
pub async fn migrate(admin: PgConnectOptions, passwords: &RolePasswords) -> Result<(), MigrateError> {
    let mut guard = PgConnection::connect_with(&admin).await?;
    // A session lock: it ends with this connection, however this function ends.
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut guard).await?;
    roles::ensure(&mut guard, passwords).await?;

    let owner = owner_pool(admin).await?;
    PostgresStorage::setup(&owner).await?;
    MIGRATIONS.run(&owner).await?;
    owner.close().await;
    guard.close().await?;
    Ok(())
}

/// Changes whenever a migration does: names a database that was migrated once and is copied often.
#[must_use]
pub fn fingerprint() -> String {
    use std::fmt::Write;
    let all = MIGRATIONS.iter().fold(Sha256::new(), |all, migration| all.chain_update(&*migration.checksum));
    // However many migrations there are, a name with it in stays within PostgreSQL's 63 bytes.
    all.finalize().iter().take(FINGERPRINT_BYTES).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

const FINGERPRINT_BYTES: usize = 12;

/// One connection that acts as `souk_owner`.
async fn owner_pool(admin: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(1)
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET ROLE souk_owner").execute(connection).await?;
                Ok(())
            })
        })
        .connect_with(admin)
        .await
}
