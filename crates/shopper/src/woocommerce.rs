//! A purchase in a WooCommerce store, over its Store API, paid in cash on delivery.
//!
//! The cart's token goes with each request: with it the shop asks for neither cookies nor a nonce.

use serde_json::{Value, json};

use crate::client::text_at;
use crate::{Order, ShopError, StoreClient};

const API: &str = "/wp-json/wc/store/v1";
const TOKEN: &str = "cart-token";

/// The products that a visitor sees.
pub async fn products(store: &StoreClient) -> Result<Vec<Value>, ShopError> {
    let answer = store.get(&format!("{API}/products?per_page=100")).await?;
    Ok(answer.as_array().cloned().unwrap_or_default())
}

/// Buys one piece of the store's first product that needs no choice.
pub async fn buy(store: &StoreClient, email: &str) -> Result<Order, ShopError> {
    let products = products(store).await?;
    let product = products.iter().find(|product| product["type"] == "simple").unwrap_or(&Value::Null);
    let name = text_at(product, "/name", "a simple product")?;

    let (_, token) = store.get_with(&format!("{API}/cart"), TOKEN).await?;
    let shopper = store.clone().with_header(TOKEN, token);
    let line = json!({ "id": product["id"], "quantity": 1 });
    shopper.post(&format!("{API}/cart/add-item"), line).await?;
    let address = json!({
        "first_name": "Sample", "last_name": "Shopper", "address_1": "1 Market Lane", "city": "Sampleton",
        "postcode": "10115", "country": "DE", "phone": "+49 30 123456",
    });
    let mut billing = address.clone();
    billing["email"] = email.into();
    let buyer = json!({ "billing_address": billing, "shipping_address": address });
    let cart = shopper.post(&format!("{API}/cart/update-customer"), buyer.clone()).await?;

    let mut order = buyer;
    order["payment_method"] = "cod".into();
    let done = shopper.post(&format!("{API}/checkout"), order).await?;
    if done["status"] != "processing" {
        return Err(ShopError::NotAnOrder(done.to_string()));
    }
    let missing = |what| ShopError::Missing { what, answer: done.to_string() };
    Ok(Order {
        id: done["order_id"].as_i64().ok_or_else(|| missing("the order's id"))?.to_string(),
        number: done["order_number"]
            .as_str()
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| missing("the order's number"))?,
        product: name,
        total: total(&cart)?,
        currency: text_at(&cart, "/totals/currency_code", "the currency")?,
        email: text_at(&done, "/billing_address/email", "the shopper's address")?,
    })
}

/// In major units; the Store API counts in the smallest one.
fn total(cart: &Value) -> Result<f64, ShopError> {
    let minor = text_at(cart, "/totals/total_price", "the total")?;
    let digits = cart["totals"]["currency_minor_unit"].as_i64().and_then(|digits| i32::try_from(digits).ok());
    let missing = || ShopError::Missing { what: "the total", answer: cart.to_string() };
    Ok(minor.parse::<f64>().map_err(|_| missing())? / 10f64.powi(digits.ok_or_else(missing)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_counted_in_major_units() {
        let cart = |price: &str| json!({"totals": {"total_price": price, "currency_minor_unit": 2}});
        assert!((total(&cart("5990")).unwrap() - 59.9).abs() < 1e-9);
        assert!(total(&cart("much")).is_err());
        assert!(total(&json!({})).is_err());
    }
}
