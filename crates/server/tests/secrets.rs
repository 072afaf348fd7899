//! Secrets stay where they belong: everything that a Souk says, keeps and starts is searched for every secret that a
//! run of it has made. Stores are simulated here; what helm and the cluster keep is searched on a real one (`souk-e2e`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use souk_db::secrets::{self, Keyring};
use souk_test_support::leaks::Secrets;
use souk_test_support::{TestDatabase, wait_for};
use sqlx::{AssertSqlSafe, Row};

use running::{Running, souk};

const PASSWORD: &str = "leyla's sentence, 4711 lamps";
const WRONG_PASSWORD: &str = "leyla's sentence, 4712 lamps";
const JWT_SECRET: &str = "signs the tokens of this test only";
const KEY: [u8; 32] = *b"encrypts what this test only has";
const KEY_IN_BASE64: &str = "ZW5jcnlwdHMgd2hhdCB0aGlzIHRlc3Qgb25seSBoYXM=";
const METRICS_TOKEN: &str = "opens the metrics of this test";
/// Of the roles; in every URL that the process is given.
const DATABASE_PASSWORD: &str = "souk-development";
const SAMPLE_EVERY: Duration = Duration::from_millis(20);

/// Everything that was answered, with what was asked.
#[derive(Default)]
struct Answers(Vec<(String, String)>);

impl Answers {
    async fn ask(
        &mut self,
        souk: &Running,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Value {
        let mut request = souk.request(method.clone(), path).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let headers = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        self.0.push((format!("the answer to {method} {path}"), format!("{headers}\n{text}")));
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// The command lines of the process and of all that it starts, as often as can be looked, until it is gone.
fn sample(pid: u32) -> std::thread::JoinHandle<BTreeSet<String>> {
    std::thread::spawn(move || {
        let mut seen = BTreeSet::new();
        while std::path::Path::new(&format!("/proc/{pid}")).exists() {
            let mut family = vec![pid.to_string()];
            while let Some(pid) = family.pop() {
                let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                seen.insert(String::from_utf8_lossy(&line).replace('\0', " "));
                let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
                let lists =
                    tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
                lists.for_each(|list| family.extend(list.split_whitespace().map(ToOwned::to_owned)));
            }
            std::thread::park_timeout(SAMPLE_EVERY);
        }
        seen
    })
}

/// Every row of every table as text, but for what tables are made to keep.
async fn rows(database: &TestDatabase) -> BTreeMap<String, String> {
    let mut superuser = database.superuser().await;
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname IN ('public', 'apalis') ORDER BY 1, 2",
    )
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    let mut all = BTreeMap::new();
    for (schema, table) in tables {
        // A bytea is shown in hexadecimal, which is one of the spellings that are looked for.
        let query = format!("SELECT t::text AS row FROM {schema}.{table} t");
        let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(&mut superuser).await.unwrap();
        let text: Vec<String> = rows.iter().map(|row| row.get("row")).collect();
        all.insert(format!("the table {schema}.{table}"), text.join("\n"));
    }
    all
}

/// What a store was made with, as the process made it.
async fn secrets_of_stores(database: &TestDatabase, into: &mut Secrets) {
    let keyring = Keyring::new("1", KEY);
    let kept: Vec<(uuid::Uuid, i32)> = sqlx::query_as("SELECT store_id, attempt FROM store_secrets")
        .fetch_all(&mut database.superuser().await)
        .await
        .unwrap();
    for (store, attempt) in kept {
        let store = souk_domain::id::StoreId::from_uuid(store);
        let mut tx = database.worker.begin().await.unwrap();
        let found = secrets::get(&mut tx, &keyring, store, attempt.unsigned_abs()).await.unwrap().unwrap();
        into.add("a store's admin password", found.admin_password);
        into.add("a store's publishable key", found.publishable_key);
        for (name, value) in found.internal {
            into.add(format!("a store's {name}"), value);
        }
    }
}

/// What stands where it should not.
fn search(
    secrets: &Secrets,
    answers: &Answers,
    rows: &BTreeMap<String, String>,
    command_lines: &BTreeSet<String>,
    log: &[Value],
    spans: &[wiremock::Request],
) -> BTreeSet<String> {
    let mut leaks = BTreeSet::new();
    for (place, text) in &answers.0 {
        leaks.extend(secrets.in_text(place, text));
    }
    for (place, text) in rows {
        leaks.extend(secrets.in_text(place, text));
    }
    for line in command_lines {
        leaks.extend(secrets.in_text("a command line", line));
    }
    for line in log {
        let from = line["target"].as_str().unwrap_or_default();
        leaks.extend(secrets.in_text(&format!("a log line of {from}"), &line.to_string()));
    }
    for batch in spans {
        // Texts stand in a batch as they are.
        leaks.extend(secrets.in_text("a batch of spans", &String::from_utf8_lossy(&batch.body)));
    }
    leaks
}

/// What the process is given; what it makes is added as it comes.
fn given() -> Secrets {
    let mut secrets = Secrets::default();
    for (what, secret) in [
        ("a password", PASSWORD),
        ("a password that was wrong", WRONG_PASSWORD),
        ("the key of tokens", JWT_SECRET),
        ("the key of secrets", KEY_IN_BASE64),
        ("the key of secrets, raw", std::str::from_utf8(&KEY).unwrap()),
        ("the token of the metrics", METRICS_TOKEN),
        ("the database's password", DATABASE_PASSWORD),
    ] {
        secrets.add(what, secret);
    }
    secrets
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_answer_row_or_command_line_holds_a_secret() {
    let (database, collector) = (TestDatabase::create().await, wiremock::MockServer::start().await);
    let answer =
        wiremock::Mock::given(wiremock::matchers::any()).respond_with(wiremock::ResponseTemplate::new(200));
    answer.mount(&collector).await;
    let mut command = souk(&database);
    command
        .env("SOUK_JWT_SECRET", JWT_SECRET)
        .env("SOUK_ENCRYPTION_KEY", KEY_IN_BASE64)
        .env("SOUK_METRICS_TOKEN", METRICS_TOKEN)
        .env("SOUK_STORE_CREATION_COOLDOWN_MS", "0")
        // All that anybody can make it say.
        .env("SOUK_LOG_LEVEL", "trace")
        .env("SOUK_OTLP_ENDPOINT", collector.uri());
    let souk = Running::start(command).await;
    let sampler = sample(souk.pid());
    let (mut answers, mut secrets) = (Answers::default(), given());
    // Answers that are made to hold one are asked for past the list.
    let credentials =
        |password: &str| json!({ "email": "leyla@example.com", "password": password, "refresh_in": "body" });
    let (_, session) = souk.ask(Method::POST, "/auth/register", "", Some(credentials(PASSWORD))).await;
    let (_, again) = souk.ask(Method::POST, "/auth/login", "", Some(credentials(PASSWORD))).await;
    let token = session["access_token"].as_str().unwrap().to_owned();
    secrets.add("a token", &token);
    secrets.add("another token", again["access_token"].as_str().unwrap());
    for session in [&session, &again] {
        secrets.add("a refresh token", session["refresh_token"].as_str().unwrap());
    }
    let wish = json!({ "name": "a script", "scopes": ["stores:read"] });
    let (_, script) = souk.ask(Method::POST, "/me/tokens", &token, Some(wish)).await;
    let script = script["secret"].as_str().unwrap().to_owned();
    secrets.add("a personal access token", &script);
    let (_, factor) =
        souk.ask(Method::POST, "/me/second-factor", &token, Some(json!({ "password": PASSWORD }))).await;
    secrets.add("the secret of a second factor", factor["secret"].as_str().unwrap());

    let ask = &mut answers;
    ask.ask(&souk, Method::POST, "/auth/register", "", Some(credentials(PASSWORD))).await;
    ask.ask(&souk, Method::POST, "/auth/login", "", Some(credentials(WRONG_PASSWORD))).await;
    ask.ask(&souk, Method::POST, "/auth/login", "", Some(json!({ "email": PASSWORD, "password": 7 }))).await;
    ask.ask(&souk, Method::GET, "/stores", &format!("{token}x"), None).await;
    ask.ask(&souk, Method::GET, "/stores", &script, None).await;
    ask.ask(&souk, Method::POST, "/stores", &script, None).await;
    ask.ask(&souk, Method::GET, "/me/tokens", &token, None).await;
    let mut mistyped = session["refresh_token"].as_str().unwrap().to_owned();
    let last = mistyped.pop();
    mistyped.push(if last == Some('a') { 'b' } else { 'a' });
    ask.ask(&souk, Method::POST, "/auth/refresh", "", Some(json!({ "refresh_token": mistyped }))).await;
    let mut stores = Vec::new();
    for engine in ["medusa", "woocommerce"] {
        let body = json!({ "name": format!("lamps-{engine}"), "engine": engine });
        let accepted = ask.ask(&souk, Method::POST, "/stores", &token, Some(body)).await;
        let store = accepted["store"]["id"].as_str().unwrap().to_owned();
        souk.ready(&token, &store).await;
        let path = format!("/stores/{store}");
        let (status, shown) = souk.ask(Method::GET, &format!("{path}/credentials"), &token, None).await;
        assert_eq!(status, 200, "{shown}");
        for path in [
            path.clone(),
            format!("{path}/logs"),
            format!("/operations/{}", accepted["operation"]["id"].as_str().unwrap()),
        ] {
            ask.ask(&souk, Method::GET, &path, &token, None).await;
        }
        ask.ask(&souk, Method::POST, &format!("{path}/retry"), &token, Some(json!({}))).await;
        stores.push(path);
    }
    secrets_of_stores(&database, &mut secrets).await;
    ask.ask(&souk, Method::DELETE, &stores[0], &token, None).await;
    wait_for("the store to be gone", async || {
        let id = stores[0].trim_start_matches("/stores/");
        (souk.state(&token, id).await == "deleted").then_some(())
    })
    .await;
    for path in [
        "/auth/me",
        "/stores",
        "/me/audit",
        "/audit/logs?format=csv",
        "/admin/users",
        "/admin/stores",
        "/health",
        "/metrics",
    ] {
        ask.ask(&souk, Method::GET, path, &token, None).await;
    }
    ask.ask(&souk, Method::GET, "/metrics", METRICS_TOKEN, None).await;
    let log = souk.stop_and_read().await;
    let seen = tokio::task::spawn_blocking(|| sampler.join()).await.unwrap().unwrap();

    let spans = collector.received_requests().await.unwrap();
    let leaks = search(&secrets, &answers, &rows(&database).await, &seen, &log, &spans);
    assert!(leaks.is_empty(), "{}", leaks.into_iter().collect::<Vec<_>>().join("\n"));

    // The controls: all of it was there to be searched, and a secret in it would have been found.
    assert!(
        secrets.len() > 15 && answers.0.len() > 15 && log.len() > 200,
        "{} {} {}",
        secrets.len(),
        answers.0.len(),
        log.len()
    );
    assert!(seen.iter().any(|line| line.contains("serve")), "{seen:?}");
    assert!(spans.iter().any(|batch| String::from_utf8_lossy(&batch.body).contains("operation")));
    let control = json!({ "message": format!("signed in with {PASSWORD}") }).to_string();
    assert_eq!(secrets.in_text("a log line", &control).len(), 1);
}
