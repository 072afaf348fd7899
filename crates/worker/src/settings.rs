//! The worker's limits, each with its name, unit and reason.

use std::time::Duration;

use souk_domain::dispatch::PermitLimits;

#[derive(Debug, Clone)]
pub struct WorkerSettings {
    pub limits: PermitLimits,
    /// A lease that is not extended for so long has ended.
    pub lease: Duration,
    /// How often a lease is extended; three may be missed.
    pub heartbeat: Duration,
    /// How often the reaper looks for what time has done.
    pub reap_every: Duration,
    /// How often apalis looks for jobs of its own accord: a notification can be lost.
    pub poll_every: Duration,
    /// How often the cluster is asked whether it answers.
    pub ping_every: Duration,
    /// While the cluster is away, a line about it is logged this often.
    pub remind_every: Duration,
    /// The longest that one step may take.
    pub step_limit: Duration,
    /// Tries of a step that fails with a transient error.
    pub step_attempts: u32,
    /// Longer waits than this give the permit back: see `souk_provisioner::Outcome::Pending`.
    pub drain_limit: Duration,
    /// Claims that may end without a word before the operation is put aside as poison.
    pub lost_leases: i32,
    /// The cluster is looked at this often, by one replica at a time.
    pub look_every: Duration,
    /// From a change in the cluster to the look: changes come in bursts.
    pub look_after_change: Duration,
    /// Between two looks that changes ask for, at least.
    pub look_gap: Duration,
    /// A claim on a look that is not extended for so long has ended; it is extended three times as often.
    pub look_claim: Duration,
    /// Stores that one look inspects, and namespaces that it removes, at once.
    pub look_width: usize,
    /// The longest that one inspection may take.
    pub inspect_limit: Duration,
    /// How often the audit log is sealed; a row must have its seal within five seconds.
    pub seal_every: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            limits: PermitLimits::default(),
            lease: Duration::from_secs(15),
            heartbeat: Duration::from_secs(5),
            reap_every: Duration::from_secs(2),
            poll_every: Duration::from_secs(1),
            ping_every: Duration::from_secs(5),
            remind_every: Duration::from_mins(1),
            step_limit: Duration::from_mins(10),
            step_attempts: 3,
            drain_limit: Duration::from_secs(10),
            lost_leases: 5,
            look_every: Duration::from_mins(1),
            look_after_change: Duration::from_secs(2),
            look_gap: Duration::from_secs(10),
            look_claim: Duration::from_secs(30),
            look_width: 8,
            inspect_limit: Duration::from_secs(30),
            seal_every: Duration::from_secs(1),
        }
    }
}

/// 1, 2, 4... seconds before the second, third, fourth... try.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// What goes on for ever (a delete, an undo) does so at this pace.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The pause after `attempt` tries, spread by `jitter` so that many do not come back at once.
pub(crate) fn pause_after(attempt: u32, jitter: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(5);
    (FIRST_PAUSE * 2u32.pow(doublings)).min(LONGEST_PAUSE).mul_f64(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_then_stay() {
        let seconds: Vec<u64> = (1..=8).map(|attempt| pause_after(attempt, 1.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30, 30]);
    }
}
