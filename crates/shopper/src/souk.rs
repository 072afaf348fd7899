//! Souk's own API, as far as a shopper's helper needs it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::text_at;
use crate::{ShopError, StoreClient};

/// What `GET /stores/{id}/credentials` shows.
#[derive(Debug, Clone, Deserialize)]
pub struct Credentials {
    pub url: String,
    pub admin_url: String,
    pub admin_email: String,
    pub admin_password: String,
    pub publishable_key: String,
}

/// A signed-in user of Souk.
#[derive(Debug, Clone)]
pub struct Account(StoreClient);

impl Account {
    pub async fn sign_in(souk: &StoreClient, email: &str, password: &str) -> Result<Self, ShopError> {
        let body = json!({ "email": email, "password": password });
        let answer = souk.post("/api/v1/auth/login", body).await?;
        let token = text_at(&answer, "/access_token", "the access token")?;
        Ok(Self(souk.clone().with_header("authorization", format!("Bearer {token}"))))
    }

    /// The user's store of that name or id that is ready.
    pub async fn ready_store(&self, name_or_id: &str) -> Result<Value, ShopError> {
        let page = self.0.get("/api/v1/stores?limit=100").await?;
        let stores = page["items"].as_array().cloned().unwrap_or_default();
        let wanted = |store: &&Value| {
            (store["name"] == name_or_id || store["id"] == name_or_id) && store["state"] == "ready"
        };
        stores.iter().find(wanted).cloned().ok_or_else(|| ShopError::Missing {
            what: "a ready store of that name",
            answer: page.to_string(),
        })
    }

    pub async fn credentials(&self, store_id: &str) -> Result<Credentials, ShopError> {
        let answer = self.0.get(&format!("/api/v1/stores/{store_id}/credentials")).await?;
        serde_json::from_value(answer.clone())
            .map_err(|_| ShopError::Missing { what: "the credentials", answer: "(not shown)".to_owned() })
    }

    /// The API itself, signed in.
    #[must_use]
    pub fn api(&self) -> &StoreClient {
        &self.0
    }
}
