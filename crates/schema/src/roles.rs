//! Who may touch the database: `souk_owner` makes it, `souk_api` and `souk_worker` use it.
//!
//! Roles belong to the server, not to one database, and parallel tests make many databases on one
//! server. So they are made here under a lock of their own, not in a migration.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::RolePasswords;

pub const OWNER_ROLE: &str = "souk_owner";
pub const API_ROLE: &str = "souk_api";
pub const WORKER_ROLE: &str = "souk_worker";

/// Held while roles change; another number than the lock of a migration, which is per database.
const ROLES_LOCK: i64 = 0x736f_756b_0002;

pub async fn ensure(connection: &mut PgConnection, passwords: &RolePasswords) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    // Advisory locks are per database, roles are per server: the row lock on pg_authid's shared
    // catalogue is what CREATE ROLE itself takes, so a lost race shows as 42710 and is harmless below.
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ROLES_LOCK).execute(&mut *tx).await?;
    for statement in [
        create_role(OWNER_ROLE, "NOLOGIN"),
        create_role(API_ROLE, "LOGIN"),
        create_role(WORKER_ROLE, "LOGIN"),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *tx).await?;
    }
    for statement in [
        "GRANT souk_owner TO CURRENT_USER",
        // apalis asks for both; a role that owns the schema could make them too, but only where the
        // server marks them as trusted.
        "CREATE EXTENSION IF NOT EXISTS hstore",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "GRANT USAGE, CREATE ON SCHEMA public TO souk_owner",
        "GRANT USAGE ON SCHEMA public TO souk_api, souk_worker",
        "DO $$ BEGIN EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO souk_owner', current_database()); \
         EXECUTE format('GRANT CONNECT ON DATABASE %I TO souk_api, souk_worker', current_database()); END $$",
    ] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    set_password(&mut tx, API_ROLE, &passwords.api).await?;
    set_password(&mut tx, WORKER_ROLE, &passwords.worker).await?;
    tx.commit().await
}

/// `name` and `login` are constants of this file.
fn create_role(name: &str, login: &str) -> String {
    format!(
        "DO $$ BEGIN CREATE ROLE {name} {login} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
}

/// ALTER ROLE takes no parameters, so the server quotes the password for us. Done only when it
/// differs in effect: two databases of one server that migrate at once would collide on the row.
async fn set_password(
    connection: &mut PgConnection,
    role: &str,
    password: &SecretString,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('souk.new_password', $1, true)")
        .bind(password.expose_secret())
        .execute(&mut *connection)
        .await?;
    let statement = format!(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE {role} PASSWORD %L', current_setting('souk.new_password')); \
         EXCEPTION WHEN SQLSTATE 'XX000' THEN NULL; END $$"
    );
    sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    sqlx::query("SELECT set_config('souk.new_password', '', true)").execute(connection).await?;
    Ok(())
}
