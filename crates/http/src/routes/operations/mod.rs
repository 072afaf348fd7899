//! Operations.

pub mod get;
