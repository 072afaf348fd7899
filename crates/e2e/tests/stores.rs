//! Whole stores, from the request to the order, on a real cluster.
//!
//! One at a time: each boots a whole shop, and two cores are soon busy.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use souk_e2e::browser::Browser;
use souk_e2e::souk::{Images, Souk, repository};
use souk_e2e::stores::Store;
use souk_e2e::{Cluster, isolation};
use souk_shopper::{Admin, buy, product_titles};
use tokio::sync::Mutex;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Quick is well under the longest wait for workloads: the reason is seen, not the clock.
const QUICK: Duration = Duration::from_mins(1);

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_is_made_sells_and_its_admin_sees_the_order() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let store = Store::create(&owner, "lamps").await;
        store.wait_ready().await;
        let credentials = store.credentials().await;
        let shopper = store.shopper(&credentials).await;
        let titles = product_titles(&shopper).await.unwrap();
        assert!(titles.len() >= 12, "{titles:?}");

        let order = buy(&shopper, "shopper@example.com").await.unwrap();
        let admin =
            Admin::sign_in(&store.visitor().await, &credentials.admin_email, &credentials.admin_password)
                .await
                .unwrap();
        let seen = admin.order(&order.id).await.unwrap();
        assert_eq!(seen["email"], "shopper@example.com");
        assert_eq!(seen["display_id"], order.number);

        souk_e2e::cluster::helm_test(&store.namespace().await).await;

        let browser = Browser::open().await;
        browser.window.goto(&credentials.admin_url).await.unwrap();
        browser.fill("input[name=email]", &credentials.admin_email).await;
        browser.fill("input[name=password]", &credentials.admin_password).await;
        browser.click("button[type=submit]").await;
        browser.see("//*[contains(text(), 'Orders')]").await;
        browser.close().await;

        store.delete().await;
    })
    .await;
}

/// What a catalogue has: titles, and each variant's price in a currency by its article number.
fn catalogue(name: &str, currency: &str) -> (BTreeSet<String>, BTreeMap<String, f64>) {
    let path = repository().join(format!("images/catalogues/{name}.json"));
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let products = file["products"].as_array().unwrap();
    let titles = products.iter().map(|product| text(&product["name"])).collect();
    let variants = products.iter().flat_map(|product| product["variants"].as_array().unwrap());
    let price = |variant: &Value| text(&variant["prices"][currency]).parse().unwrap();
    (titles, variants.map(|variant| (text(&variant["sku"]), price(variant))).collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_opens_with_the_catalog_the_currency_and_the_country_that_were_asked_for() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let wish = json!({ "catalog": "electronics", "currency": "usd", "country": "us" });
        let store = Store::create_with(&owner, "gadgets", wish).await;
        store.wait_ready().await;
        let credentials = store.credentials().await;
        let shopper = store.shopper(&credentials).await;

        let regions = shopper.get("/store/regions").await.unwrap();
        let region = &regions["regions"][0];
        assert_eq!(regions["regions"].as_array().unwrap().len(), 1, "{regions:#}");
        assert_eq!(
            (region["currency_code"].as_str(), region["name"].as_str()),
            (Some("usd"), Some("United States"))
        );
        let countries: Vec<_> =
            region["countries"].as_array().unwrap().iter().map(|one| &one["iso_2"]).collect();
        assert_eq!(countries, ["us"]);

        let path = format!(
            "/store/products?limit=100&region_id={}&fields=*variants.calculated_price",
            text(&region["id"])
        );
        let answer = shopper.get(&path).await.unwrap();
        let products = answer["products"].as_array().unwrap();
        let (titles, prices) = catalogue("electronics", "USD");
        assert_eq!(products.iter().map(|product| text(&product["title"])).collect::<BTreeSet<_>>(), titles);
        let variants = products.iter().flat_map(|product| product["variants"].as_array().unwrap());
        let found = variants.map(|variant| {
            let price = &variant["calculated_price"];
            assert_eq!(price["currency_code"], "usd", "{variant:#}");
            (text(&variant["sku"]), price["calculated_amount"].as_f64().unwrap())
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), prices);

        for product in products {
            let picture = text(&product["thumbnail"]);
            assert_eq!(product["images"][0]["url"], picture.as_str());
            let path =
                picture.strip_prefix(&store.url).unwrap_or_else(|| panic!("{picture} is of a foreign host"));
            let (kind, bytes) = store.visitor().await.file(path).await.unwrap();
            let drawn = Path::new("images/catalogues/pictures/electronics")
                .join(Path::new(path).file_name().unwrap());
            assert_eq!(
                (kind.as_str(), bytes == fs::read(repository().join(drawn)).unwrap()),
                ("image/webp", true)
            );
        }

        let order = buy(&shopper, "shopper@example.com").await.unwrap();
        assert_eq!(order.currency, "usd");
        let admin =
            Admin::sign_in(&store.visitor().await, &credentials.admin_email, &credentials.admin_password)
                .await
                .unwrap();
        let shop = admin.get("/admin/stores").await.unwrap();
        let currencies = shop["stores"][0]["supported_currencies"].as_array().unwrap();
        let currencies: Vec<_> =
            currencies.iter().map(|one| (&one["currency_code"], &one["is_default"])).collect();
        assert_eq!(currencies, [(&json!("usd"), &json!(true))]);
        souk_e2e::cluster::helm_test(&store.namespace().await).await;
        store.delete().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_deleted_store_leaves_nothing_and_its_name_sells_again() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let owner = souk.user("anna").await;
        let first = Store::create(&owner, "lamps").await;
        first.wait_ready().await;
        let namespace = first.namespace().await;
        assert!(souk_e2e::cluster::has_namespace(&namespace).await, "the control: it was there");
        let volumes = souk_e2e::cluster::volumes_of(&namespace).await;
        assert!(!volumes.is_empty(), "the control: it had volumes");
        first.delete().await;
        assert!(!souk_e2e::cluster::has_namespace(&namespace).await);
        assert!(souk_e2e::cluster::volumes_of(&namespace).await.is_empty(), "its volumes are still there");
        assert_eq!(souk.database.number("SELECT count(*) FROM operations WHERE has_permit").await, 0);

        let second = Store::create(&owner, "lamps").await;
        assert_ne!(first.host, second.host);
        second.wait_ready().await;
        buy(&second.shopper(&second.credentials().await).await, "shopper@example.com").await.unwrap();
        second.delete().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn an_image_that_does_not_exist_fails_quickly_in_plain_words_and_a_retry_after_the_fix_succeeds() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built().with_missing("medusa"), async |souk| {
        let owner = souk.user("anna").await;
        let asked = Instant::now();
        let store = Store::create(&owner, "lamps").await;
        let failed = store.wait_for("failed", QUICK * 3).await;
        assert!(asked.elapsed() < QUICK * 2, "it took {} s", asked.elapsed().as_secs());
        assert_eq!(failed["failure"]["step"], "rollout");
        let reason = failed["failure"]["reason"].as_str().unwrap();
        assert!(reason.contains("image"), "{reason}");
        assert!(failed["failure"]["advice"].is_string(), "{failed:#}");
        assert!(
            !souk_e2e::cluster::has_namespace(&store.namespace().await).await,
            "something was left behind"
        );

        souk.terminate().await;
        souk.serve(&Images::built()).await;
        store.retry().await;
        store.wait_ready().await;
        buy(&store.shopper(&store.credentials().await).await, "shopper@example.com").await.unwrap();
        store.delete().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn two_stores_share_nothing_and_neither_reaches_the_other_or_the_platform() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let (anna, bob) = (souk.user("anna").await, souk.user("bob").await);
        let (one, two) = (Store::create(&anna, "lamps").await, Store::create(&bob, "lamps").await);
        one.wait_ready().await;
        two.wait_ready().await;

        let foreign = bob.get(&format!("/api/v1/stores/{}/credentials", one.id)).await;
        assert!(foreign.unwrap_err().to_string().contains("404"), "another's store is like none");

        let (keys_one, keys_two) = (one.credentials().await, two.credentials().await);
        assert_ne!(keys_one.admin_password, keys_two.admin_password);
        assert_ne!(keys_one.publishable_key, keys_two.publishable_key);
        assert_no_equal_values(
            &souk_e2e::cluster::secret_values(&one.namespace().await).await,
            &souk_e2e::cluster::secret_values(&two.namespace().await).await,
            "secrets",
        );
        let mut ids = Vec::new();
        for (store, keys) in [(&one, &keys_one), (&two, &keys_two)] {
            let admin = Admin::sign_in(&store.visitor().await, &keys.admin_email, &keys.admin_password)
                .await
                .unwrap();
            let mut of_store = Vec::new();
            for path in [
                "/admin/stores",
                "/admin/products?limit=100",
                "/admin/sales-channels",
                "/admin/regions",
                "/admin/users",
                "/admin/api-keys",
                "/admin/stock-locations",
            ] {
                collect_ids(&admin.get(path).await.unwrap(), &mut of_store);
            }
            assert!(of_store.len() > 30, "too few ids to show anything: {of_store:?}");
            ids.push(of_store);
        }
        assert_no_equal_values(&ids[0], &ids[1], "ids");

        let (home, away) = (one.shop().await, two.shop().await);
        Cluster::run(async |cluster| isolation::holds_between(cluster, &home, &away).await).await;
        one.delete().await;
        two.delete().await;
    })
    .await;
}

fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    // Names of providers and currencies are the same everywhere, and mean nothing.
                    Value::String(id) if key == "id" && !id.starts_with("pp_") && id.contains('_') => {
                        ids.push(id.clone());
                    }
                    value => collect_ids(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        _ => {}
    }
}

fn assert_no_equal_values(one: &[String], two: &[String], what: &str) {
    let shared: Vec<_> = one.iter().filter(|value| two.contains(value)).collect();
    assert!(shared.is_empty(), "two stores share {what}: {shared:?}");
}
