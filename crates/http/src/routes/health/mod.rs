//! How this Souk is doing.

pub mod get;
pub mod live;
pub mod ready;
