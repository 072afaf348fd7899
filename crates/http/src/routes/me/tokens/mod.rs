//! Personal access tokens: for scripts, with less than their user may do.

pub mod create;
pub mod list;
pub mod revoke;
