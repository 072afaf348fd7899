//! Brings the database given as argument to the current schema: what `cargo xtask sqlx` runs
//! before the queries of `souk-db` are checked against it.

use souk_schema::{RolePasswords, migrate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let admin = std::env::args().nth(1).ok_or("usage: migrate DATABASE_URL")?.parse()?;
    // Roles belong to the server: the same password as the tests and `cargo xtask up` use there.
    let password = "souk-development";
    let passwords = RolePasswords { api: password.into(), worker: password.into() };
    Ok(migrate(admin, &passwords).await?)
}
