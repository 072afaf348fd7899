//! The steps, one file each: `run`, and beside it the `undo` of what it made.

pub mod namespace;
pub mod purge;
pub mod release;
pub mod rollout;
pub mod secrets;
pub mod setup;
pub mod uninstall;
pub mod verify;
