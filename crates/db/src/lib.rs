//! The only SQL of Souk: one file per noun.
//!
//! Architecture invariants:
//! - A query runs inside a [`Tx`], and a `Tx` always knows who is asking: a principal, nobody yet
//!   (sign-in), or the worker. The pools are private, so there is no way around it.
//! - Queries are checked against the schema while they compile (`cargo xtask sqlx`).
//! - Locks are taken in one order: permits, account, store, operation.

pub mod access_tokens;
pub mod accounts;
pub mod audit;
mod convert;
pub mod dead_letters;
mod error;
pub mod events;
pub mod gauges;
pub mod health;
pub mod idempotency;
pub mod installation;
pub mod leases;
pub mod listen;
pub mod operations;
mod page;
pub mod permits;
mod pool;
pub mod queue;
pub mod reaper;
pub mod reconcile;
pub mod second_factors;
pub mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod steps;
pub mod stores;
pub mod tries;
mod tx;
pub mod users;

pub use error::DbError;
pub use pool::{ApiPool, PoolSettings, PoolUsage, WorkerPool};
pub use souk_schema::{MigrateError, RolePasswords, migrate};
/// Where a database is and who signs in there: what pools and [`migrate`] are given.
pub use sqlx::postgres::PgConnectOptions;
pub use tx::{Caller, Tx};
