//! Every operation of the API, asked for by everybody who should not get it.
//!
//! The table names each operation of the OpenAPI document and the exact status for each kind of caller; an operation that
//! is not in it fails the walk. A new kind of caller is a variant of [`Who`] and one more number in each row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::collections::{BTreeMap, BTreeSet};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::app::{TOKEN_KEY, TOKEN_SECRET, send};
use souk_test_support::{TestApp, TestUser};

/// Who asks, and whose things they ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Without a token, for Leyla's.
    Nobody,
    /// Another merchant, for Leyla's.
    Other,
    /// A script with a personal access token that lacks the scope which the operation names, for its user's own: Leyla's,
    /// or an operator's where only operators are served.
    Scopeless,
    /// A merchant who was suspended after they got their token, for their own.
    Suspended,
    /// Leyla with a token that has expired, for her own.
    Expired,
    /// An operator, for Leyla's.
    Admin,
    /// Leyla, for her own: the control, which shows that the way is open.
    Owner,
}

const COLUMNS: [Who; 7] =
    [Who::Nobody, Who::Other, Who::Scopeless, Who::Suspended, Who::Expired, Who::Admin, Who::Owner];

struct Row {
    operation: &'static str,
    /// What `{id}` is.
    id: Target,
    body: Option<fn(usize) -> Value>,
    /// By [`COLUMNS`].
    statuses: [u16; COLUMNS.len()],
}

#[derive(Debug, Clone, Copy)]
enum Target {
    None,
    Store,
    Operation,
    /// A user on whom operators act.
    User,
    /// An account whose terms operators set.
    Account,
    /// A session of Leyla's, beside the one that asks.
    Session,
    /// A personal access token of Leyla's.
    Token,
}

const fn row(
    operation: &'static str,
    id: Target,
    body: Option<fn(usize) -> Value>,
    statuses: [u16; COLUMNS.len()],
) -> Row {
    Row { operation, id, body, statuses }
}

/// The number makes it new each time.
fn registration(number: usize) -> Value {
    json!({ "email": format!("visitor-{number}@example.com"), "password": "correct horse battery" })
}

fn login(_: usize) -> Value {
    json!({ "email": "leyla@example.com", "password": "correct horse battery" })
}

fn store(number: usize) -> Value {
    json!({ "name": format!("walk-{number}"), "engine": "medusa" })
}

fn name(_: usize) -> Value {
    json!({ "name": "lamps" })
}

fn reason(_: usize) -> Value {
    json!({ "reason": "the walk" })
}

fn title(number: usize) -> Value {
    json!({ "title": format!("Lamps {number}") })
}

fn terms(number: usize) -> Value {
    json!({ "max_stores": number })
}

fn second_step(_: usize) -> Value {
    json!({ "challenge": "soukc_of_nobody", "code": "123456" })
}

fn password(_: usize) -> Value {
    json!({ "password": "correct horse battery" })
}

fn code(_: usize) -> Value {
    json!({ "password": "correct horse battery", "code": "000000" })
}

fn only_code(_: usize) -> Value {
    json!({ "code": "000000" })
}

fn new_password(_: usize) -> Value {
    json!({ "password": "correct horse battery", "new_password": "lamps that nobody has lit before" })
}

fn token(_: usize) -> Value {
    json!({ "name": "a script", "scopes": ["stores:read"] })
}

/// In this order: what removes, or changes how somebody signs in, comes last.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    //                                                                         nobody other scope susp. expir. admin owner
    row("GET /api/v1/health", Target::None, None,                                [200, 200, 200, 200, 200, 200, 200]),
    row("GET /api/v1/health/live", Target::None, None,                           [200, 200, 200, 200, 200, 200, 200]),
    row("GET /api/v1/health/ready", Target::None, None,                          [200, 200, 200, 200, 200, 200, 200]),
    row("GET /api/v1/brand", Target::None, None,                                 [200, 200, 200, 200, 200, 200, 200]),
    row("GET /api/v1/brand/logo", Target::None, None,                            [404, 404, 404, 404, 404, 404, 404]),
    row("POST /api/v1/auth/register", Target::None, Some(registration),          [201, 201, 201, 201, 201, 201, 201]),
    row("POST /api/v1/auth/login", Target::None, Some(login),                    [200, 200, 200, 200, 200, 200, 200]),
    // These look at what stands in the body or the cookie, and here is nothing that is good.
    row("POST /api/v1/auth/login/second-step", Target::None, Some(second_step),  [401, 401, 401, 401, 401, 401, 401]),
    row("POST /api/v1/auth/refresh", Target::None, None,                         [401, 401, 401, 401, 401, 401, 401]),
    row("POST /api/v1/auth/logout", Target::None, None,                          [401, 401, 401, 401, 401, 401, 401]),
    row("GET /api/v1/auth/me", Target::None, None,                               [401, 200, 200, 401, 401, 200, 200]),
    row("GET /api/v1/me/audit", Target::None, None,                              [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/me/sessions", Target::None, None,                           [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/me/tokens", Target::None, None,                             [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/me/second-factor", Target::None, None,                      [401, 200, 403, 401, 401, 200, 200]),
    row("POST /api/v1/me/second-factor", Target::None, Some(password),           [401, 201, 403, 401, 401, 201, 201]),
    // The password is right and the code is not.
    row("POST /api/v1/me/second-factor/confirm", Target::None, Some(only_code),  [401, 403, 403, 401, 401, 403, 403]),
    row("POST /api/v1/me/second-factor/recovery-codes", Target::None, Some(code), [401, 409, 403, 401, 401, 409, 409]),
    row("POST /api/v1/me/second-factor/disable", Target::None, Some(code),       [401, 409, 403, 401, 401, 409, 409]),
    row("POST /api/v1/me/tokens", Target::None, Some(token),                     [401, 201, 403, 401, 401, 201, 201]),
    row("GET /api/v1/audit/logs", Target::None, None,                            [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/metrics", Target::None, None,                               [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/metrics/json", Target::None, None,                          [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/users", Target::None, None,                           [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/users/{id}", Target::User, None,                      [401, 403, 403, 401, 401, 200, 403]),
    row("POST /api/v1/admin/users/{id}/suspend", Target::User, Some(reason),     [401, 403, 403, 401, 401, 200, 403]),
    row("POST /api/v1/admin/users/{id}/restore", Target::User, Some(reason),     [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/accounts/{id}", Target::Account, None,                [401, 403, 403, 401, 401, 200, 403]),
    row("PATCH /api/v1/admin/accounts/{id}", Target::Account, Some(terms),       [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/stores", Target::None, None,                          [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/operations", Target::None, None,                      [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/permits", Target::None, None,                         [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/provisioning", Target::None, None,                    [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/orphans", Target::None, None,                         [401, 403, 403, 401, 401, 200, 403]),
    row("GET /api/v1/admin/dead-letters", Target::None, None,                    [401, 403, 403, 401, 401, 200, 403]),
    // It was not put aside, and only an operator is told so.
    row("POST /api/v1/admin/dead-letters/{id}/requeue", Target::Operation, Some(reason), [401, 403, 403, 401, 401, 409, 403]),
    row("GET /api/v1/account/quota", Target::None, None,                         [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/events", Target::None, None,                                [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/availability", Target::None, None,                   [401, 200, 403, 401, 401, 200, 200]),
    // Everybody who may come in asks for a store of their own.
    row("POST /api/v1/stores", Target::None, Some(store),                        [401, 202, 403, 401, 401, 202, 202]),
    row("GET /api/v1/stores", Target::None, None,                                [401, 200, 403, 401, 401, 200, 200]),
    row("GET /api/v1/operations/{id}", Target::Operation, None,                  [401, 404, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/{id}", Target::Store, None,                          [401, 404, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/{id}/logs", Target::Store, None,                     [401, 404, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/{id}/events", Target::Store, None,                   [401, 404, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/{id}/pods/logs", Target::Store, None,                [401, 404, 403, 401, 401, 200, 200]),
    row("GET /api/v1/stores/{id}/credentials", Target::Store, None,              [401, 404, 403, 401, 401, 403, 200]),
    // A ready store can be neither retried nor rebuilt, and only its owner is told so.
    row("POST /api/v1/stores/{id}/retry", Target::Store, None,                   [401, 404, 403, 401, 401, 403, 409]),
    row("POST /api/v1/stores/{id}/rebuild", Target::Store, Some(name),           [401, 404, 403, 401, 401, 403, 409]),
    row("PATCH /api/v1/stores/{id}", Target::Store, Some(title),                 [401, 404, 403, 401, 401, 403, 200]),
    row("DELETE /api/v1/stores/{id}", Target::Store, None,                       [401, 404, 403, 401, 401, 403, 202]),
    row("DELETE /api/v1/me/tokens/{id}", Target::Token, None,                    [401, 404, 403, 401, 401, 404, 204]),
    row("DELETE /api/v1/me/sessions/{id}", Target::Session, None,                [401, 404, 403, 401, 401, 404, 204]),
    row("POST /api/v1/me/password", Target::None, Some(new_password),            [401, 200, 403, 401, 401, 200, 200]),
    row("DELETE /api/v1/me/sessions", Target::None, None,                        [401, 200, 403, 401, 401, 200, 200]),
];

/// Those that take no token. The list may only get shorter: what is added to the API takes one.
const OPEN: [&str; 10] = [
    // What the page of the sign-in shows.
    "GET /api/v1/brand",
    "GET /api/v1/brand/logo",
    "GET /api/v1/health",
    "GET /api/v1/health/live",
    "GET /api/v1/health/ready",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/login/second-step",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/register",
];
/// May be lowered, and never raised.
const OPEN_AT_MOST: usize = 10;

/// Somebody with a store.
struct Owned {
    user: TestUser,
    store: String,
    operation: String,
}

struct World {
    app: TestApp,
    admin: TestUser,
    other: TestUser,
    suspended: Owned,
    leyla: Owned,
    expired: String,
    /// Leyla's, one with each scope: whichever an operation names, another one lacks it.
    reads_stores: String,
    reads_audit: String,
    /// An operator's without the scope of one.
    operators: String,
    /// Of Leyla's, to be ended.
    session: String,
    token: String,
    /// Whom operators act on.
    subject: TestUser,
}

async fn owned(app: &TestApp, name: &str, store: &str) -> Owned {
    let user = app.user(name).await;
    let body = json!({ "name": store, "engine": "medusa" });
    let accepted = app.post(&user, "/stores", body).await.expect(202);
    app.run_jobs().await;
    Owned { store: accepted.string("/store/id"), operation: accepted.string("/operation/id"), user }
}

fn expired(user: &TestUser) -> String {
    let claims = json!({ "iss": "souk", "aud": "souk-api", "sub": user.id, "sid": user.session_id, "iat": 1_000_000_000_i64,
                         "exp": 1_000_000_900_i64 });
    let header = Header { kid: Some(TOKEN_KEY.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(TOKEN_SECRET.as_bytes())).unwrap()
}

impl World {
    async fn make() -> Self {
        let app = TestApp::start().await;
        let admin = app.user("operator").await;
        let leyla = owned(&app, "leyla", "lamps").await;
        let suspended = owned(&app, "zeynep", "lamps").await;
        let (other, subject) = (app.user("mehmet").await, app.user("subject").await);
        let path = format!("/admin/users/{}/suspend", suspended.user.id);
        app.post(&admin, &path, json!({ "reason": "the walk" })).await.expect(200);
        let script = async |user: &TestUser, scopes: &[&str], field: &str| {
            app.post(user, "/me/tokens", json!({ "name": "a script", "scopes": scopes }))
                .await
                .expect(201)
                .string(field)
        };
        let login = app.request(Method::POST, "/auth/login").json(&login(0));
        Self {
            expired: expired(&leyla.user),
            reads_stores: script(&leyla.user, &["stores:read"], "/secret").await,
            reads_audit: script(&leyla.user, &["audit:read"], "/secret").await,
            operators: script(&admin, &["stores:read", "audit:read"], "/secret").await,
            token: script(&leyla.user, &["stores:read"], "/id").await,
            session: send(login).await.expect(200).string("/session_id"),
            app,
            admin,
            other,
            suspended,
            leyla,
            subject,
        }
    }

    fn token(&self, who: Who, operation: &str) -> Option<&str> {
        match who {
            Who::Nobody => None,
            Who::Other => Some(&self.other.token),
            Who::Scopeless if operation.contains("/admin/") || operation.contains("/audit/logs") => {
                Some(&self.operators)
            }
            Who::Scopeless if operation.contains("/audit") => Some(&self.reads_stores),
            Who::Scopeless => Some(&self.reads_audit),
            Who::Suspended => Some(&self.suspended.user.token),
            Who::Expired => Some(&self.expired),
            Who::Admin => Some(&self.admin.token),
            Who::Owner => Some(&self.leyla.user.token),
        }
    }

    fn path(&self, path: &str, target: Target, who: Who) -> String {
        let owner = if who == Who::Suspended { &self.suspended } else { &self.leyla };
        let id = match target {
            Target::None => "",
            Target::Store => &owner.store,
            Target::Operation => &owner.operation,
            Target::User => &self.subject.id,
            Target::Account => &self.subject.account_id,
            Target::Session => &self.session,
            Target::Token => &self.token,
        };
        path.strip_prefix("/api/v1").unwrap().replace("{id}", id)
    }

    /// Everything that belongs to anybody, in one hash.
    async fn state(&self) -> i64 {
        let tables = [
            "stores",
            "operations",
            "store_hosts",
            "events",
            "store_secrets",
            "users",
            "accounts",
            "memberships",
            "passwords",
            "second_factors",
            "recovery_codes",
        ];
        let all = tables.map(|table| format!("SELECT '{table}' || t::text AS row FROM {table} t"));
        let hash = format!(
            "SELECT hashtextextended(string_agg(row, '' ORDER BY row), 0) FROM ({}) rows",
            all.join(" UNION ALL ")
        );
        self.app.database.number(&hash).await
    }

    /// The status that the operation is answered with.
    async fn ask(&self, row: &Row, who: Who, number: usize) -> u16 {
        let (method, path) = row.operation.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        // Who signs out everywhere stays here, for the rows that come after.
        let path = match row.operation {
            "DELETE /api/v1/me/sessions" => "/api/v1/me/sessions?keep_current=true",
            "GET /api/v1/stores/availability" => "/api/v1/stores/availability?name=rugs",
            _ => path,
        };
        let mut request = self.app.request(method, &self.path(path, row.id, who));
        if let Some(token) = self.token(who, row.operation) {
            request = request.bearer_auth(token);
        }
        if let Some(body) = row.body {
            request = request.json(&body(number));
        }
        // Not read to the end: a stream has none.
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_everybody_with_the_status_in_the_table_and_a_refusal_changes_nothing() {
    let world = World::make().await;
    let mut wrong = Vec::new();
    for (at, row) in TABLE.iter().enumerate() {
        for (column, who) in COLUMNS.into_iter().enumerate() {
            let expected = row.statuses[column];
            let before = world.state().await;
            let status = world.ask(row, who, at * COLUMNS.len() + column).await;
            if status != expected {
                wrong.push(format!("{} by {who:?}: {status}, not {expected}", row.operation));
            }
            if status >= 400 && world.state().await != before {
                wrong.push(format!("{} by {who:?}: refused, and changed something", row.operation));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every operation of the document, as `GET /api/v1/stores/{id}`, and whether it takes a token.
fn documented() -> BTreeMap<String, bool> {
    let document: Value = serde_json::from_str(&souk_http::openapi::text().unwrap()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let takes_token = operation["security"].as_array().is_some_and(|security| !security.is_empty());
            operations.insert(format!("{} {path}", method.to_uppercase()), takes_token);
        }
    }
    operations
}

#[test]
fn the_table_holds_every_operation_of_the_document_once_and_no_other() {
    let walked: Vec<String> = TABLE.iter().map(|row| row.operation.to_owned()).collect();
    let once: BTreeSet<String> = walked.iter().cloned().collect();
    assert_eq!(walked.len(), once.len(), "an operation stands there twice");
    assert_eq!(once, documented().into_keys().collect());
}

#[test]
fn what_takes_no_token_is_listed_and_the_list_only_gets_shorter() {
    let documented = documented();
    let open: BTreeSet<&str> = documented
        .iter()
        .filter(|(_, takes_token)| !**takes_token)
        .map(|(operation, _)| operation.as_str())
        .collect();
    assert_eq!(open, OPEN.into_iter().collect());
    assert_eq!(OPEN.len(), OPEN_AT_MOST, "lower the number with the list");
    for row in TABLE.iter().filter(|row| !open.contains(row.operation)) {
        for (status, who) in row.statuses.into_iter().zip(COLUMNS) {
            if matches!(who, Who::Nobody | Who::Suspended | Who::Expired) {
                assert_eq!(status, 401, "{} by {who:?}", row.operation);
            }
        }
    }
}
