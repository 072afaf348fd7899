//! The sample catalogues, as both engines read them: each keeps the schema, and what a schema cannot say.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

const CATALOGUES: [&str; 3] = ["fashion", "electronics", "minimal"];
/// A card on a phone should not cost more than a script.
const PICTURE_MAX_BYTES: usize = 25_000;
const PICTURE_WIDTH_PX: u32 = 900;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("images/catalogues")
}

fn json(file: &str) -> Value {
    let path = folder().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn each(mut check: impl FnMut(&str, &Value)) {
    for name in CATALOGUES {
        check(name, &json(&format!("{name}.json")));
    }
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().unwrap()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap()
}

/// The values, each once; a second one is a failure.
fn unique<'a>(what: &str, values: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    for value in values {
        assert!(seen.insert(value), "{what}: {value} is there twice");
    }
    seen
}

#[test]
fn every_catalogue_keeps_the_schema_and_is_called_like_its_file() {
    let schema = json("catalogue.schema.json");
    let validator = jsonschema::validator_for(&schema).unwrap();
    each(|name, catalogue| {
        let errors: Vec<_> = validator
            .iter_errors(catalogue)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert_eq!(text(catalogue, "name"), name);
    });
}

#[test]
fn the_schema_refuses_what_a_shop_could_not_sell() {
    let validator = jsonschema::validator_for(&json("catalogue.schema.json")).unwrap();
    let spoil = |pointer: &str, value: Value| {
        let mut catalogue = json("fashion.json");
        *catalogue.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
        assert!(!validator.is_valid(&catalogue), "{pointer} was spoiled and nobody minds");
    };
    spoil("/products/0/variants/0/prices/EUR", "69".into());
    spoil("/products/0/variants/0/prices/EUR", 69.into());
    spoil("/products/0/variants/0/prices/EUR", "0.00".into());
    spoil("/products/0/variants/0/stock", 0.into());
    spoil("/products/0/handle", "Linen Shirt".into());
    spoil("/products/0/description", "<b>Linen</b>".into());
    spoil("/products/0/picture", "https://example.com/a.webp".into());
    spoil("/products", Value::Array(Vec::new()));
}

#[test]
fn a_choice_has_several_variants_and_no_choice_has_one_with_the_products_own_sku() {
    each(|name, catalogue| {
        for product in list(catalogue, "products") {
            let (sku, variants) = (text(product, "sku"), list(product, "variants"));
            if product.get("option").is_none() {
                assert_eq!(text(&variants[0], "sku"), sku, "{name}");
                continue;
            }
            unique(sku, variants.iter().map(|variant| text(variant, "value")));
            for variant in variants {
                let own = text(variant, "sku").strip_prefix(sku).and_then(|rest| rest.strip_prefix('-'));
                assert!(own.is_some(), "{name}: {} does not begin with {sku}-", text(variant, "sku"));
            }
        }
    });
}

#[test]
fn skus_and_addresses_are_there_once_and_every_category_has_products() {
    each(|name, catalogue| {
        let products = list(catalogue, "products");
        let categories =
            unique(name, list(catalogue, "categories").iter().map(|category| text(category, "handle")));
        let used: BTreeSet<_> = products.iter().map(|product| text(product, "category")).collect();
        assert_eq!(categories, used, "{name}");
        unique(name, products.iter().map(|product| text(product, "handle")));
        unique(name, products.iter().map(|product| text(product, "name")));
        unique(
            name,
            products.iter().flat_map(|product| {
                let own = product.get("option").map(|_| text(product, "sku"));
                own.into_iter().chain(list(product, "variants").iter().map(|variant| text(variant, "sku")))
            }),
        );
    });
}

#[test]
fn every_picture_is_there_is_small_and_is_shown_by_one_product() {
    each(|name, catalogue| {
        let pictures =
            unique(name, list(catalogue, "products").iter().map(|product| text(product, "picture")));
        for picture in &pictures {
            let bytes = fs::read(folder().join(picture)).unwrap_or_else(|error| panic!("{picture}: {error}"));
            assert!(bytes.len() <= PICTURE_MAX_BYTES, "{picture}: {} bytes", bytes.len());
            assert_eq!(webp_width_px(&bytes), Some(PICTURE_WIDTH_PX), "{picture}");
        }
        let drawn: BTreeSet<_> = fs::read_dir(folder().join("pictures").join(name))
            .unwrap()
            .map(|entry| format!("pictures/{name}/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        assert_eq!(drawn, pictures.iter().map(|&picture| picture.to_owned()).collect(), "{name}");
    });
}

/// The width in the header of a lossy WebP: `RIFF....WEBPVP8 `, ten bytes, then 14 bits.
fn webp_width_px(bytes: &[u8]) -> Option<u32> {
    let is_webp = bytes.get(..4)? == b"RIFF" && bytes.get(8..16)? == b"WEBPVP8 ";
    let width = u16::from_le_bytes(bytes.get(26..28)?.try_into().ok()?);
    is_webp.then_some(u32::from(width & 0x3fff))
}
