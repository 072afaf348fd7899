//! Claims operations and walks their steps.
//!
//! Architecture invariants:
//! - The truth is in the database. A worker keeps nothing that another could not take over: kill it
//!   at any point and the next one resumes at the first step that has not committed.
//! - Every write goes through the lease's fence (`souk_db::leases::fence`).
//! - This crate knows neither HTTP nor Kubernetes; it calls one [`souk_provisioner::Provisioner`].
//!
//! The way of an operation: a job rings ([`jobs`]) -> claim lease and permit ([`operation`]) -> walk
//! the steps ([`walk`]), or undo them ([`undo`]) -> write the ending. What happens because time
//! passes is in [`timers`]: the reaper, the breaker. Whether the cluster still is as the database says is
//! looked after in [`reconcile`], when [`watch`] says that it is time.

mod breaker;
mod context;
mod heartbeat;
mod jobs;
mod operation;
mod reconcile;
mod repair;
mod report;
mod rings;
mod running;
mod sealer;
mod settings;
mod timers;
mod undo;
mod unknown;
mod walk;
mod watch;

pub use context::{Parts, WorkerContext};
pub use operation::Claimed;
pub use report::{Action, Entry, Mode, Outcome, Report, Skipped};
pub use running::RunningWorker;
pub use settings::WorkerSettings;
pub use unknown::{CannotRemove, Removal};
