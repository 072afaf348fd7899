//! Stores, made and looked at through Souk's own API.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use souk_domain::engine::Engine;
use souk_shopper::souk::Credentials;
use souk_shopper::{Order, ShopError, StoreClient, woocommerce};
use souk_test_support::until;
use tokio::net::lookup_host;

use crate::shop::Shop;

/// From the request to a store that sells, on two busy cores.
const READY_LIMIT: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Some steps are short; and one user may ask Souk 600 times a minute.
const LOOK_CLOSELY_EVERY: Duration = Duration::from_millis(100);
const GONE_LIMIT: Duration = Duration::from_mins(3);

/// A store of one user.
#[derive(Debug)]
pub struct Store {
    pub id: String,
    pub host: String,
    pub url: String,
    pub engine: Engine,
    owner: StoreClient,
}

impl Store {
    /// Asks for a store; it is not ready yet.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn create(owner: &StoreClient, name: &str) -> Self {
        Self::create_with(owner, name, json!({})).await
    }

    /// As [`Store::create`], with more of what can be asked for.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn create_with(owner: &StoreClient, name: &str, options: Value) -> Self {
        let mut body = json!({ "name": name, "title": format!("The {name} shop"), "engine": "medusa" });
        for (field, value) in options.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        let accepted = owner.post("/api/v1/stores", body).await.unwrap_or_else(|error| panic!("{error}"));
        let text = |key: &str| accepted["store"][key].as_str().unwrap_or_default().to_owned();
        let engine = text("engine").parse().unwrap_or_else(|error| panic!("{error}: {accepted:#}"));
        Self { id: text("id"), host: text("host"), url: text("url"), engine, owner: owner.clone() }
    }

    /// # Panics
    /// When the API refuses.
    pub async fn state(&self) -> Value {
        self.owner.get(&self.path()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// # Panics
    /// When it fails instead, or takes too long; with what its operation says.
    pub async fn wait_ready(&self) {
        self.wait_for("ready", READY_LIMIT).await;
    }

    /// Waits for a state; any other one in which a store rests is a failure.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn wait_for(&self, wanted: &str, limit: Duration) -> Value {
        let mut last = Value::Null;
        let found = until(limit, LOOK_EVERY, async || {
            last = self.state().await;
            let now = last["state"].as_str().unwrap_or_default();
            let rests = ["ready", "failed"].contains(&now) && wanted != "failed";
            assert!(now == wanted || !rests, "waited for {wanted}; it is {last:#}");
            (now == wanted).then_some(())
        })
        .await;
        assert!(found.is_some(), "waited {} s for {wanted}; it is {last:#}", limit.as_secs());
        last
    }

    /// The page of its newest operation.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn operation(&self) -> Value {
        let id = self.state().await["operation"]["id"].as_str().unwrap_or_default().to_owned();
        self.operation_by_id(&id).await
    }

    /// The page of one of its operations.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn operation_by_id(&self, id: &str) -> Value {
        self.owner.get(&format!("/api/v1/operations/{id}")).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits until its newest operation is in the middle of a step; gives the operation's page.
    ///
    /// # Panics
    /// When it does not come so far, or has passed already.
    pub async fn wait_in(&self, step: &str) -> Value {
        let mut last = self.operation().await;
        let id = last["id"].as_str().unwrap_or_default().to_owned();
        let found = until(READY_LIMIT, LOOK_CLOSELY_EVERY, async || {
            last = self.operation_by_id(&id).await;
            let now = &step_of(&last, step)["state"];
            assert!(now != "done" && now != "failed", "{step} has passed: {last:#}");
            (now == "running").then_some(())
        })
        .await;
        assert!(found.is_some(), "waited {} s for {step}; it is {last:#}", READY_LIMIT.as_secs());
        last
    }

    /// # Panics
    /// When the API refuses.
    pub async fn credentials(&self) -> Credentials {
        let answer = self.owner.get(&format!("{}/credentials", self.path())).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}"));
        serde_json::from_value(answer).unwrap_or_else(|error| panic!("credentials: {error}"))
    }

    /// # Panics
    /// When the API refuses.
    pub async fn retry(&self) {
        let path = format!("{}/retry", self.path());
        self.owner.post(&path, json!({})).await.unwrap_or_else(|error| panic!("{error}"));
    }

    /// Deletes it and waits until it is gone.
    ///
    /// # Panics
    /// When it does not go.
    pub async fn delete(&self) {
        self.ask_to_go().await;
        self.wait_gone().await;
    }

    /// Asks for its deletion; gives the operation.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn ask_to_go(&self) -> String {
        let accepted = self.owner.delete(&self.path()).await.unwrap_or_else(|error| panic!("{error}"));
        accepted["operation"]["id"].as_str().unwrap_or_default().to_owned()
    }

    /// # Panics
    /// When it does not go.
    pub async fn wait_gone(&self) {
        let gone = until(GONE_LIMIT, LOOK_EVERY, async || match self.owner.get(&self.path()).await {
            Err(ShopError::Refused { status, .. }) if status.as_u16() == 404 => Some(()),
            Ok(state) => (state["state"] == "deleted").then_some(()),
            Err(error) => panic!("{error}"),
        })
        .await;
        assert!(gone.is_some(), "it does not go: {:#}", self.state().await);
    }

    /// A visitor of the shop, with the key that its pages would send.
    ///
    /// # Panics
    /// When the ingress has no address.
    pub async fn shopper(&self, credentials: &Credentials) -> StoreClient {
        self.visitor().await.with_header("x-publishable-api-key", credentials.publishable_key.clone())
    }

    /// A visitor of the shop, with nothing.
    ///
    /// # Panics
    /// When the ingress has no address.
    pub async fn visitor(&self) -> StoreClient {
        StoreClient::new(&self.url, Some(ingress().await)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Buys something in it, as a visitor of the shop.
    ///
    /// # Panics
    /// When the shop does not sell.
    pub async fn buy(&self, email: &str) -> Order {
        let bought = match self.engine {
            Engine::Medusa => souk_shopper::buy(&self.shopper(&self.credentials().await).await, email).await,
            Engine::Woocommerce => woocommerce::buy(&self.visitor().await, email).await,
        };
        bought.unwrap_or_else(|error| panic!("{}: {error}", self.engine))
    }

    /// What it sells, as a visitor of the shop sees it.
    ///
    /// # Panics
    /// When the shop does not say.
    pub async fn products(&self) -> Vec<String> {
        let titles = match self.engine {
            Engine::Medusa => {
                souk_shopper::product_titles(&self.shopper(&self.credentials().await).await).await
            }
            Engine::Woocommerce => woocommerce::products(&self.visitor().await).await.map(|products| {
                let names = products.iter().filter_map(|product| product["name"].as_str());
                names.map(str::to_owned).collect()
            }),
        };
        titles.unwrap_or_else(|error| panic!("{}: {error}", self.engine))
    }

    /// The inside of its newest attempt.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn shop(&self) -> Shop {
        Shop::of(self.engine, self.namespace().await)
    }

    /// The namespace of its newest attempt.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn namespace(&self) -> String {
        let attempt = self.state().await["attempt"].as_u64().unwrap_or_default();
        let slug = self.host.split('.').next().unwrap_or_default();
        format!("store-{slug}-{attempt}")
    }

    fn path(&self) -> String {
        format!("/api/v1/stores/{}", self.id)
    }
}

/// A step on its operation's page.
#[must_use]
pub fn step_of(operation: &Value, step: &str) -> Value {
    let steps = operation["steps"].as_array().cloned().unwrap_or_default();
    steps.into_iter().find(|one| one["name"] == step).unwrap_or_default()
}

async fn ingress() -> SocketAddr {
    let address = std::env::var("SOUK_INGRESS_CONNECT").unwrap_or_else(|_| "127.0.0.1:8080".into());
    let found = lookup_host(&address).await.ok().and_then(|mut all| all.next());
    found.unwrap_or_else(|| panic!("{address} is not the address of an ingress"))
}
