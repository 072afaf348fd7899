//! Whole WooCommerce stores, from the request to the order, on a real cluster.
//!
//! One at a time: each boots a whole shop, and two cores are soon busy.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::large_futures, reason = "each test has one")]

mod install;
mod mail;

use std::time::Duration;

use serde_json::{Value, json};
use souk_e2e::browser::Browser;
use souk_e2e::souk::{Images, Souk};
use souk_e2e::stores::Store;
use souk_e2e::{Cluster, cluster, isolation};
use souk_shopper::woocommerce::{buy, products};
use souk_test_support::until;
use tokio::sync::Mutex;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
const ENGINE: &str = "woocommerce";
/// From the request to a database with the shop's tables in it.
const TABLES_LIMIT: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const FAILED_LIMIT: Duration = Duration::from_mins(5);

async fn ask_for(souk: &Souk, name: &str, mut wish: Value) -> Store {
    wish["engine"] = ENGINE.into();
    Store::create_with(&souk.user(name).await, name, wish).await
}

async fn create(souk: &Souk, name: &str, wish: Value) -> Store {
    let store = ask_for(souk, name, wish).await;
    store.wait_ready().await;
    // So that nobody takes the stand-in's result for the real plugin's.
    println!("this ran against {}", wp(&store, &["souk", "plugin"]).await);
    store
}

/// What WP-CLI says in the store's pod.
async fn wp(store: &Store, words: &[&str]) -> String {
    let words: Vec<&str> = ["wp"].iter().chain(words).copied().collect();
    let answer = store.shop().await.run(&words).await;
    assert!(answer.ok, "{words:?}: {}", answer.text);
    answer.text.trim().to_owned()
}

/// As the database server's own user, inside its container, which may not run yet.
async fn sql(namespace: &str, statement: &str) -> bool {
    cluster::try_in(namespace, "mariadb", &["mariadb", "--delimiter=$$", "wordpress", "-e", statement]).await
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_is_made_sells_for_cash_and_its_owner_sees_the_order() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let store = create(souk, "anna", json!({})).await;
        let credentials = store.credentials().await;
        let visitor = store.visitor().await;
        let seen = products(&visitor).await.unwrap();
        assert_eq!(seen.len(), 12, "{seen:#?}");
        for product in &seen {
            let picture = product["images"][0]["src"].as_str().unwrap_or_default();
            assert!(picture.starts_with(&store.url), "{picture} is of a foreign host");
            let (kind, _) = visitor.file(picture.strip_prefix(&store.url).unwrap()).await.unwrap();
            assert_eq!(kind, "image/webp");
        }

        let order = buy(&visitor, "shopper@example.com").await.unwrap();
        assert_eq!((order.currency.as_str(), order.email.as_str()), ("EUR", "shopper@example.com"));
        let list = wp(&store, &["wc", "shop_order", "list", "--user=owner", "--format=json"]).await;
        let orders: Value = serde_json::from_str(&list).unwrap();
        let found = orders.as_array().unwrap().iter().find(|one| one["id"].as_u64() == order.id.parse().ok());
        let found = found.unwrap_or_else(|| panic!("order {} is not in {orders:#}", order.id));
        assert_eq!(
            (found["status"].as_str(), found["payment_method"].as_str()),
            (Some("processing"), Some("cod"))
        );
        assert_eq!(
            found["total"].as_str().unwrap().parse::<f64>().unwrap().to_string(),
            order.total.to_string()
        );

        cluster::helm_test(&store.namespace().await).await;

        let browser = Browser::open().await;
        let product = seen[0]["permalink"].as_str().unwrap();
        browser.window.goto(product).await.unwrap();
        browser.see(&format!("//h1[contains(text(), {})]", json!(seen[0]["name"]))).await;
        browser.window.goto(&credentials.admin_url).await.unwrap();
        browser.fill("#user_login", &credentials.admin_email).await;
        browser.fill("#user_pass", &credentials.admin_password).await;
        browser.click("#wp-submit").await;
        browser.see("//h1[contains(text(), 'Dashboard')]").await;
        browser.see("//p[contains(text(), 'This shop has no mail server')]").await;
        browser.close().await;
        mail::none_is_sent_and_that_is_said(&store, &order).await;

        store.delete().await;
        assert!(!cluster::has_namespace(&store.namespace().await).await, "it left its namespace behind");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_opens_as_it_was_asked_for_shares_nothing_with_another_and_reaches_nothing_of_it() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        let wish =
            json!({ "catalog": "electronics", "currency": "usd", "country": "us", "theme": "minimal" });
        let (one, two) = (create(souk, "berta", wish.clone()).await, create(souk, "carla", wish).await);
        let seen = products(&one.visitor().await).await.unwrap();
        assert!(seen.iter().all(|product| product["prices"]["currency_code"] == "USD"), "{seen:#?}");
        for (option, expected) in [
            ("souk_catalogue", "electronics"),
            ("woocommerce_currency", "USD"),
            ("woocommerce_default_country", "US"),
            ("souk_look", "minimal"),
            ("blogname", "The berta shop"),
            ("woocommerce_coming_soon", "no"),
            ("siteurl", one.url.as_str()),
        ] {
            assert_eq!(wp(&one, &["option", "get", option]).await, expected, "{option}");
        }
        let own = async |store: &Store| {
            let mut own = cluster::secret_values(&store.namespace().await).await;
            own.push(wp(store, &["option", "get", "woocommerce_store_id"]).await);
            own.push(wp(store, &["user", "get", "owner", "--field=user_pass"]).await);
            for name in ["AUTH_KEY", "NONCE_SALT", "LOGGED_IN_KEY"] {
                own.push(wp(store, &["eval", &format!("echo {name};")]).await);
            }
            own
        };
        let (ones, twos) = (own(&one).await, own(&two).await);
        assert!(ones.len() >= 9, "too few values to show anything: {}", ones.len());
        assert_eq!(
            ones.iter().filter(|value| twos.contains(value)).count(),
            0,
            "two stores share a secret or an id"
        );
        let (home, away) = (one.shop().await, two.shop().await);
        Cluster::run(async |cluster| isolation::holds_between(cluster, &home, &away).await).await;
        one.delete().await;
        two.delete().await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_command_of_the_setup_that_fails_makes_the_store_failed_in_its_words() {
    let _turn = ONE_AT_A_TIME.lock().await;
    Souk::run(&Images::built(), async |souk| {
        const NO: &str = "CREATE TRIGGER no BEFORE UPDATE ON wp_options FOR EACH ROW \
            IF NEW.option_name = 'blogname' THEN SIGNAL SQLSTATE '45000'; END IF";
        let store = ask_for(souk, "dora", json!({})).await;
        let namespace = store.namespace().await;
        store.wait_in("rollout").await;
        let forced = until(TABLES_LIMIT, LOOK_EVERY, async || sql(&namespace, NO).await.then_some(())).await;
        assert!(forced.is_some(), "the control: the command is not forced to fail");
        let failed = store.wait_for("failed", FAILED_LIMIT).await;
        assert_eq!(failed["failure"]["step"], "setup");
        let reason = failed["failure"]["reason"].as_str().unwrap();
        assert!(reason.contains("Could not update option 'blogname'"), "{reason}");
        assert!(reason.contains("`wp option update blogname` failed"), "{reason}");
    })
    .await;
}
