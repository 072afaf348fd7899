//! The port between Souk's core and whatever makes stores.
//!
//! Architecture invariant: this crate knows neither Kubernetes nor Postgres. The worker walks
//! [`souk_domain::operation::OperationKind::steps`] and calls one [`Provisioner`]; the Kubernetes
//! adapter and the [`fake`] both implement it, and nothing above the server can tell which one runs.

mod error;
pub mod fake;
pub mod logs;
mod port;
mod target;

pub use error::{ErrorKind, StepError};
pub use port::{Inspection, Observed, Outcome, Provisioner};
pub use target::Target;
