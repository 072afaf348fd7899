//! The schema itself: what every tenant table must have, and what the roles may not do.
#![allow(clippy::unwrap_used, reason = "tests")]

use souk_db::migrate;
use souk_test_support::{TestDatabase, role_passwords, seed};
use sqlx::{Connection, PgConnection, Row};

/// Tables with rows of accounts. A new one belongs here and must then pass the tests below.
const TENANT_TABLES: &[&str] = &[
    "access_tokens",
    "accounts",
    "audit_log",
    "events",
    "idempotency_keys",
    "memberships",
    "operation_steps",
    "operation_tries",
    "operations",
    "reconcile_findings",
    "recovery_codes",
    "second_factors",
    "sessions",
    "store_hosts",
    "store_secrets",
    "store_state_intervals",
    "stores",
    "users",
];
/// Tables that name a user and that nobody but their owner reads: they are reached through functions only.
const CLOSED_TABLES: &[&str] = &["identities", "passwords", "refresh_tokens", "sign_in_challenges"];
/// Tables whose rows belong to nobody.
const OTHER_TABLES: &[&str] = &[
    "_sqlx_migrations",
    "address_attempts",
    "audit_seals",
    "audit_unsealed",
    "clusters",
    "installation",
    "sign_in_failures",
];
/// A table with one of these holds rows of somebody.
const OWNERS: &[&str] = &["account_id", "store_id", "user_id", "operation_id", "actor_user_id", "session_id"];

#[tokio::test]
async fn every_table_is_either_a_tenant_table_with_forced_policies_or_named_as_another() {
    let db = TestDatabase::create().await;
    let rows = sqlx::query(
        "SELECT c.relname::text AS name, c.relforcerowsecurity AND c.relrowsecurity AS forced,
                (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    let mut tenant = Vec::new();
    for row in rows {
        let name: String = row.get("name");
        if OTHER_TABLES.contains(&name.as_str()) || CLOSED_TABLES.contains(&name.as_str()) {
            continue;
        }
        assert!(row.get::<bool, _>("forced"), "{name} does not force row-level security");
        assert!(row.get::<i64, _>("policies") > 0, "{name} has no policy");
        tenant.push(name);
    }
    assert_eq!(tenant, TENANT_TABLES);
}

#[tokio::test]
async fn a_table_that_names_an_owner_is_a_tenant_table_or_closed_to_all_and_no_policy_shows_the_api_everything()
 {
    let db = TestDatabase::create().await;
    let mut superuser = db.superuser().await;
    let named: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = ANY($1) ORDER BY 1",
    )
    .bind(OWNERS)
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    assert!(named.len() > 10, "{named:?}");
    for table in &named {
        let closed = CLOSED_TABLES.contains(&table.as_str());
        assert!(
            closed || TENANT_TABLES.contains(&table.as_str()),
            "{table} names an owner and has no policies"
        );
    }
    for table in
        CLOSED_TABLES.iter().chain(&["address_attempts", "audit_seals", "audit_unsealed", "sign_in_failures"])
    {
        let query = format!(
            "SELECT has_any_column_privilege('souk_api', '{table}', 'SELECT, INSERT, UPDATE')::int::bigint"
        );
        assert_eq!(db.number(&query).await, 0, "{table}");
    }
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT tablename || '.' || policyname FROM pg_policies
         WHERE ('souk_api' = ANY(roles) OR 'public' = ANY(roles)) AND (qual IS NULL OR qual = 'true')",
    )
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    assert!(open.is_empty(), "{open:?} let everybody through");
}

#[tokio::test]
async fn what_tests_are_given_signs_in_as_the_roles_of_the_product() {
    let db = TestDatabase::create().await;
    let (_api, _worker) = (db.api.anonymous().await.unwrap(), db.worker.begin().await.unwrap());
    let rows = sqlx::query(
        "SELECT application_name AS name, array_agg(DISTINCT usename::text) AS roles FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'souk-%' GROUP BY 1 ORDER BY 1",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    let seen: Vec<(String, Vec<String>)> =
        rows.iter().map(|row| (row.get("name"), row.get("roles"))).collect();
    let expected = [("souk-api", "souk_api"), ("souk-worker", "souk_worker")];
    assert_eq!(seen, expected.map(|(name, role)| (name.to_owned(), vec![role.to_owned()])));
}

#[tokio::test]
async fn the_tests_roles_are_no_superusers_and_cannot_pass_by_the_policies() {
    let db = TestDatabase::create().await;
    for role in ["souk_api", "souk_worker"] {
        let mut connection = PgConnection::connect_with(&db.options_for(role)).await.unwrap();
        let row = sqlx::query(
            "SELECT current_user::text AS name, rolsuper OR rolbypassrls OR rolcreaterole AS mighty
             FROM pg_roles WHERE rolname = current_user",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(row.get::<String, _>("name"), role);
        assert!(!row.get::<bool, _>("mighty"), "{role}");
    }
}

#[tokio::test]
async fn without_a_principal_the_api_sees_no_row_of_any_tenant() {
    let db = TestDatabase::create().await;
    let owner = seed::user(&db, "anna").await;
    seed::store(&db, &owner, "shop").await;
    for row in [
        "INSERT INTO operation_tries (operation_id, account_id, step, number, outcome, reason)
         SELECT id, account_id, 'release', 1, 'retrying', 'x' FROM operations",
        "INSERT INTO idempotency_keys (user_id, account_id, route, key, fingerprint, status, location, etag, body)
         SELECT user_id, account_id, 'x', 'x', sha256('x'), 202, '', '', '' FROM memberships",
        "INSERT INTO store_secrets (store_id, account_id, attempt, key_id, nonce, ciphertext)
         SELECT id, account_id, 1, 'x', '', '' FROM stores",
        "INSERT INTO sessions (id, user_id, expires_at) SELECT gen_random_uuid(), id, now() FROM users",
        "INSERT INTO access_tokens (id, user_id, name, hash, scopes, expires_at)
         SELECT gen_random_uuid(), id, 'x', sha256('x'), '{stores:read}', now() FROM users",
        "INSERT INTO second_factors (user_id, key_id, nonce, ciphertext) SELECT id, '1', 'x', 'x' FROM users",
        "INSERT INTO recovery_codes (user_id, hash) SELECT id, sha256('x') FROM users",
        "INSERT INTO reconcile_findings (cluster_id, namespace, finding, store_id, reason, next, since)
         SELECT cluster_id, 'x', 'unknown', id, 'x', 'x', now() FROM stores",
    ] {
        assert_eq!(db.execute(row).await, 1);
    }
    let mut connection = PgConnection::connect_with(&db.options_for("souk_api")).await.unwrap();
    for table in TENANT_TABLES {
        let query = format!("SELECT count(*) FROM {table}");
        let seen: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query.clone())).fetch_one(&mut connection).await.unwrap();
        assert_eq!(seen, 0, "{table}");
        // The control: there is something to see, for who may.
        assert!(db.number(&query).await > 0, "{table} is empty, so the test shows nothing");
    }
}

#[tokio::test]
async fn the_api_reaches_no_password_and_nobody_changes_the_audit_log() {
    let db = TestDatabase::create().await;
    seed::user(&db, "anna").await;
    for (role, statement) in [
        ("souk_api", "SELECT * FROM passwords"),
        ("souk_api", "SELECT * FROM identities"),
        ("souk_worker", "SELECT * FROM passwords"),
        ("souk_api", "UPDATE audit_log SET event_type = 'x'"),
        ("souk_api", "DELETE FROM audit_log"),
        ("souk_worker", "UPDATE audit_log SET event_type = 'x'"),
        ("souk_worker", "DELETE FROM audit_log"),
        ("souk_api", "UPDATE users SET role = 'admin'"),
        ("souk_api", "SELECT * FROM refresh_tokens"),
        ("souk_api", "SELECT hash FROM access_tokens"),
        ("souk_api", "UPDATE access_tokens SET expires_at = 'infinity'"),
        ("souk_api", "UPDATE sessions SET ended_at = NULL, expires_at = 'infinity'"),
        ("souk_api", "INSERT INTO sessions DEFAULT VALUES"),
        ("souk_api", "SELECT * FROM sign_in_challenges"),
        ("souk_api", "DELETE FROM sign_in_failures"),
        ("souk_api", "UPDATE address_attempts SET attempts = 0"),
        ("souk_api", "SELECT count_attempt('registration', '127.0.0.1', '1 hour')"),
        ("souk_worker", "SELECT * FROM sessions"),
        // It encrypts their secrets anew, and can neither set one up nor take one away.
        ("souk_worker", "INSERT INTO second_factors DEFAULT VALUES"),
        ("souk_worker", "UPDATE second_factors SET user_id = user_id"),
        ("souk_worker", "DELETE FROM second_factors"),
        ("souk_worker", "SELECT own_password()"),
        ("souk_api", "INSERT INTO operation_tries DEFAULT VALUES"),
        ("souk_api", "DELETE FROM idempotency_keys"),
    ] {
        let mut connection = PgConnection::connect_with(&db.options_for(role)).await.unwrap();
        let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
        let code = error.as_database_error().and_then(|e| e.code().map(|c| c.to_string()));
        assert_eq!(code.as_deref(), Some("42501"), "{role}: {statement}: {error}");
    }
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_several_may_do_it_at_once() {
    let db = TestDatabase::create().await;
    let before = db.number("SELECT count(*) FROM _sqlx_migrations").await;
    let (passwords, options) = (role_passwords(), db.options_for("postgres"));
    let admin = || match std::env::var(souk_test_support::URL_VARIABLE)
        .unwrap()
        .parse::<sqlx::postgres::PgConnectOptions>()
    {
        Ok(url) => url.database(options.get_database().unwrap()),
        Err(error) => panic!("{error}"),
    };
    let (one, two) = tokio::join!(migrate(admin(), &passwords), migrate(admin(), &passwords));
    one.unwrap();
    two.unwrap();
    assert_eq!(db.number("SELECT count(*) FROM _sqlx_migrations").await, before);
}

#[tokio::test]
async fn the_claim_of_jobs_is_our_own_and_not_the_one_of_apalis() {
    let db = TestDatabase::create().await;
    let ours = include_str!("../../../migrations/0003_queue.sql");
    let body = ours.split("AS $$").nth(1).unwrap().split("$$;").next().unwrap();
    let installed: String = sqlx::query_scalar("SELECT prosrc FROM pg_proc WHERE proname = 'get_jobs'")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(installed, body);
    let definition: String =
        sqlx::query_scalar("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'get_jobs'")
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert!(definition.contains("ANY (ARRAY("), "{definition}");
}
