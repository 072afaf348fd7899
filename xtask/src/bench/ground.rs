//! What is there before the API is measured: a Souk whose limits count and never refuse, an operator, a merchant
//! with a hundred stores, and others.
//!
//! Invariant: all of it came in through the API, and every store is ready, made by the simulated cluster.

use std::time::Duration;

use serde_json::json;

use super::{http::Client, instance::Instance};
use crate::{error::Result, process, progress};

/// Who has the stores that are listed.
pub const MERCHANT: &str = "merchant";
const STORES: usize = 100;
/// The first user of all is the operator, who sees all stores: not one of those who are measured.
const OPERATOR: &str = "operator";
/// Connections to the database, of each side.
pub const CONNECTIONS: usize = 20;
/// Of every limit by the minute: counted, and not reached.
pub const RATE_PER_MINUTE: u32 = 100_000_000;
const READY_LIMIT: Duration = Duration::from_mins(3);

/// What these benches set of Souk. All the rest is as it comes, JSON logs among it.
pub fn settings() -> Vec<(&'static str, String)> {
    let rate = RATE_PER_MINUTE.to_string();
    vec![
        ("SOUK_DATABASE_API_CONNECTIONS", CONNECTIONS.to_string()),
        ("SOUK_ADDRESS_RATE_PER_MINUTE", rate.clone()),
        ("SOUK_SIGN_IN_RATE_PER_MINUTE", rate.clone()),
        ("SOUK_USER_RATE_PER_MINUTE", rate.clone()),
        ("SOUK_CREATE_RATE_PER_MINUTE", rate),
        ("SOUK_REGISTRATIONS_PER_ADDRESS", "0".into()),
        ("SOUK_MAX_STORES_PER_USER", "10000".into()),
        ("SOUK_PROVISIONING_MAX_QUEUE", "1000000".into()),
        ("SOUK_SIMULATED_STEP_MS", "1".into()),
        ("SOUK_DRAIN_GRACE_MS", "0".into()),
    ]
}

/// One of the others.
pub fn other(number: usize) -> String {
    format!("other-{number}")
}

/// Makes them all, `others` with `stores_each`, and keeps the database for [`Instance::restore`].
pub fn prepare(instance: &Instance<'_>, others: usize, stores_each: usize) -> Result<()> {
    progress::part("users and stores", || {
        let process = instance.start("serve")?;
        process.wait_ready()?;
        process.user(OPERATOR)?;
        create(&process.user(MERCHANT)?, STORES)?;
        for number in 0..others {
            create(&process.user(&other(number))?, stores_each)?;
        }
        process::wait_for("every store is ready", READY_LIMIT, || {
            Ok(instance.ask_database("SELECT count(*) FROM stores WHERE state <> 'ready'")? == "0")
        })?;
        process.stop()?;
        instance.keep()
    })
}

fn create(user: &Client, stores: usize) -> Result<()> {
    for number in 0..stores {
        let body = json!({ "name": name("shop", number), "engine": "medusa" });
        user.post("/api/v1/stores", &body, 202)?;
    }
    Ok(())
}

/// WORD-NUMBER in letters, without vowels: digits may be read as letters, and some of those as words of abuse.
pub fn name(word: &str, number: usize) -> String {
    const LETTERS: [char; 10] = ['b', 'd', 'g', 'h', 'j', 'l', 'm', 'n', 'r', 'v'];
    let digits = number.to_string();
    let letters = digits.bytes().map(|digit| LETTERS[usize::from(digit.saturating_sub(b'0')).min(9)]);
    format!("{word}-{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_name_of_its_own() {
        assert_eq!(name("shop", 0), "shop-b");
        assert_eq!(name("shop", 1209), "shop-dgbv");
    }
}
