//! What a Souk calls itself, for pages that nobody has signed in to yet.

pub mod get;
pub mod logo;
