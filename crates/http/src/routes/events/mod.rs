//! What happens to all of one's stores.

pub mod follow;
