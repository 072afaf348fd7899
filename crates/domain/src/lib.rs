//! The words and rules of Souk, and nothing else.
//!
//! Architecture invariant: this crate does no input or output. It knows no database, no HTTP, no
//! Kubernetes and no async runtime, so every rule in it can be tested over all its inputs in
//! microseconds. `cargo xtask layout` checks the dependency list.

pub mod access_token;
pub mod address;
pub mod catalogue;
pub mod clock;
pub mod country;
pub mod credentials;
pub mod currency;
pub mod digest;
pub mod dispatch;
pub mod email;
pub mod engine;
pub mod entropy;
pub mod event;
pub mod health;
pub mod host;
pub mod id;
pub mod name;
pub mod operation;
pub mod options;
pub mod page;
pub mod part;
pub mod plan;
pub mod principal;
pub mod reason;
pub mod reconcile;
pub mod scope;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod state;
pub mod theme;
pub mod title;
pub mod word;
