//! Trouble that a simulated store is asked for by its name, so that people see what it looks like and try the way out.
//!
//! Invariant: only the first attempt has any; trying again, or rebuilding, goes well.

use std::time::Duration;

use souk_domain::operation::Step;

use super::FakeCluster;
use crate::{StepError, Target};

const FAILS_AT: &str = "fails-at-";
const LOSES_DATA: &str = "loses-its-data";
/// The end of its namespace's name.
const FIRST_ATTEMPT: &str = "-1";
/// After its last step a store is ready in no time; then the cluster says that something has changed.
const UNTIL_LOST: Duration = Duration::from_secs(2);

impl FakeCluster {
    /// The step of a store that has to fail there fails; what loses its data is looked at once it is ready.
    pub(super) fn meet_trouble(&self, step: Step, target: &Target) -> Result<(), StepError> {
        if !self.has_trouble(target) {
            return Ok(());
        }
        if fails_at(target) == Some(step) {
            let reason = format!("this simulated store was told by its name to fail at {step}");
            return Err(StepError::permanent(reason).advice("Try again: it fails only once"));
        }
        if step == Step::Verify && target.host.starts_with(LOSES_DATA) {
            let changed = self.changed.clone();
            tokio::spawn(async move {
                tokio::time::sleep(UNTIL_LOST).await;
                changed.notify_waiters();
            });
        }
        Ok(())
    }

    pub(super) fn loses_data(&self, target: &Target) -> bool {
        self.has_trouble(target) && target.host.starts_with(LOSES_DATA)
    }

    fn has_trouble(&self, target: &Target) -> bool {
        self.simulates && target.namespace.ends_with(FIRST_ATTEMPT)
    }
}

fn fails_at(target: &Target) -> Option<Step> {
    let asked = target.host.strip_prefix(FAILS_AT)?;
    Step::ALL
        .iter()
        .copied()
        .find(|step| asked.strip_prefix(step.as_str()).is_some_and(|rest| rest.starts_with('-')))
}
