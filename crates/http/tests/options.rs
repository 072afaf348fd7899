//! What a store is opened with: from the request to the step that opens it, and back to the reader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Map, Value, json};
use souk_domain::catalogue::Catalogue;
use souk_domain::currency::Currency;
use souk_domain::engine::Engine;
use souk_domain::operation::Step;
use souk_domain::options::{StoreOptions, Wishes};
use souk_domain::theme::Theme;
use souk_provisioner::ErrorKind;
use souk_test_support::app::{Options, send};
use souk_test_support::{Answer, TestApp, TestUser};

const FIELDS: [&str; 4] = ["catalog", "currency", "country", "theme"];
const STORES: &str = "SELECT count(*) FROM stores";

fn asked(name: &str, options: &Value) -> Value {
    let mut body = json!({ "name": name, "engine": "medusa" });
    body.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    body
}

/// The options of a store as its reader sees them.
fn shown(store: &Value) -> Value {
    Value::Object(Map::from_iter(FIELDS.map(|field| (field.to_owned(), store[field].clone()))))
}

/// Those that the store's newest attempt was really opened with.
fn opened(app: &TestApp) -> StoreOptions {
    let namespaces = app.cluster.namespaces();
    assert_eq!(namespaces.len(), 1, "{namespaces:?}");
    namespaces.into_values().next().unwrap().opened_with.unwrap()
}

fn american() -> StoreOptions {
    let wishes = Wishes {
        catalogue: Some(Catalogue::Electronics),
        currency: Some("USD".parse().unwrap()),
        country: Some("US".parse().unwrap()),
        theme: None,
    };
    StoreOptions::new(Engine::Medusa, wishes).unwrap()
}

async fn get(app: &TestApp, user: &TestUser, store: &str) -> Value {
    app.get(user, &format!("/stores/{store}")).await.expect(200).body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_shown_opened_and_kept_by_a_retry_and_a_rebuild() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let expected = json!({ "catalog": "electronics", "currency": "USD", "country": "US", "theme": null });
    let wish = json!({ "catalog": "electronics", "currency": "usd", "country": "us" });
    app.cluster.fail(Step::Setup, ErrorKind::Permanent, 1);
    let accepted = app.post(&user, "/stores", asked("lamps", &wish)).await.expect(202);
    assert_eq!(shown(&accepted.body["store"]), expected);
    let store = accepted.string("/store/id");
    let path = format!("/stores/{store}");
    app.run_jobs().await;
    assert_eq!(app.state(&user, &store).await, "failed");

    let retried = app.post(&user, &format!("{path}/retry"), json!({})).await.expect(202);
    assert_eq!(shown(&retried.body["store"]), expected);
    app.run_jobs().await;
    assert_eq!(shown(&get(&app, &user, &store).await), expected);
    assert_eq!(opened(&app), american());

    app.cluster.lose_namespace(app.cluster.namespaces().keys().next().unwrap());
    app.look().await;
    app.post(&user, &format!("{path}/rebuild"), json!({ "name": "lamps" })).await.expect(202);
    app.run_jobs().await;
    let rebuilt = get(&app, &user, &store).await;
    assert_eq!((shown(&rebuilt), &rebuilt["attempt"]), (expected.clone(), &json!(3)));
    assert_eq!(opened(&app), american());
    let page = app.get(&user, "/stores").await.expect(200);
    assert_eq!(shown(&page.body["items"][0]), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_open_is_filled_in_so_that_it_sells() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let table = [
        (json!({}), ("fashion", "EUR", "DE")),
        (
            json!({ "catalog": null, "currency": null, "country": null, "theme": null }),
            ("fashion", "EUR", "DE"),
        ),
        (json!({ "country": "FR" }), ("fashion", "EUR", "FR")),
        (json!({ "country": "GB" }), ("fashion", "GBP", "GB")),
        (json!({ "country": "JP" }), ("fashion", "EUR", "JP")),
        (json!({ "currency": "USD", "catalog": "minimal" }), ("minimal", "USD", "US")),
    ];
    for (number, (wish, (catalog, currency, country))) in table.into_iter().enumerate() {
        // Each is made and removed, for an account may have only so many.
        let accepted = app.post(&user, "/stores", asked(&format!("lamps-{number}"), &wish)).await.expect(202);
        let expected = json!({ "catalog": catalog, "currency": currency, "country": country, "theme": null });
        assert_eq!(shown(&accepted.body["store"]), expected, "{wish}");
        app.run_jobs().await;
        let found = opened(&app);
        let found = (found.catalogue().as_str(), found.currency().code(), found.country().to_string());
        assert_eq!(found, (catalog, currency, country.to_owned()), "{wish}");
        app.delete(&user, &format!("/stores/{}", accepted.string("/store/id"))).await.expect(202);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_front_wears_the_style_of_its_catalog_or_what_was_asked_for() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let table = [
        (json!({}), ("fashion", Theme::Fashion)),
        (json!({ "catalog": "electronics" }), ("electronics", Theme::Electronics)),
        (json!({ "catalog": "minimal", "theme": null }), ("minimal", Theme::Minimal)),
        (json!({ "catalog": "minimal", "theme": "electronics" }), ("minimal", Theme::Electronics)),
    ];
    for (number, (mut wish, (catalog, theme))) in table.into_iter().enumerate() {
        wish["engine"] = "woocommerce".into();
        let accepted = app.post(&user, "/stores", asked(&format!("lamps-{number}"), &wish)).await.expect(202);
        let expected =
            json!({ "catalog": catalog, "currency": "EUR", "country": "DE", "theme": theme.as_str() });
        assert_eq!(shown(&accepted.body["store"]), expected, "{wish}");
        app.run_jobs().await;
        let found = opened(&app);
        assert_eq!((found.catalogue().as_str(), found.theme()), (catalog, Some(theme)), "{wish}");
        app.delete(&user, &format!("/stores/{}", accepted.string("/store/id"))).await.expect(202);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_of_somebody_elses_is_refused_by_the_name_of_its_file_until_it_was_brought() {
    let app = TestApp::start_with(Options { brought_themes: vec![Theme::Astra], ..Options::default() }).await;
    let user = app.merchant("leyla").await;
    let wearing = |theme: &str| asked("lamps", &json!({ "engine": "woocommerce", "theme": theme }));
    let refused = app.post(&user, "/stores", wearing("storefront")).await.problem(422, "store.theme_missing");
    assert_eq!(refused.fields(), ["theme"]);
    let said = refused.string("/errors/0/message");
    assert!(said.contains("SOUK_WP_THEMES holds no storefront.zip"), "{said}");
    assert_eq!(app.database.number(STORES).await, 0);
    // The control: the one that was brought.
    let accepted = app.post(&user, "/stores", wearing("astra")).await.expect(202);
    assert_eq!(accepted.string("/store/theme"), "astra");
    app.run_jobs().await;
    assert_eq!(opened(&app).theme(), Some(Theme::Astra));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_option_is_refused_with_what_is_allowed_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let table = [
        ("catalog", json!("shoes"), "known are: fashion, electronics, minimal"),
        ("catalog", json!("Fashion"), "known are: fashion, electronics, minimal"),
        ("catalog", json!(""), "known are: fashion, electronics, minimal"),
        ("catalog", json!("../fashion"), "known are: fashion, electronics, minimal"),
        ("catalog", json!(["fashion"]), "must be a string"),
        ("currency", json!("EURO"), "is not a currency of ISO 4217"),
        ("currency", json!("JPY"), "they have EUR, USD, GBP"),
        ("currency", json!("XAU"), "they have EUR, USD, GBP"),
        ("currency", json!(978), "must be a string"),
        ("country", json!("Germany"), "is not a country of ISO 3166-1; write its two letters, like DE"),
        ("country", json!("EU"), "is not a country of ISO 3166-1"),
        ("country", json!("DEU"), "is not a country of ISO 3166-1"),
        ("country", json!(""), "is not a country of ISO 3166-1"),
        ("theme", json!("divi"), "known are: fashion, electronics, minimal, astra, storefront"),
        ("theme", json!("minimal"), "is not a theme of medusa"),
        ("theme", json!("astra"), "is not a theme of medusa"),
        ("theme", json!(""), "known are: fashion"),
    ];
    for (field, value, reason) in table {
        let answer = app.post(&user, "/stores", asked("lamps", &json!({ field: value }))).await;
        let answer = answer.problem(422, "request.invalid");
        assert_eq!(answer.fields(), [field], "{value}");
        let said = answer.string("/errors/0/message");
        assert!(said.contains(reason), "{value}: {said}");
    }
    for nothing in [STORES, "SELECT count(*) FROM operations", "SELECT count(*) FROM apalis.jobs"] {
        assert_eq!(app.database.number(nothing).await, 0, "{nothing}");
    }
    // The control: without the bad option it is accepted.
    app.post(&user, "/stores", asked("lamps", &json!({}))).await.expect(202);
}

/// Asks as a client would that sends its request again.
async fn ask(app: &TestApp, user: &TestUser, wish: &Value) -> Answer {
    let request = app.request(Method::POST, "/stores").bearer_auth(&user.token);
    send(request.header("idempotency-key", "1").json(&asked("lamps", wish))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_options_too() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let wish = json!({ "catalog": "electronics", "currency": "USD", "country": "US" });
    let first = ask(&app, &user, &wish).await.expect(202);
    let again = ask(&app, &user, &wish).await.expect(202);
    assert_eq!((&again.text, again.header("idempotent-replayed")), (&first.text, "true"));
    for (field, other) in [("catalog", "minimal"), ("currency", "EUR"), ("country", "GB")] {
        let mut wish = wish.clone();
        wish[field] = other.into();
        ask(&app, &user, &wish).await.problem(422, "idempotency.key_reused");
    }
    assert_eq!(app.database.number(STORES).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_text_an_option_holds_it_is_taken_as_it_is_meant_or_refused_by_its_name() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let words = Catalogue::ALL.iter().map(|word| word.as_str()).chain(Currency::PRICED.map(Currency::code));
    let words: Vec<&str> =
        words.chain(["DE", "us", "'; DROP TABLE stores; --", "{{ .Values }}", "\0"]).collect();
    let value = prop_oneof![proptest::sample::select(words).prop_map(str::to_owned), any::<String>()];
    let mut runner = TestRunner::deterministic();
    for _ in 0..96 {
        let tree = (proptest::sample::select(&FIELDS[..]), &value).new_tree(&mut runner).unwrap();
        let (field, text) = tree.current();
        let answer = app.post(&user, "/stores", asked("lamps", &json!({ field: text }))).await;
        if answer.status == 202 {
            assert_eq!(answer.string(&format!("/store/{field}")).to_lowercase(), text.to_lowercase());
            // Out of the way of the next one.
            app.delete(&user, &format!("/stores/{}", answer.string("/store/id"))).await.expect(202);
            app.run_jobs().await;
        } else {
            assert_eq!(answer.problem(422, "request.invalid").fields(), [field], "{text:?}");
        }
    }
    assert!(app.database.number(STORES).await > 0, "the control: some were taken");
}
