//! The second factor: a code of an authenticator app.

pub mod confirm;
pub mod disable;
pub mod enrol;
pub mod get;
pub mod recovery_codes;
