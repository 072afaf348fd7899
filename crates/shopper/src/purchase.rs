//! A purchase in a Medusa store, over its public API.
//!
//! The order of the steps matters: a changed total throws payment sessions away, so the session comes
//! last; and a 200 is not yet an order, only `type: "order"` is.

use serde::Serialize;
use serde_json::{Value, json};

use crate::client::text_at;
use crate::{ShopError, StoreClient};

/// What was bought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Order {
    pub id: String,
    /// The number that the shopper and the merchant talk about.
    pub number: i64,
    pub product: String,
    /// In major units: 12.5 is twelve and a half.
    pub total: f64,
    pub currency: String,
    pub email: String,
}

/// The titles of the products that a visitor sees.
pub async fn product_titles(store: &StoreClient) -> Result<Vec<String>, ShopError> {
    let answer = store.get("/store/products?limit=100&fields=title").await?;
    let products = answer["products"].as_array().cloned().unwrap_or_default();
    Ok(products.iter().filter_map(|product| product["title"].as_str().map(str::to_owned)).collect())
}

/// Buys one piece of the store's first product. `store` sends the publishable key.
pub async fn buy(store: &StoreClient, email: &str) -> Result<Order, ShopError> {
    let regions = store.get("/store/regions").await?;
    let region = text_at(&regions, "/regions/0/id", "a region")?;
    let country = text_at(&regions, "/regions/0/countries/0/iso_2", "a country")?;
    let path = format!("/store/products?region_id={region}&limit=1&fields=*variants");
    let products = store.get(&path).await?;
    let product = text_at(&products, "/products/0/title", "a product")?;
    let variant = text_at(&products, "/products/0/variants/0/id", "a variant")?;

    let made = store.post("/store/carts", json!({ "region_id": region })).await?;
    let cart = text_at(&made, "/cart/id", "the cart")?;
    let cart_path = format!("/store/carts/{cart}");
    let line = json!({ "variant_id": variant, "quantity": 1 });
    store.post(&format!("{cart_path}/line-items"), line).await?;
    let address = json!({
        "first_name": "Sample", "last_name": "Shopper", "address_1": "1 Market Lane", "city": "Sampleton",
        "postal_code": "10115", "country_code": country, "phone": "+49 30 123456",
    });
    let buyer = json!({ "email": email, "shipping_address": address, "billing_address": address });
    store.post(&cart_path, buyer).await?;

    let options = store.get(&format!("/store/shipping-options?cart_id={cart}")).await?;
    let option = text_at(&options, "/shipping_options/0/id", "a way to ship")?;
    store.post(&format!("{cart_path}/shipping-methods"), json!({ "option_id": option })).await?;

    let providers = store.get(&format!("/store/payment-providers?region_id={region}")).await?;
    let provider = text_at(&providers, "/payment_providers/0/id", "a way to pay")?;
    let collection = store.post("/store/payment-collections", json!({ "cart_id": cart })).await?;
    let collection = text_at(&collection, "/payment_collection/id", "the payment")?;
    let session = json!({ "provider_id": provider });
    store.post(&format!("/store/payment-collections/{collection}/payment-sessions"), session).await?;

    let done = store.post(&format!("{cart_path}/complete"), json!({})).await?;
    if done["type"] != "order" {
        return Err(ShopError::NotAnOrder(done["error"].to_string()));
    }
    read(&done["order"], product)
}

fn read(order: &Value, product: String) -> Result<Order, ShopError> {
    let missing = |what| ShopError::Missing { what, answer: order.to_string() };
    Ok(Order {
        id: text_at(order, "/id", "the order's id")?,
        number: order["display_id"].as_i64().ok_or_else(|| missing("the order's number"))?,
        product,
        total: order["total"].as_f64().ok_or_else(|| missing("the total"))?,
        currency: text_at(order, "/currency_code", "the currency")?,
        email: text_at(order, "/email", "the shopper's address")?,
    })
}
