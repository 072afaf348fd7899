//! The use cases of Souk, one file each.
//!
//! Architecture invariants:
//! - A use case that changes something is ONE transaction: state, operation, event, audit row and job
//!   become true together or not at all.
//! - It knows no HTTP: who asks comes in as a [`Principal`], from where as a [`Caller`], and what went
//!   wrong goes out as an [`AppError`] with a stable code.
//! - Locks are taken in the order that `souk-db` names: permits, account, store, operation.

pub mod admin;
mod app;
pub mod audit;
pub mod auth;
pub mod dead_letters;
mod error;
pub mod events;
pub mod gauges;
pub mod health;
mod limits;
pub mod once;
pub mod operations;
pub mod operator;
mod precondition;
pub mod quota;
mod security;
pub mod stores;

pub use app::{App, AppSettings, Infrastructure, StartError};
pub use error::AppError;
pub use limits::Limits;
pub use precondition::Precondition;
pub use souk_db::Caller;
pub use souk_db::events::Event;
pub use souk_db::idempotency;
pub use souk_db::listen::Change;
pub use souk_db::operations::{Operation, StepRecord};
pub use souk_db::stores::{Failure, Store};
pub use souk_db::tries::TryRecord;
pub use souk_domain::principal::Principal;
pub use souk_provisioner::logs;
