//! Whether a store's workloads come up, and if not, why not.
//!
//! `view` holds what the watches have shown, `symptom` reads it as complaints with a patience
//! each, `judge` weighs them over time. All three are pure; the step only feeds them.

mod judge;
mod symptom;
mod view;

pub use judge::{Judge, Verdict};
pub use symptom::{Complaint, Symptom, stopped, symptoms, unready};
pub use view::{Change, View};
