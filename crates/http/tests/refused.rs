//! What a client may get wrong, one by one: refused with its own code, and nothing has changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};
use souk_app::Limits;
use souk_test_support::app::{Options, TOKEN_KEY, TOKEN_SECRET, send};
use souk_test_support::{Answer, TestApp, TestUser};

/// All rows that a request could have written.
const ROWS: &str = "SELECT (SELECT count(*) FROM stores) + (SELECT count(*) FROM store_hosts)
    + (SELECT count(*) FROM store_state_intervals) + (SELECT count(*) FROM operations)
    + (SELECT count(*) FROM operation_steps) + (SELECT count(*) FROM events) + (SELECT count(*) FROM audit_log)
    + (SELECT count(*) FROM idempotency_keys) + (SELECT count(*) FROM apalis.jobs)
    + (SELECT coalesce(sum(version), 0)::bigint FROM stores)";

/// Leyla, her Souk, and what its tables held before she got something wrong.
struct World {
    app: TestApp,
    user: TestUser,
    rows: i64,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let user = app.merchant("leyla").await;
        Self { rows: 0, app, user }.settled().await
    }

    /// Counts anew: what was done until here was meant.
    async fn settled(mut self) -> Self {
        self.rows = self.app.database.number(ROWS).await;
        self
    }

    async fn with_ready_store() -> (Self, String) {
        let world = Self::new().await;
        let store = world.app.ready_store(&world.user, "lamps").await;
        (world.settled().await, store)
    }

    async fn unchanged(&self) {
        assert_eq!(self.app.database.number(ROWS).await, self.rows, "something has changed");
    }

    /// Asks for a store and is refused with this field.
    async fn refused(&self, body: Value, field: &str, message: &str) {
        let answer = self.app.post(&self.user, "/stores", body).await.problem(422, "request.invalid");
        assert_eq!(answer.fields(), [field]);
        assert!(answer.text.contains(message), "{message:?} is not in {}", answer.text);
        self.unchanged().await;
    }

    async fn send_text(&self, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.app.request(Method::POST, "/stores").bearer_auth(&self.user.token);
        send(request.header("content-type", content_type).body(body)).await
    }

    /// Asks for a store with this token; the control asked with a good one.
    async fn ask_with(&self, token: &str) -> Answer {
        send(self.app.request(Method::POST, "/stores").bearer_auth(token).json(&named("lamps"))).await
    }
}

fn named(name: &str) -> Value {
    json!({ "name": name, "engine": "medusa" })
}

fn titled(title: &str) -> Value {
    json!({ "name": "lamps", "engine": "medusa", "title": title })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_name() {
    World::new().await.refused(named(""), "name", "must be 3 to 30 characters long").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_200_characters() {
    World::new().await.refused(named(&"a".repeat(200)), "name", "must be 3 to 30 characters long").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_ascii() {
    let world = World::new().await;
    for name in ["лампы", "lämpchen", "lamps\u{200b}", "ｌａｍｐｓ"] {
        world.refused(named(name), "name", "small letters a-z").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reserved_name() {
    let world = World::new().await;
    for name in ["admin", "kube-system", "souk"] {
        world.refused(named(name), "name", "is reserved").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_title() {
    let world = World::new().await;
    for title in ["", "   ", "\u{feff}", "\u{3000}"] {
        world.refused(titled(title), "title", "must be 1 to 120 characters long").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_200_characters() {
    World::new().await.refused(titled(&"é".repeat(200)), "title", "must be 1 to 120 characters long").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_with_a_line_break_or_a_control_character() {
    let world = World::new().await;
    for between in ["\n", "\r\n", "\t", "\0", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{2029}"] {
        let title = format!("Leyla's{between}Lamps");
        world.refused(titled(&title), "title", "may not hold control characters or line breaks").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_live_in_the_account_and_is_free_in_another() {
    let (world, _) = World::with_ready_store().await;
    let again = world.app.post(&world.user, "/stores", named("lamps")).await;
    again.problem(409, "store.name_taken");
    world.unchanged().await;
    let omar = world.app.merchant("omar").await;
    world.app.create(&omar, "lamps").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_engine() {
    let world = World::new().await;
    for engine in ["shopify", "Medusa", "", "medusa "] {
        let body = json!({ "name": "lamps", "engine": engine });
        world.refused(body, "engine", "medusa").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_256_kib() {
    let world = World::new().await;
    let body = format!(r#"{{"name":"lamps","engine":"medusa"{}}}"#, " ".repeat(256 * 1024));
    world.send_text("application/json", body).await.problem(413, "request.too_large");
    world.unchanged().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json() {
    let world = World::new().await;
    for body in
        [r#"{"name":"lamps","engine":"medusa""#, r#"{"name":"lamps","engine":"\ud800"}"#, "name=lamps"]
    {
        world.send_text("application/json", body).await.problem(400, "request.not_json");
    }
    world.unchanged().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_field() {
    let body = json!({ "name": "lamps", "engine": "medusa", "plan": "pro" });
    World::new().await.refused(body, "plan", "is not a field of this request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_content_type() {
    let world = World::new().await;
    for content_type in ["text/plain", "application/xml", "multipart/form-data"] {
        let answer = world.send_text(content_type, named("lamps").to_string()).await;
        answer.problem(415, "request.wrong_content_type");
    }
    world.unchanged().await;
}

fn sign(user: &TestUser, secret: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = json!({ "iss": "souk", "aud": "souk-api", "sub": user.id, "sid": user.session_id,
                             "iat": 1_800_000_000_i64, "exp": 4_000_000_000_i64 });
    change(&mut claims);
    let header = Header { kid: Some(TOKEN_KEY.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

/// Asks with a bad token, and then with one that differs in nothing but what was wrong.
async fn bad_token(code: &str, token: impl FnOnce(&TestUser) -> String) {
    let world = World::new().await;
    world.ask_with(&token(&world.user)).await.problem(401, code);
    world.unchanged().await;
    world.ask_with(&sign(&world.user, TOKEN_SECRET, |_| {})).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_expired() {
    let expired = |claims: &mut Value| claims["exp"] = json!(1_000_000_000);
    bad_token("auth.token_expired", |user| sign(user, TOKEN_SECRET, expired)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_signed_with_another_key() {
    bad_token("auth.token_invalid", |user| sign(user, "another secret altogether, and long", |_| {})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_payload_was_changed() {
    let changed = |user: &TestUser| {
        let good = sign(user, TOKEN_SECRET, |_| {});
        let other =
            sign(user, "another secret altogether", |claims| claims["exp"] = json!(4_100_000_000_i64));
        let parts = |token: &str| token.split('.').map(ToOwned::to_owned).collect::<Vec<_>>();
        let (good, other) = (parts(&good), parts(&other));
        format!("{}.{}.{}", good[0], other[1], good[2])
    };
    bad_token("auth.token_invalid", changed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_signature_was_changed() {
    let changed = |user: &TestUser| {
        let good = sign(user, TOKEN_SECRET, |_| {});
        let (signed, signature) = good.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{signed}.{first}{}", &signature[1..])
    };
    bad_token("auth.token_invalid", changed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_signature() {
    for algorithm in ["none", "None", "NONE"] {
        let unsigned = |user: &TestUser| {
            let encode = |value: Value| {
                let token = jsonwebtoken::encode(
                    &Header::new(Algorithm::HS256),
                    &value,
                    &EncodingKey::from_secret(b"x"),
                );
                token.unwrap().split('.').nth(1).unwrap().to_owned()
            };
            let head = encode(json!({ "alg": algorithm, "typ": "JWT", "kid": TOKEN_KEY }));
            let good = sign(user, TOKEN_SECRET, |_| {});
            format!("{head}.{}.", good.split('.').nth(1).unwrap())
        };
        bad_token("auth.token_invalid", unsigned).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_audience() {
    let other = |claims: &mut Value| claims["aud"] = json!("grafana");
    bad_token("auth.token_invalid", |user| sign(user, TOKEN_SECRET, other)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_issuer() {
    let other = |claims: &mut Value| claims["iss"] = json!("https://accounts.example.com");
    bad_token("auth.token_invalid", |user| sign(user, TOKEN_SECRET, other)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_foreign_unknown_or_malformed() {
    let (world, store) = World::with_ready_store().await;
    let omar = world.app.merchant("omar").await;
    let world = world.settled().await;
    let mut answers = Vec::new();
    for id in [store.as_str(), "store_01k0z3v8q4n5w6x7y8z9abcdef", "store_", "nonsense"] {
        let path = format!("/stores/{id}");
        answers.push(world.app.delete(&omar, &path).await.problem(404, "store.not_found"));
        let retry = world.app.post(&omar, &format!("{path}/retry"), json!({})).await;
        answers.push(retry.problem(404, "store.not_found"));
    }
    world.unchanged().await;
    let alike = |answer: &Answer| {
        let mut body = answer.body.clone();
        body["correlation_id"].take();
        body
    };
    assert!(answers.iter().all(|answer| alike(answer) == alike(&answers[0])), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_delete() {
    let (world, store) = World::with_ready_store().await;
    let path = format!("/stores/{store}");
    let first = world.app.delete(&world.user, &path).await.expect(202);
    let world = world.settled().await;
    let second = world.app.delete(&world.user, &path).await.expect(202);
    assert_eq!(second.string("/operation/id"), first.string("/operation/id"));
    world.unchanged().await;
    world.app.run_jobs().await;
    let world = world.settled().await;
    world.app.delete(&world.user, &path).await.problem(404, "store.not_found");
    world.unchanged().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_store_that_is_ready() {
    let (world, store) = World::with_ready_store().await;
    let answer = world.app.post(&world.user, &format!("/stores/{store}/retry"), json!({})).await;
    assert_eq!(answer.problem(409, "store.not_failed").string("/current_state"), "ready");
    world.unchanged().await;
}

async fn delete_if(world: &World, store: &str, tag: &str) -> Answer {
    let request = world.app.request(Method::DELETE, &format!("/stores/{store}"));
    send(request.bearer_auth(&world.user.token).header("if-match", tag)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_if_match() {
    let (world, store) = World::with_ready_store().await;
    delete_if(&world, &store, "\"1\"").await.problem(412, "store.version_mismatch");
    world.unchanged().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_if_match() {
    let (world, store) = World::with_ready_store().await;
    let shown = world.app.get(&world.user, &format!("/stores/{store}")).await;
    let etag = shown.header("etag");
    for tag in [etag.trim_matches('"'), &format!("W/{etag}"), "\"", "", "null", &"9".repeat(100)] {
        delete_if(&world, &store, tag).await.problem(412, "store.version_mismatch");
    }
    world.unchanged().await;
    delete_if(&world, &store, etag).await.expect(202);
}

/// Texts that mean something to a shell, to YAML, to templates, to SQL or to a terminal.
const PIECES: [&str; 35] = [
    "'",
    "\"",
    "`id`",
    "$(id)",
    "${HOME}",
    ",",
    "--set a=b",
    "{{ .Values }}",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{1b}[31m",
    "😀",
    "👩‍👩‍👧",
    "\u{200f}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\\",
    "\\u0000",
    "; rm -rf /",
    "' OR 1=1 --",
    "%00",
    "%s",
    "<b>",
    "- x: y",
    "#",
    "&a *a",
    "!!x",
    "null",
    "1e5",
    " ",
    "é",
    "e\u{301}",
];

fn hostile() -> impl Strategy<Value = String> {
    let pieced = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 1..6);
    prop_oneof![3 => pieced.prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// Each costs a request or two.
const HOSTILE_TITLES: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_title_is_it_arrives_byte_for_byte_or_is_refused() {
    let limits = Limits {
        stores_per_account: u32::MAX,
        max_queue: usize::MAX,
        creation_cooldown: None,
        ..Limits::default()
    };
    let app = TestApp::start_with(Options { limits, ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    let mut runner = TestRunner::deterministic();
    let (mut taken, mut refused) = (0, 0);
    for number in 0..HOSTILE_TITLES {
        let title = hostile().new_tree(&mut runner).unwrap().current();
        let body = json!({ "name": format!("lamps-{number}"), "engine": "medusa", "title": title });
        let answer = app.post(&user, "/stores", body).await;
        if answer.status == 422 {
            assert_eq!(answer.problem(422, "request.invalid").fields(), ["title"], "{title:?}");
            refused += 1;
            continue;
        }
        let answer = answer.expect(202);
        // Space around it is dropped, whoever's idea of space; nothing else is.
        let kept = title.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        assert_eq!(answer.string("/store/title"), kept, "{title:?}");
        let shown = app.get(&user, &format!("/stores/{}", answer.string("/store/id"))).await.expect(200);
        assert_eq!(shown.string("/title"), kept, "{title:?}");
        assert!(!kept.contains(char::is_control), "{title:?}");
        taken += 1;
    }
    assert!(taken > 30 && refused > 30, "{taken} taken, {refused} refused: too few to show anything");
}
