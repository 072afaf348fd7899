//! Souk's HTTP API: routes, extractors, DTOs, problem+json and event streams.
//!
//! Architecture invariants:
//! - A handler cannot reach anything of a tenant without `extract::Authorized` in its arguments, which names
//!   what the token has to be good for.
//! - Nothing here decides about stores or touches the database: the use cases of `souk-app` do.
//! - Every answer carries a correlation id, and every error is problem+json with a stable code.

mod address;
mod cookie;
mod correlation;
pub mod draining;
mod dto;
mod extract;
pub mod fuzz;
mod headers;
mod life;
mod log_stream;
pub mod metrics;
mod observe;
pub mod openapi;
pub mod problem;
mod rate;
mod routes;
pub mod settings;
mod sse;
mod startup;
mod state;

pub use draining::Draining;
pub use settings::{Brand, Colour, HttpSettings, Logo, PublicUrl, Rate, StreamSettings};
pub use startup::{MetricsServer, RunningServer, Server};
