//! The sides of `cargo xtask bench api`, what each of them is asked, and whether they do the same.

use std::{path::Path, process::Command};

use serde_json::{Value, json};

use super::{
    ground::{CONNECTIONS, MERCHANT, RATE_PER_MINUTE, name, other},
    http::Client,
    instance::{Instance, Process, credentials},
};
use crate::error::{Error, Result};

/// Who asks for stores, each in turn.
pub const CREATORS: usize = 16;
pub const LIST: &str = "/api/v1/stores?limit=20";
const STORES: &str = "/api/v1/stores";
const LOGIN: &str = "/api/v1/auth/login";
/// Tables that a request may add rows to.
const TABLES: [&str; 12] = [
    "stores",
    "store_hosts",
    "store_state_intervals",
    "operations",
    "operation_steps",
    "events",
    "audit_log",
    "audit_unsealed",
    "apalis.jobs",
    "idempotency_keys",
    "sessions",
    "refresh_tokens",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Souk,
    Express,
    /// The same, in two processes.
    Cluster,
    /// One route and one query, for orientation.
    Bare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    List,
    Get,
    Login,
    Create,
}

impl Side {
    pub const ALL: [Self; 4] = [Self::Souk, Self::Express, Self::Cluster, Self::Bare];

    pub fn name(self) -> &'static str {
        match self {
            Self::Souk => "souk",
            Self::Express => "express, 1 process",
            Self::Cluster => "express, 2 processes",
            Self::Bare => "bare express",
        }
    }

    /// In this order: creations leave much behind, and so come last.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Souk | Self::Express | Self::Cluster => &[Kind::List, Kind::Get, Kind::Login, Kind::Create],
            Self::Bare => &[Kind::List],
        }
    }

    pub fn start(self, instance: &Instance<'_>, peer: &Path) -> Result<Process> {
        let process = match self {
            // Nobody works on what is asked for: only the request is measured.
            Self::Souk => instance.start("api"),
            Self::Express => instance.start_peer(node(instance, peer, "server.js", 1)?, "express"),
            Self::Cluster => instance.start_peer(node(instance, peer, "server.js", 2)?, "express-2"),
            Self::Bare => instance.start_peer(node(instance, peer, "bare.js", 1)?, "bare"),
        }?;
        process.wait_ready()?;
        Ok(process)
    }
}

fn node(instance: &Instance<'_>, peer: &Path, file: &str, processes: usize) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg(file)
        .current_dir(peer)
        .env("NODE_ENV", "production")
        .env("DATABASE_URL", instance.database(file == "server.js")?)
        .env("PROCESSES", processes.to_string())
        .env("POOL", CONNECTIONS.to_string())
        .env("RATE_PER_MINUTE", RATE_PER_MINUTE.to_string());
    Ok(node)
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Login => "login",
            Self::Create => "create",
        }
    }

    /// Where wrk asks, and what its script is told. A token is good for 15 minutes, and so is made anew each time.
    pub fn load(self, side: Side, process: &Process, word: &str) -> Result<(String, Vec<String>)> {
        let read = |token: String| vec!["read".to_owned(), token];
        let (path, arguments) = match self {
            Self::List if side == Side::Bare => (LIST.to_owned(), read("none".to_owned())),
            Self::List => (LIST.to_owned(), read(process.sign_in(MERCHANT)?)),
            Self::Get => {
                let token = process.sign_in(MERCHANT)?;
                (store_path(&process.address, &token)?, read(token))
            }
            Self::Login => (LOGIN.to_owned(), vec!["login".to_owned(), credentials(MERCHANT).to_string()]),
            Self::Create => {
                let mut arguments = vec!["create".to_owned(), word.to_owned()];
                for number in 0..CREATORS {
                    arguments.push(process.sign_in(&other(number))?);
                }
                (STORES.to_owned(), arguments)
            }
        };
        Ok((format!("http://{}{path}", process.address), arguments))
    }
}

/// The address of the merchant's newest store.
fn store_path(address: &str, token: &str) -> Result<String> {
    let page = Client::new(address).bearing(token).get(LIST)?.json();
    let id = page.pointer("/items/0/id").and_then(Value::as_str);
    id.map(|id| format!("{STORES}/{id}"))
        .ok_or_else(|| Error::Refused(format!("a page without stores: {page}")))
}

/// What a side answers to one request of each kind, and which rows that adds: the same for all who do the same.
pub fn deeds(instance: &Instance<'_>, process: &Process) -> Result<Vec<(Kind, String)>> {
    let token = process.sign_in(MERCHANT)?;
    let user = Client::new(&process.address).bearing(&token);
    let list = user.get(LIST)?.json();
    let get = user.get(&store_path(&process.address, &token)?)?.json();
    let before = rows(instance)?;
    let session = user.post(LOGIN, &credentials(MERCHANT), 200)?;
    let between = rows(instance)?;
    let body = json!({ "name": name("first", 1), "engine": "medusa" });
    let user = user.with("idempotency-key", "asked-twice");
    let created = user.post(STORES, &body, 202)?;
    let again = user.post(STORES, &body, 202)?;
    if again != created {
        return Err(Error::Refused(format!("asked again under its key: {again}, and before: {created}")));
    }
    let after = rows(instance)?;
    Ok(vec![
        (Kind::List, content(&list).to_string()),
        (Kind::Get, content(&get).to_string()),
        (Kind::Login, format!("{}; {}", shape(&session), added(&before, &between))),
        (Kind::Create, format!("{}; {}", shape(&created), added(&between, &after))),
    ])
}

/// Rows of each table.
fn rows(instance: &Instance<'_>) -> Result<Vec<i64>> {
    let counts: Vec<String> = TABLES.iter().map(|table| format!("(SELECT count(*) FROM {table})")).collect();
    let said = instance.ask_database(&format!("SELECT concat_ws(' ', {})", counts.join(", ")))?;
    Ok(said.split(' ').filter_map(|count| count.parse().ok()).collect())
}

fn added(before: &[i64], after: &[i64]) -> String {
    let tables = TABLES.iter().zip(before.iter().zip(after));
    let grown = tables.filter(|(_, (before, after))| before != after);
    grown
        .map(|(table, (before, after))| format!("{table} +{}", after - before))
        .collect::<Vec<_>>()
        .join(", ")
}

/// An answer without its times, which one side writes finer than the other.
fn content(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_time = name.ends_with("_at") && value.is_string();
                (name.clone(), if is_time { json!("a time") } else { content(value) })
            })
            .collect(),
        Value::Array(items) => items.iter().map(content).collect(),
        other => other.clone(),
    }
}

/// Which fields an answer has, and of what kind: for what is made anew each time.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("yes or no"),
        Value::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_are_left_out_of_what_two_sides_have_to_answer_alike() {
        let one =
            json!({ "items": [{ "id": "a", "ready_at": "2026-01-01T00:00:00.123456Z", "failed_at": null }] });
        let other =
            json!({ "items": [{ "id": "a", "ready_at": "2026-01-01T00:00:00.123Z", "failed_at": null }] });
        assert_eq!(content(&one), content(&other));
        for wrong in [
            json!({ "items": [{ "id": "b", "ready_at": "2026", "failed_at": null }] }),
            json!({ "items": [{ "id": "a", "ready_at": null, "failed_at": null }] }),
        ] {
            assert_ne!(content(&one), content(&wrong));
        }
    }

    #[test]
    fn rows_that_are_added_are_named_with_their_table() {
        let before = vec![0; TABLES.len()];
        let mut after = before.clone();
        (after[0], after[5]) = (1, 2);
        assert_eq!(added(&before, &after), "stores +1, events +2");
        assert_eq!(
            shape(&json!({ "a": "x", "b": [1, null] })),
            json!({ "a": "text", "b": ["number", null] })
        );
    }
}
