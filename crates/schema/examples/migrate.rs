//! Brings the database given as argument to the current schema: what `cargo xtask sqlx` runs
//! before the queries of `souk-db` are checked against it.

use souk_schema::{RolePasswords, migrate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let admin = std::env::args().nth(1).ok_or("usage: migrate DATABASE_URL")?.parse()?;
    let passwords = RolePasswords { api: "souk_api".into(), worker: "souk_worker".into() };
    Ok(migrate(admin, &passwords).await?)
}
