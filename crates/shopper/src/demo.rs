//! A demo user with a demo store, so that a newcomer has something to look at.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::souk::Account;
use crate::{ShopError, StoreClient};

/// The store's name; `cargo xtask buy demo` finds it by this.
pub const STORE: &str = "demo";
const READY_LIMIT: Duration = Duration::from_mins(10);
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// How long Souk may take to start.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Waits until Souk is ready for work.
pub async fn wait_ready(souk: &StoreClient) -> Result<(), ShopError> {
    let started = Instant::now();
    loop {
        match souk.get("/api/v1/health/ready").await {
            Ok(_) => return Ok(()),
            Err(error) if started.elapsed() > START_LIMIT => return Err(error),
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// Registers the user, unless they are there, and signs in.
pub async fn user(souk: &StoreClient, email: &str, password: &str) -> Result<Account, ShopError> {
    let body = json!({ "email": email, "password": password });
    match souk.post("/api/v1/auth/register", body).await {
        Ok(_) => {}
        // Registered by an earlier run.
        Err(ShopError::Refused { status, .. }) if status.as_u16() == 409 => {}
        Err(error) => return Err(error),
    }
    Account::sign_in(souk, email, password).await
}

/// Makes the demo store, unless it is there, and tells `say` of every step until it is ready.
pub async fn store(account: &Account, mut say: impl FnMut(&str)) -> Result<Value, ShopError> {
    let started = Instant::now();
    let api = account.api();
    let found = find(api).await?;
    let id = if let Some(store) = &found {
        store["id"].clone()
    } else {
        let body = json!({ "name": STORE, "title": "The demo shop", "engine": "medusa" });
        api.post("/api/v1/stores", body).await?["store"]["id"].clone()
    };
    let path = format!("/api/v1/stores/{}", id.as_str().unwrap_or_default());
    // What happened before this run is not news.
    let mut seen = if found.is_some() { last_event(api, &path).await? } else { 0 };
    // One that an earlier run left failed is tried again; one that fails now is an error.
    let mut left_failed = true;
    loop {
        let events = api.get(&format!("{path}/logs?after={seen}")).await?;
        for event in events["items"].as_array().into_iter().flatten() {
            seen = event["seq"].as_i64().unwrap_or(seen);
            if event["kind"] != "step_started" {
                say(event["message"].as_str().unwrap_or_default());
            }
        }
        let store = api.get(&path).await?;
        match store["state"].as_str() {
            Some("ready") => return Ok(store),
            Some("failed") if left_failed => {
                api.post(&format!("{path}/retry"), json!({})).await?;
            }
            Some("failed") => return Err(ShopError::Store(store["failure"].to_string())),
            _ => {}
        }
        left_failed = false;
        if started.elapsed() > READY_LIMIT {
            return Err(ShopError::Missing { what: "a ready demo store", answer: store.to_string() });
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn last_event(api: &StoreClient, path: &str) -> Result<i64, ShopError> {
    let mut last = 0;
    loop {
        let page = api.get(&format!("{path}/logs?limit=500&after={last}")).await?;
        match page["items"].as_array().and_then(|events| events.last()) {
            Some(event) => last = event["seq"].as_i64().unwrap_or(last),
            None => return Ok(last),
        }
    }
}

/// The demo store, if there is one that is not on its way out.
async fn find(api: &StoreClient) -> Result<Option<Value>, ShopError> {
    let page = api.get("/api/v1/stores?limit=100").await?;
    let stores = page["items"].as_array().cloned().unwrap_or_default();
    Ok(stores.into_iter().find(|store| store["name"] == STORE && store["state"] != "deleting"))
}
