//! For operators: who is here, what they may have, and who may not come in; what is at work, and what went wrong.

pub mod account;
pub mod dead_letters;
pub mod operations;
pub mod orphans;
pub mod permits;
pub mod provisioning;
pub mod requeue;
pub mod restore;
pub mod set_terms;
pub mod stores;
pub mod suspend;
pub mod user;
pub mod users;
