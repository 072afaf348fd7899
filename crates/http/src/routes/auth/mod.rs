//! Who are you?

pub mod login;
pub mod me;
pub mod register;
