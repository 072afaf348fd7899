//! Themes that an operator brings, on a real cluster.
//!
//! The zip is the operator's own where `SOUK_WP_THEMES` names a folder with a `storefront.zip`, which is then in the image
//! too (`cargo xtask images` reads the same variable). Else it is a tiny one made here, and no image has it.

#![allow(clippy::expect_used, reason = "tests")]

use std::env;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use souk_e2e::cluster;
use souk_e2e::souk::{Images, Setup, Souk, folder};
use souk_e2e::stores::Store;
use souk_shopper::ShopError;
use souk_shopper::woocommerce::{buy, products};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ENGINE: &str = "woocommerce";
/// Souk's setting: the folder with the zips.
const THEMES: &str = "SOUK_WP_THEMES";
const FAILED_LIMIT: Duration = Duration::from_mins(5);

/// A theme, as small as one can be.
fn tiny_theme() -> PathBuf {
    let folder = folder().join("themes");
    std::fs::create_dir_all(&folder).expect("a folder for a zip");
    let mut zip = ZipWriter::new(File::create(folder.join("storefront.zip")).expect("a zip"));
    for (name, text) in [
        ("storefront/style.css", "/*\nTheme Name: Tiny\n*/\n"),
        ("storefront/index.php", "<?php wp_head(); wp_footer();\n"),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("a whole zip");
    folder
}

/// The operator's folder, if it has the theme.
fn brought() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os(THEMES)?);
    folder.join("storefront.zip").is_file().then_some(folder)
}

async fn run_with(themes: &Path, test: impl AsyncFnOnce(&mut Souk)) {
    let setup = Setup::of(&Images::built()).with(THEMES, themes.display().to_string());
    Souk::run_as(setup, test).await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_theme_that_was_brought_is_worn_and_the_shop_sells_or_the_store_fails_in_words() {
    let own = brought();
    let folder = own.clone().unwrap_or_else(tiny_theme);
    run_with(&folder, async |souk| {
        let user = souk.user("frieda").await;
        let wish = |theme: &str| json!({ "engine": ENGINE, "theme": theme });
        let mut missing = wish("astra");
        missing["name"] = "astra-shop".into();
        if !folder.join("astra.zip").is_file() {
            match user.post("/api/v1/stores", missing).await {
                Err(ShopError::Refused { status, body, .. }) => {
                    assert_eq!(status.as_u16(), 422, "{body}");
                    assert!(
                        body.contains("store.theme_missing") && body.contains("holds no astra.zip"),
                        "{body}"
                    );
                }
                other => panic!("a theme that nobody brought was not refused: {other:?}"),
            }
        }
        let store = Store::create_with(&user, "frieda", wish("storefront")).await;
        if own.is_some() {
            worn(&store).await;
        } else {
            println!("this image was built without a theme of somebody else's: only its absence is seen");
            absent(&store).await;
        }
        store.delete().await;
        assert!(!cluster::has_namespace(&store.namespace().await).await, "it left its namespace behind");
    })
    .await;
}

async fn worn(store: &Store) {
    store.wait_ready().await;
    let words = ["wp", "theme", "list", "--status=active", "--field=name"];
    let active = cluster::run_in(&store.namespace().await, ENGINE, &words).await;
    assert_eq!(active.text.trim(), "storefront");
    let visitor = store.visitor().await;
    for page in ["/", "/shop/"] {
        let (_, html) = visitor.file(page).await.unwrap_or_else(|error| panic!("{page}: {error}"));
        let html = String::from_utf8_lossy(&html).into_owned();
        assert!(html.contains("/themes/storefront/"), "{page} does not wear the theme: {html}");
    }
    let seen = products(&visitor).await.expect("a list of products");
    assert_eq!(seen.len(), 12, "{seen:#?}");
    let order = buy(&visitor, "shopper@example.com").await.expect("an order");
    assert_eq!(order.currency, "EUR");
}

/// What is in the folder but not in the image is found out by the setup, and never called ready.
async fn absent(store: &Store) {
    let failed: Value = store.wait_for("failed", FAILED_LIMIT).await;
    assert_eq!(failed["failure"]["step"], "setup");
    let reason = failed["failure"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("The 'storefront' theme could not be found"), "{reason}");
    assert!(reason.contains("`wp theme activate storefront` failed"), "{reason}");
}
