//! What the cluster needs beyond Kubernetes, as one Helm release: names, a storage class, the ingress.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};

use super::State;
use crate::{
    error::{Error, Result},
    hash::Inputs,
    images::Built,
    paths::Paths,
    process::{self, Part},
    progress,
};

const ANSWER_LIMIT: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_mins(3);

/// The pods that the add-ons have at least.
pub const PODS: usize = 2;

/// Whether anything that speaks HTTP answers there; the ingress says 404 to a host it does not know.
pub fn ingress_answers(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: nobody\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/")
    };
    ask().unwrap_or(false)
}

/// Installs or upgrades the add-ons, unless the cluster has the same.
pub fn apply(paths: &Paths, state: &State, helm: &Path, images: &[Built]) -> Result<()> {
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
    let is_same = fs::read_to_string(&record).is_ok_and(|applied| applied == key);
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
