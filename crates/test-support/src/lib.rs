//! What tests of several crates share. A dev-dependency only; the layout check sees to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up should stop, and say where"
)]

pub mod addresses;
#[cfg(feature = "app")]
pub mod app;
mod database;
pub mod docs;
pub mod holds;
pub mod jobs;
pub mod leaks;
pub mod logs;
mod process;
#[cfg(feature = "app")]
mod promised;
pub mod seed;
pub mod steps;
pub mod turns;
mod wait;

#[cfg(feature = "app")]
pub use app::{Answer, TestApp, TestUser};
pub use database::{TestDatabase, URL_VARIABLE, role_passwords};
pub use process::WorkerProcess;
pub use wait::{until, wait_for};
