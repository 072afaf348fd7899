//! For operators: who is here, what they may have, and who may not come in.

pub mod account;
pub mod restore;
pub mod set_terms;
pub mod stores;
pub mod suspend;
pub mod user;
pub mod users;
