//! A store's own admin, as its owner signs in to it.

use serde_json::{Value, json};

use crate::client::text_at;
use crate::{ShopError, StoreClient};

/// A signed-in admin.
#[derive(Debug, Clone)]
pub struct Admin(StoreClient);

impl Admin {
    pub async fn sign_in(store: &StoreClient, email: &str, password: &str) -> Result<Self, ShopError> {
        let answer =
            store.post("/auth/user/emailpass", json!({ "email": email, "password": password })).await?;
        let token = text_at(&answer, "/token", "the admin's token")?;
        Ok(Self(store.clone().with_header("authorization", format!("Bearer {token}"))))
    }

    /// The order as the merchant sees it.
    pub async fn order(&self, id: &str) -> Result<Value, ShopError> {
        Ok(self.0.get(&format!("/admin/orders/{id}?fields=id,display_id,status,email")).await?["order"]
            .clone())
    }

    /// Any page of the admin API, for tests that compare two stores.
    pub async fn get(&self, path: &str) -> Result<Value, ShopError> {
        self.0.get(path).await
    }
}
