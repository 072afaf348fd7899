//! A store as its owner makes it, over Souk's API.

use std::time::Duration;

use serde_json::{Value, json};

use super::{engines::Engine, http::Client};
use crate::{
    error::{Error, Result},
    process,
};

const READY_LIMIT: Duration = Duration::from_mins(5);
const GONE_LIMIT: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Store {
    id: String,
    pub operation_id: String,
    pub namespace: String,
}

impl Store {
    pub fn create(user: &Client, engine: Engine, name: &str) -> Result<Self> {
        let body = json!({ "name": name, "engine": engine.name() });
        let accepted = user.post("/api/v1/stores", &body, 202)?;
        let text = |path: &str| accepted.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let slug = text("/store/host").split('.').next().unwrap_or_default().to_owned();
        Ok(Self {
            id: text("/store/id"),
            operation_id: text("/operation/id"),
            namespace: format!("store-{slug}-1"),
        })
    }

    pub fn operation(&self, user: &Client) -> Result<Value> {
        Ok(user.get(&format!("/api/v1/operations/{}", self.operation_id))?.json())
    }

    /// A store that fails instead is an error that says why.
    pub fn wait_ready(&self, user: &Client) -> Result<()> {
        process::wait_closely("the store is ready", READY_LIMIT, LOOK_EVERY, || {
            let store = user.get(&self.path())?.json();
            match store["state"].as_str() {
                Some("ready") => Ok(true),
                Some("failed") => Err(Error::Refused(format!("the store failed: {:#}", store["failure"]))),
                _ => Ok(false),
            }
        })
    }

    pub fn delete(&self, user: &Client) -> Result<()> {
        user.delete(&self.path())?;
        process::wait_for("the store is gone", GONE_LIMIT, || {
            let answer = user.get(&self.path())?;
            Ok(answer.status == 404 || answer.json()["state"] == "deleted")
        })
    }

    fn path(&self) -> String {
        format!("/api/v1/stores/{}", self.id)
    }
}
