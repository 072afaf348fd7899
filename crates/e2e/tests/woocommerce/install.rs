//! The slow way: a store that its setup makes step by step, and what a newer image does to a database.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use souk_e2e::souk::{Images, Setup, Souk, repository};
use souk_e2e::stores::Store;

use crate::{ONE_AT_A_TIME, create, sql, wp};

/// Everything that a setup makes, counted or shown as it stands in the shop.
const CENSUS: &str = r#"
    wp_set_current_user( get_user_by( 'login', 'owner' )->ID );
    $published = fn( $type ) => (int) wp_count_posts( $type )->publish;
    $titles    = fn( $type ) => array_column( get_posts( array( 'post_type' => $type, 'numberposts' => -1 ) ), 'post_title' );
    $slugs     = fn( $type ) => array_column( get_posts( array( 'post_type' => $type, 'post_status' => 'attachment' === $type ? 'inherit' : 'publish', 'numberposts' => -1, 'orderby' => 'name', 'order' => 'ASC' ) ), 'post_name' );
    $ask       = fn( ...$words ) => json_decode( WP_CLI::runcommand( implode( ' ', $words ), array( 'return' => true, 'launch' => false ) ), true );
    $methods   = $ask( 'wc shipping_zone_method list 0 --format=json --user=owner' );
    $cod       = $ask( 'wc payment_gateway get cod --format=json --user=owner' );
    echo json_encode( array(
        'active plugins' => get_option( 'active_plugins' ),
        'theme'      => get_stylesheet(),
        'look'       => get_option( 'souk_look' ),
        'permalinks' => get_option( 'permalink_structure' ),
        'money'      => array( get_option( 'woocommerce_currency' ), get_option( 'woocommerce_default_country' ), get_option( 'souk_prices_in' ) ),
        'shop pages' => array_map( fn( $page ) => get_post_status( (int) get_option( "woocommerce_{$page}_page_id" ) ), array( 'shop', 'cart', 'checkout', 'myaccount' ) ),
        'pages'      => $slugs( 'page' ),
        'posts'      => $titles( 'post' ),
        'products'   => $published( 'product' ),
        'variations' => $published( 'product_variation' ),
        'without a picture' => count( array_filter( get_posts( array( 'post_type' => 'product', 'numberposts' => -1 ) ), fn( $product ) => ! has_post_thumbnail( $product ) ) ),
        'pictures'   => count( array_filter( $slugs( 'attachment' ), fn( $slug ) => str_starts_with( $slug, 'picture-' ) ) ),
        'categories' => count( get_terms( array( 'taxonomy' => 'product_cat', 'hide_empty' => true ) ) ),
        'cash on delivery' => $cod['enabled'],
        'shipping'   => array_map( fn( $method ) => array( $method['method_id'], $method['enabled'], $method['settings']['cost']['value'] ), $methods ),
        'users'      => array_map( fn( $user ) => array( $user->user_login, $user->roles ), get_users() ),
        'open'       => get_option( 'woocommerce_coming_soon' ),
        'onboarding' => get_option( 'woocommerce_onboarding_profile' ),
        'to do'      => get_option( 'woocommerce_task_list_hidden_lists' ),
    ) );
"#;

async fn census(store: &Store) -> Value {
    let said = wp(store, &["eval", CENSUS]).await;
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn catalogue(name: &str) -> Value {
    let file = repository().join(format!("images/catalogues/{name}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn is_whole(census: &Value) {
    let catalogue = catalogue("minimal");
    let products = catalogue["products"].as_array().unwrap();
    let chosen = products.iter().filter(|product| product["option"].is_string());
    let variations: usize = chosen.map(|product| product["variants"].as_array().unwrap().len()).sum();
    let pictures: BTreeSet<_> = products.iter().map(|product| product["picture"].as_str()).collect();
    let expected = json!({
        "active plugins": census["active plugins"],
        "theme": "souk",
        "look": "electronics",
        "permalinks": "/%postname%/",
        "money": ["GBP", "GB", "GBP"],
        "shop pages": ["publish", "publish", "publish", "publish"],
        "pages": census["pages"],
        "posts": [catalogue["post"]["title"]],
        "products": products.len(),
        "variations": variations,
        "without a picture": 0,
        "pictures": pictures.len(),
        "categories": catalogue["categories"].as_array().unwrap().len(),
        "cash on delivery": true,
        "shipping": [["flat_rate", true, "4.90"]],
        "users": [["owner", ["administrator"]]],
        "open": "no",
        "onboarding": {"skipped": true},
        "to do": ["setup", "extended"],
    });
    assert_eq!(*census, expected, "{census:#}");
    assert_eq!(census["active plugins"].as_array().unwrap().len(), 1, "{census:#}");
    let pages = census["pages"].as_array().unwrap();
    for page in ["cart", "checkout", "my-account", "shop"] {
        assert_eq!(pages.iter().filter(|slug| *slug == page).count(), 1, "{pages:?}");
    }
    assert!(!pages.contains(&json!("sample-page")), "{pages:?}");
}

async fn must_sql(store: &Store, statement: &str) {
    assert!(sql(&store.namespace().await, statement).await, "{statement}");
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_may_be_installed_step_by_step_each_step_counts_once_and_a_newer_image_upgrades_its_database()
{
    let _turn = ONE_AT_A_TIME.lock().await;
    let setup =
        Setup::of(&Images::built()).with_values(&json!({ "woocommerce": { "firstBoot": "install" } }));
    Souk::run_as(setup, async |souk| {
        let wish =
            json!({ "catalog": "minimal", "currency": "gbp", "country": "gb", "theme": "electronics" });
        let store = create(souk, "frida", wish).await;
        let shop = store.shop().await;
        assert!(shop.log().await.contains(r#""restore":"none""#), "the control: nothing was restored");
        let first = census(&store).await;
        is_whole(&first);
        store.buy("shopper@example.com").await;

        // As if it had been killed just before its end, on either way.
        for state in ["installing", "restored"] {
            must_sql(&store, &format!("UPDATE souk_store SET state = '{state}'")).await;
            let again = wp(&store, &["--quiet", "souk", "setup"]).await;
            assert!(again.contains(r#""setup":"done""#), "{again}");
            assert_eq!(census(&store).await, first, "a second setup changed something ({state})");
        }
        let again = wp(&store, &["--quiet", "souk", "setup"]).await;
        assert!(again.contains(r#""setup":"present""#), "{again}");

        is_upgraded(&store).await;
        assert_eq!(census(&store).await, first, "the upgrade changed something of the owner's");
        store.buy("shopper@example.com").await;
        store.delete().await;
    })
    .await;
}

/// What WordPress and the plugin wrote down of their databases.
async fn versions(store: &Store) -> [String; 3] {
    let option = async |name: &str| wp(store, &["option", "get", name]).await;
    [option("db_version").await, option("woocommerce_db_version").await, option("souk_code").await]
}

/// Makes the database what an older image would have left, and its pod a new one.
async fn is_upgraded(store: &Store) {
    let own = versions(store).await;
    let shop = store.shop().await;
    shop.restart().await;
    assert!(shop.log().await.contains(r#""restore":"present""#), "the control: nothing to do");

    // WordPress 6.7's, and a plugin's before this one.
    must_sql(store, "UPDATE wp_options SET option_value = '58975' WHERE option_name = 'db_version'").await;
    let older =
        if wp(store, &["souk", "plugin"]).await.starts_with("WooCommerce") { "10.0.0" } else { "0.0.1" };
    let plugin = format!(
        "UPDATE wp_options SET option_value = '{older}' WHERE option_name = 'woocommerce_db_version'"
    );
    must_sql(store, &plugin).await;
    must_sql(store, "UPDATE wp_options SET option_value = 'WordPress 6.7' WHERE option_name = 'souk_code'")
        .await;
    let old = versions(store).await;
    assert!(own.iter().zip(&old).all(|(own, old)| own != old), "the control: {old:?} is older than {own:?}");

    shop.restart().await;
    let log = shop.log().await;
    assert!(log.contains(r#""restore":"upgraded""#), "{log}");
    assert_eq!(versions(store).await, own, "{log}");
}
