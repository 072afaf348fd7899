//! The dashboard as browsers get it. It has to be built first: `cargo xtask dashboard`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use reqwest::{Method, StatusCode};
use souk_http::{Brand, Logo};
use souk_test_support::TestApp;
use souk_test_support::app::{Options, send};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

async fn page(app: &TestApp, path: &str) -> reqwest::Response {
    app.get_raw(app.server.address(), path).send().await.unwrap()
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The first file that the page asks for by its hash.
fn hashed(page: &str) -> String {
    let at = page.find("/assets/").expect("the page asks for its program");
    page[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_outside_the_api_is_the_page_which_is_asked_for_anew_each_time() {
    let app = TestApp::start().await;
    for path in ["/", "/stores/store_01k0z3v8q4n5w6x7y8z9abcdef", "/apiary", "/../etc/passwd"] {
        let answer = page(&app, path).await;
        assert_eq!(answer.status(), 200, "{path}: is frontend/dist there? `cargo xtask dashboard` builds it");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&answer, "content-security-policy"), POLICY);
        assert_eq!(header(&answer, "cache-control"), "no-cache");
        assert_eq!(header(&answer, "x-frame-options"), "DENY");
        let tag = header(&answer, "etag").to_owned();
        let known = app.get_raw(app.server.address(), path).header("if-none-match", &tag);
        assert_eq!(known.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
        let text = answer.text().await.unwrap();
        // What the policy forbids is not there: no script or style that stands in the page itself.
        assert!(
            !text.contains("<style") && !text.contains(" style=") && !text.contains("javascript:"),
            "{text}"
        );
        assert!(text.split("<script").skip(1).all(|script| script.contains("src=\"/")), "{text}");
    }
    for path in ["/api", "/api/nothing", "/api/v1"] {
        let answer = page(&app, path).await;
        assert_eq!(
            (answer.status(), header(&answer, "content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
    }
    let posted = app.raw(Method::POST, "/").send().await.unwrap();
    assert_eq!((posted.status(), header(&posted, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_hash_in_its_name_is_kept_for_ever_and_packed_as_the_browser_can_read_it() {
    let app = TestApp::start().await;
    let path = hashed(&page(&app, "/").await.text().await.unwrap());
    let plain = page(&app, &path).await;
    assert_eq!(header(&plain, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&plain, "content-encoding"), "");
    let plain = plain.bytes().await.unwrap();
    let mut sizes = vec![plain.len()];
    for (accepted, packing) in [("gzip, deflate, br;q=0", "gzip"), ("gzip, deflate, br", "br")] {
        let packed = app.get_raw(app.server.address(), &path).header("accept-encoding", accepted);
        let packed = packed.send().await.unwrap();
        assert_eq!(header(&packed, "content-encoding"), packing);
        assert!(header(&packed, "vary").starts_with("accept-encoding"), "{packed:?}");
        sizes.push(packed.bytes().await.unwrap().len());
    }
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    // A page of an earlier build asks for what is no more.
    let gone = page(&app, "/assets/index-of-last-year.js").await;
    assert_eq!(
        (gone.status(), header(&gone, "content-type")),
        (StatusCode::NOT_FOUND, "application/problem+json")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_not_counted_among_a_strangers_requests() {
    let rate = souk_http::Rate {
        burst: std::num::NonZeroU32::new(2).unwrap(),
        period: std::time::Duration::from_hours(1),
    };
    let mut options = Options::default();
    options.http.address_rate = Some(rate);
    let app = TestApp::start_with(options).await;
    for _ in 0..5 {
        assert_eq!(page(&app, "/").await.status(), 200);
    }
    send(app.request(Method::GET, "/brand")).await.expect(200);
    send(app.request(Method::GET, "/brand")).await.expect(200);
    send(app.request(Method::GET, "/brand")).await.problem(429, "request.rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brand_is_the_operators_and_the_setup_token_is_wanted_once() {
    let app = TestApp::start().await;
    let brand = send(app.request(Method::GET, "/brand")).await.expect(200);
    assert_eq!([brand.string("/name"), brand.string("/registration")], ["Souk", "open"]);
    assert_eq!(brand.body["simulated"], true);
    assert!(brand.body["logo_url"].is_null() && brand.body["colour"].is_null());
    send(app.request(Method::GET, "/brand/logo")).await.problem(404, "request.not_found");

    let mut options = Options { setup_token: Some("shown once".into()), ..Options::default() };
    options.http.brand = Brand {
        name: "Bazaar".to_owned(),
        colour: Some("#B45309".parse().unwrap()),
        logo: Some(Logo { content_type: "image/svg+xml", bytes: "<svg/>".into() }),
    };
    let app = TestApp::start_with(options).await;
    let brand = send(app.request(Method::GET, "/brand")).await.expect(200);
    assert_eq!([brand.string("/name"), brand.string("/colour")], ["Bazaar", "#b45309"]);
    assert_eq!(brand.string("/registration"), "setup_token");
    let logo = send(app.request(Method::GET, "/brand/logo")).await.expect(200);
    assert_eq!((logo.header("content-type"), logo.text.as_str()), ("image/svg+xml", "<svg/>"));
    let registration = serde_json::json!({
        "email": "first@example.com", "password": "correct horse battery", "setup_token": "shown once"
    });
    send(app.request(Method::POST, "/auth/register").json(&registration)).await.expect(201);
    assert_eq!(send(app.request(Method::GET, "/brand")).await.expect(200).string("/registration"), "open");
}
