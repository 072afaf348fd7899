//! A database of its own for every test, migrated once and copied often.
//!
//! Tests use it as `souk_api` and `souk_worker`; the superuser only makes it, and turns back the
//! clock where a test cannot wait.

use std::sync::atomic::{AtomicU32, Ordering};

use souk_db::{ApiPool, PoolSettings, RolePasswords, WorkerPool, migrate};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Where the superuser's URL stands; `cargo xtask test` sets it.
pub const URL_VARIABLE: &str = "SOUK_TEST_DATABASE_URL";
/// Of the roles `souk_api` and `souk_worker`. Roles belong to a server, and the development Souk uses the
/// same server: `cargo xtask up` gives them this password, too.
const PASSWORD: &str = "souk-development";
/// Held while the template is made.
const TEMPLATE_LOCK: i64 = 0x736f_756b_00ff;

static COUNTER: AtomicU32 = AtomicU32::new(0);

#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    admin: PgConnectOptions,
    pub api: ApiPool,
    pub worker: WorkerPool,
}

/// Passwords of the roles on a server for tests.
#[must_use]
pub fn role_passwords() -> RolePasswords {
    RolePasswords { api: PASSWORD.into(), worker: PASSWORD.into() }
}

impl TestDatabase {
    pub async fn create() -> Self {
        let url = std::env::var(URL_VARIABLE)
            .unwrap_or_else(|_| panic!("{URL_VARIABLE} is not set: run `cargo xtask test --only db`, or set it to `$(cargo xtask postgres up)`"));
        Self::create_on(&url).await
    }

    /// On the server of this superuser's URL, for a test with a server of its own.
    pub async fn create_on(url: &str) -> Self {
        let admin: PgConnectOptions = url.parse().expect("the test database's URL");
        let name = format!("souk_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect_with(&admin).await.expect("the test server answers");
        let template = ensure_template(&mut connection, &admin).await;
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        ] {
            connection.execute(AssertSqlSafe(statement)).await.expect("a database for this test");
        }
        connection.close().await.expect("close");
        let role = |user: &str| PoolSettings {
            options: admin.clone().database(&name).username(user).password(PASSWORD),
            max_connections: 10,
        };
        let api = ApiPool::connect(role("souk_api")).await.expect("connect as souk_api");
        let worker = WorkerPool::connect(role("souk_worker")).await.expect("connect as souk_worker");
        Self { admin: admin.database(&name), name, api, worker }
    }

    /// As new, for another case of the same test: to empty tables takes a tenth of what to make a database
    /// does. Whoever still works on it is cut off.
    pub async fn renewed(mut self) -> Self {
        // Closed from the call on; those that were open are cut off below.
        drop(self.worker.close());
        let statements = "
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'souk_worker';
            DROP FUNCTION IF EXISTS hold_write CASCADE;
            DO $$ BEGIN
                EXECUTE 'TRUNCATE ' || (
                    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables
                    WHERE schemaname IN ('public', 'apalis') AND tablename NOT LIKE '\\_sqlx%' AND tablename <> 'installation'
                ) || ' RESTART IDENTITY';
            END $$;
            INSERT INTO clusters (name) VALUES ('default')";
        self.execute(statements).await;
        self.worker = self.another_worker().await;
        self
    }

    /// How a second process would connect as `user`.
    #[must_use]
    pub fn options_for(&self, user: &str) -> PgConnectOptions {
        self.admin.clone().username(user).password(PASSWORD)
    }

    /// As the superuser, past every policy: to turn back the clock, or to look at what no role may see.
    pub async fn superuser(&self) -> PgConnection {
        PgConnection::connect_with(&self.admin).await.expect("connect as superuser")
    }

    /// The URL of that connection, for a process that takes one.
    #[must_use]
    pub fn url(&self, user: &str) -> String {
        let (host, port) = (self.admin.get_host(), self.admin.get_port());
        format!("postgres://{user}:{PASSWORD}@{host}:{port}/{}", self.name)
    }

    /// Connections of a worker of its own, as another process has them.
    pub async fn another_worker(&self) -> WorkerPool {
        let settings = PoolSettings { options: self.options_for("souk_worker"), max_connections: 10 };
        WorkerPool::connect(settings).await.expect("connect as souk_worker")
    }

    /// Runs one statement as the superuser.
    pub async fn execute(&self, statement: &str) -> u64 {
        let mut connection = self.superuser().await;
        let done = connection.execute(AssertSqlSafe(statement.to_owned())).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}")).rows_affected()
    }

    /// One number, as the superuser.
    pub async fn number(&self, query: &str) -> i64 {
        let mut connection = self.superuser().await;
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{query}: {error}"))
    }
}

/// One value, as text.
pub(crate) async fn text(connection: &mut PgConnection, query: String) -> String {
    let text: Option<String> = sqlx::query_scalar(AssertSqlSafe(query.clone()))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    text.unwrap_or_default()
}

async fn ensure_template(connection: &mut PgConnection, admin: &PgConnectOptions) -> String {
    let template = format!("souk_template_{}", souk_schema::fingerprint());
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await
        .expect("lock");
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut *connection)
        .await
        .expect("look for the template");
    if !exists {
        let unfinished = format!("{template}_unfinished");
        let prepare = [
            format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
            format!("CREATE DATABASE {unfinished}"),
        ];
        for statement in prepare {
            connection.execute(AssertSqlSafe(statement)).await.expect("make the template");
        }
        migrate(admin.clone().database(&unfinished), &role_passwords()).await.expect("migrate the template");
        let rename = format!("ALTER DATABASE {unfinished} RENAME TO {template}");
        connection.execute(AssertSqlSafe(rename)).await.expect("name the template");
    }
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(connection)
        .await
        .expect("unlock");
    template
}

impl Drop for TestDatabase {
    /// On a thread of its own: a test's runtime may be gone already.
    ///
    /// The pools are closed before: a connection that a test's listener is just opening would wait for
    /// this thread, and PostgreSQL drops no database while somebody is signing in.
    fn drop(&mut self) {
        let _closing = (self.api.close(), self.worker.close());
        let (name, admin) = (self.name.clone(), self.admin.clone().database("postgres"));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&admin).await?;
                connection
                    .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                    .await?;
                Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        let _ = dropped.join();
    }
}
