//! Makes the engine's data this store's own: its owner's account, its key, its title.

use souk_provisioner::{Outcome, StepError, Target};

use crate::{KubernetesProvisioner, engines};

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    engines::setup(k8s, target).await
}

/// It goes with the volumes.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}
