//! Operations: durable work that can be watched.

mod get;

pub use get::{OperationDetails, get};
