//! What is wrong with a request is said in full, and nothing is done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::Method;
use serde_json::{Value, json};
use souk_test_support::app::send;
use souk_test_support::{Answer, TestApp, TestUser};

async fn create(app: &TestApp, user: &TestUser, body: Value) -> Answer {
    app.post(user, "/stores", body).await
}

async fn create_text(
    app: &TestApp,
    user: &TestUser,
    content_type: &str,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token);
    send(request.header("content-type", content_type).body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_name_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for (name, reason) in [
        ("", "3 to 30"),
        ("ab", "3 to 30"),
        (&*"a".repeat(31), "3 to 30"),
        ("admin", "reserved"),
        ("лампы", "small letters"),
        ("lamps shop", "small letters"),
        ("Lamps", "small letters"),
        ("lamps,engine=x", "small letters"),
        ("1amps", "start with a letter"),
        ("lamps-", "end with"),
        ("la--mps", "two hyphens"),
    ] {
        let answer = create(&app, &user, json!({ "name": name, "engine": "medusa" })).await;
        let answer = answer.problem(422, "request.invalid");
        assert_eq!(answer.fields(), ["name"], "{name}");
        assert!(answer.text.contains(reason), "{name}: {}", answer.text);
    }
    assert_eq!(app.database.number("SELECT count(*) FROM stores").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_names_everything_that_is_wrong() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let body = json!({ "name": 7, "title": " ", "engine": "shopify", "admin_email": "x", "replicas": 3, "plan": "pro",
                       "catalog": "shoes", "currency": "EURO", "country": "Germany", "theme": "divi" });
    let answer = create(&app, &user, body).await.problem(422, "request.invalid");
    let (known, unknown) = (["name", "title", "engine", "admin_email"], ["plan", "replicas"]);
    let options = ["catalog", "currency", "country", "theme"];
    assert_eq!(answer.fields(), [&known[..], &options, &unknown].concat());
    let answer = create(&app, &user, json!({})).await.problem(422, "request.invalid");
    assert_eq!(answer.fields(), ["name", "engine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_of_any_script_are_taken_and_too_long_ones_are_not() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let titled = |name: &'static str, title: String| {
        create(&app, &user, json!({ "name": name, "engine": "medusa", "title": title }))
    };
    let answer =
        titled("lamps", "Лампы & مصابيح, \"100%\" ${HOME} 'x'; --set a=b".to_owned()).await.expect(202);
    assert_eq!(answer.string("/store/title"), "Лампы & مصابيح, \"100%\" ${HOME} 'x'; --set a=b");
    for bad in ["x".repeat(121), "two\nlines".to_owned()] {
        assert_eq!(titled("rugs", bad).await.problem(422, "request.invalid").fields(), ["title"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_json_or_not_an_object_is_a_bad_request() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for broken in ["", "{", "{\"name\": }", "[]", "7", "null", "\u{feff}{}"] {
        create_text(&app, &user, "application/json", broken).await.problem(400, "request.not_json");
    }
    let invalid_utf8: &[u8] = b"{\"name\": \"\xff\xfe\"}";
    create_text(&app, &user, "application/json", invalid_utf8).await.problem(400, "request.not_json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_256_kib_is_too_large_whether_it_says_its_length_or_not() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let body = |len: usize| format!("{{\"name\":\"{}\"}}", "x".repeat(len - 11));
    let fits = create_text(&app, &user, "application/json", body(256 * 1024)).await;
    fits.problem(422, "request.invalid");
    let over = create_text(&app, &user, "application/json", body(256 * 1024 + 1)).await;
    over.problem(413, "request.too_large");
    let chunks = futures::stream::iter((0..300).map(|_| Ok::<_, std::io::Error>(" ".repeat(1024))));
    let chunked = create_text(&app, &user, "application/json", reqwest::Body::wrap_stream(chunks)).await;
    chunked.problem(413, "request.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_type_is_refused_and_a_charset_is_not() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let body = r#"{"name":"lamps","engine":"medusa"}"#;
    for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        create_text(&app, &user, other, body).await.problem(415, "request.wrong_content_type");
    }
    let _ = create_text(&app, &user, "Application/JSON; charset=utf-8", body).await.expect(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_cannot_be_that_never_were_and_that_are_foreign_get_the_same_answer() {
    let app = TestApp::start().await;
    let (leyla, omar) = (app.merchant("leyla").await, app.merchant("omar").await);
    let answer = create(&app, &leyla, json!({ "name": "lamps", "engine": "medusa" })).await.expect(202);
    let (store, operation) = (answer.string("/store/id"), answer.string("/operation/id"));
    app.get(&leyla, &format!("/stores/{store}")).await.expect(200);
    app.get(&leyla, &format!("/operations/{operation}")).await.expect(200);

    let upper = store.to_uppercase();
    let bad_stores = [
        &store,
        "x",
        "1",
        "../../etc",
        "store_01k0z3v8q4n5w6x7y8z9abcdef",
        &operation,
        &upper,
        "store_%00",
        "%F0%9F%98%80",
    ];
    let mut answers = Vec::new();
    for id in bad_stores {
        let id = id.replace('/', "%2F");
        for answer in [
            app.get(&omar, &format!("/stores/{id}")).await,
            app.delete(&omar, &format!("/stores/{id}")).await,
            app.post(&omar, &format!("/stores/{id}/retry"), json!({})).await,
            app.get(&omar, &format!("/stores/{id}/logs")).await,
            app.get(&omar, &format!("/stores/{id}/events")).await,
            app.get(&omar, &format!("/stores/{id}/credentials")).await,
        ] {
            let mut answer = answer.problem(404, "store.not_found");
            answer.body["correlation_id"].take();
            answers.push(answer.body);
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    for id in [&operation, "x", "op_01k0z3v8q4n5w6x7y8z9abcdef", &store] {
        app.get(&omar, &format!("/operations/{id}")).await.problem(404, "operation.not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_wrong_methods_are_problems_too() {
    let app = TestApp::start().await;
    send(app.request(Method::GET, "/nothing")).await.problem(404, "request.not_found");
    send(app.get_raw(app.server.address(), "/api")).await.problem(404, "request.not_found");
    let answer = send(app.request(Method::PUT, "/stores")).await.problem(405, "request.method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, POST");
    let answer = send(app.request(Method::POST, "/stores/store_x/logs")).await;
    assert_eq!(answer.problem(405, "request.method_not_allowed").header("allow"), "GET");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_pages_are_refused() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    for (query, field) in
        [("limit=0", "limit"), ("limit=101", "limit"), ("limit=many", "limit"), ("cursor=x", "cursor")]
    {
        let answer = app.get(&user, &format!("/stores?{query}")).await.problem(422, "request.invalid");
        assert_eq!(answer.fields(), [field]);
    }
    let store = app.create(&user, "lamps").await;
    for (query, field) in [("after=-1", "after"), ("after=x", "after"), ("limit=501", "limit")] {
        let answer = app.get(&user, &format!("/stores/{store}/logs?{query}")).await;
        assert_eq!(answer.problem(422, "request.invalid").fields(), [field]);
    }
}
