//! What the cluster needs beyond Kubernetes, as one Helm release: names, a storage class, the ingress.

use std::{fs, path::Path, process::Command, time::Duration};

use super::State;
use crate::{
    error::{Error, Result},
    hash::Inputs,
    images::Built,
    paths::Paths,
    process::{self, Part},
    progress,
};

const LIMIT: Duration = Duration::from_secs(180);

/// Installs or upgrades the add-ons, and waits for them; nothing when the running cluster has the same.
pub fn apply(paths: &Paths, state: &State, helm: &Path, images: &[Built], starts: bool) -> Result<()> {
    let mut inputs = Inputs::default().tree(&paths.repo, Path::new("devcluster/addons"))?;
    let mut settings = Vec::new();
    for name in ["coredns", "traefik"] {
        let image = images
            .iter()
            .find(|image| image.name == name)
            .ok_or_else(|| Error::Refused(format!("the image {name} was not built")))?;
        inputs = inputs.text(&image.reference);
        settings.push(format!("--set=images.{name}={}", image.reference));
    }
    let key = inputs.key();
    let record = state.at("addons");
    let is_same = !starts && fs::read_to_string(&record).is_ok_and(|applied| applied == key);
    let part = Part {
        name: "cluster: add-ons",
        log: state.log("addons"),
        limit: LIMIT,
        advice: "look at the pods in kube-system (`cargo xtask kubectl -n kube-system get pods`), or start anew with `cargo xtask down --purge`",
    };
    if !is_same {
        progress::part("cluster: add-ons", || {
            part.run(
                Command::new(helm)
                    .args(["upgrade", "--install", "souk-addons"])
                    .arg(paths.repo.join("devcluster/addons"))
                    .args(["--namespace=kube-system", "--wait", "--timeout=150s"])
                    .args(&settings)
                    .env("KUBECONFIG", state.kubeconfig("admin"))
                    // The user's own helm settings and plugins are no part of this.
                    .env("HELM_CONFIG_HOME", state.at("helm/config"))
                    .env("HELM_CACHE_HOME", state.at("helm/cache"))
                    .env("HELM_DATA_HOME", state.at("helm/data")),
            )
        })?;
        process::write_whole(&record, &key)?;
    }
    Ok(())
}
