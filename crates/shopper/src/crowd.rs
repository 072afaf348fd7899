//! Several shoppers at once, each of whom looks around and buys, again and again: a busy hour, to see what a
//! store takes then.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::JoinSet;
use url::Url;

use crate::{Order, ShopError, StoreClient, buy, woocommerce};

/// What a shopper may do between two purchases: read.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shop {
    Medusa,
    Woocommerce,
}

/// How it went.
#[derive(Debug, Default, Serialize)]
pub struct Visits {
    pub orders: usize,
    /// Of each visit, from the first page to the order, in ms.
    pub took_ms: Vec<u64>,
    /// Why visits ended without an order.
    pub failures: Vec<String>,
}

/// Sends `shoppers` into the shop at once, each for `purchases` visits. `store` sends what the shop's API asks for.
pub async fn visit(shop: Shop, store: &StoreClient, shoppers: usize, purchases: usize) -> Visits {
    let mut at_work = JoinSet::new();
    for shopper in 0..shoppers {
        let store = store.clone();
        at_work.spawn(async move {
            let mut visits = Vec::new();
            for purchase in 0..purchases {
                let started = Instant::now();
                let email = format!("shopper-{shopper}-{purchase}@example.com");
                let order = one_visit(shop, &store, &email).await;
                visits.push((order, started.elapsed()));
                tokio::time::sleep(PAUSE).await;
            }
            visits
        });
    }
    let mut all = Visits::default();
    for (order, took) in at_work.join_all().await.into_iter().flatten() {
        match order {
            Ok(_) => {
                all.orders += 1;
                all.took_ms.push(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
            }
            Err(error) => all.failures.push(error.to_string()),
        }
    }
    all
}

/// Pages are looked at where the shop has any of its own.
async fn one_visit(shop: Shop, store: &StoreClient, email: &str) -> Result<Order, ShopError> {
    match shop {
        Shop::Medusa => buy(store, email).await,
        Shop::Woocommerce => {
            store.file("/").await?;
            store.file("/shop/").await?;
            let products = woocommerce::products(store).await?;
            let product = products.first().and_then(|product| product["permalink"].as_str());
            if let Some(page) = product.and_then(|address| Url::parse(address).ok()) {
                store.file(page.path()).await?;
            }
            woocommerce::buy(store, email).await
        }
    }
}
