//! Which cluster to use: the words of `--cluster`, what each means here, and one face for all of them.
//!
//! Invariant: a cluster that Souk did not make is used only when the user says `current`, and never stopped.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use clap::ValueEnum;

use super::{Local, docker::Docker};
use crate::{
    error::{Error, Result},
    images::{Builder, Built, Image},
    paths::Paths,
    process::{capture, on_path, succeeds},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// Docker when it is there with kind or k3d, else the local one.
    Auto,
    /// The cluster that KUBECONFIG or the current context names.
    Current,
    /// A kind or k3d cluster of Souk's own.
    Docker,
    /// A real Kubernetes of Souk's own on this machine (Linux, root).
    Local,
    /// No cluster: the fake provisioner.
    Simulated,
}

/// A cluster that can be used here.
#[derive(Debug)]
pub enum Cluster<'a> {
    Local(Local<'a>),
    Docker(Docker<'a>),
    Current(&'a Paths),
    Simulated,
}

/// What a user of the cluster needs to know.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub kubeconfig: Option<PathBuf>,
    /// `address:port` of the ingress, for requests with a Host header.
    pub ingress: String,
    /// The image that the cluster's own tests run.
    pub toolbox: Option<String>,
}

impl Endpoint {
    /// As environment variables, which Souk and its tests read.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let kubeconfig = self.kubeconfig.as_ref().map(|file| ("KUBECONFIG", file.display().to_string()));
        let toolbox = self.toolbox.clone().map(|image| ("SOUK_E2E_TOOLBOX_IMAGE", image));
        let ingress = ("SOUK_INGRESS_CONNECT", self.ingress.clone());
        kubeconfig.into_iter().chain([ingress]).chain(toolbox).collect()
    }
}

impl<'a> Cluster<'a> {
    /// The cluster meant by the choice, or why it cannot be had here.
    pub fn choose(paths: &'a Paths, choice: Choice) -> Result<Self> {
        match choice {
            Choice::Simulated => Ok(Self::Simulated),
            Choice::Current => current_context().map(|_| Self::Current(paths)),
            Choice::Docker => Docker::find(paths).map(Self::Docker),
            Choice::Local => match Local::obstacle() {
                None => Local::new(paths).map(Self::Local),
                Some(obstacle) => Err(Error::Refused(obstacle)),
            },
            Choice::Auto => {
                let no_docker = match Docker::find(paths) {
                    Ok(docker) => return Ok(Self::Docker(docker)),
                    Err(error) => error,
                };
                match Local::obstacle() {
                    None => Local::new(paths).map(Self::Local),
                    Some(obstacle) => Err(Error::Refused(format!(
                        "{no_docker}; {obstacle}. Run as root on Linux, or install Docker with kind or k3d, or name a \
                         cluster of yours with --cluster current, or take --cluster simulated"
                    ))),
                }
            }
        }
    }

    pub fn is_up(&self) -> bool {
        match self {
            Self::Local(local) => local.is_up(),
            Self::Docker(docker) => docker.is_up(),
            Self::Current(_) | Self::Simulated => true,
        }
    }

    pub fn up(&self) -> Result<Endpoint> {
        match self {
            Self::Local(local) => local.up(),
            Self::Docker(docker) => docker.up(),
            Self::Current(_) => Ok(Endpoint {
                kubeconfig: None,
                ingress: env::var("SOUK_INGRESS_CONNECT").unwrap_or_else(|_| "127.0.0.1:80".into()),
                toolbox: env::var("SOUK_E2E_TOOLBOX_IMAGE").ok(),
            }),
            Self::Simulated => Err(Error::Refused(
                "--cluster simulated has no Kubernetes: only Souk itself runs with it".into(),
            )),
        }
    }

    /// Stops a cluster of Souk's own.
    pub fn down(&self) -> Result<()> {
        match self {
            Self::Local(local) => local.down(),
            Self::Docker(docker) => docker.down(),
            Self::Current(_) | Self::Simulated => Ok(()),
        }
    }

    pub fn build(&self, images: &[Image]) -> Result<Vec<Built>> {
        match self {
            Self::Docker(docker) => images.iter().map(|image| docker.build(image)).collect(),
            Self::Local(local) => local.build(images),
            Self::Current(paths) => images.iter().map(|image| Builder::new(paths).ensure(image)).collect(),
            Self::Simulated => Ok(Vec::new()),
        }
    }

    pub fn import(&self, images: &[Built]) -> Result<()> {
        match self {
            Self::Local(local) => local.import(images),
            Self::Docker(docker) => docker.import(images),
            Self::Current(_) => {
                println!("This cluster is yours: make sure that its nodes have these images.");
                for image in images {
                    println!("  {}  from {}", image.reference, image.archive.display());
                }
                Ok(())
            }
            Self::Simulated => Ok(()),
        }
    }
}

/// The context that the user's own kubectl would use.
fn current_context() -> Result<String> {
    let asked = on_path("kubectl")
        .and_then(|kubectl| capture(Command::new(kubectl).args(["config", "current-context"])).ok());
    if let Some(context) = asked {
        return Ok(context.trim().to_owned());
    }
    let file =
        env::var_os("KUBECONFIG").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".kube/config")));
    match file {
        Some(file) if file.exists() => Ok(file.display().to_string()),
        _ => Err(Error::Refused(
            "--cluster current: neither KUBECONFIG nor ~/.kube/config names a cluster".into(),
        )),
    }
}

/// Whether a Docker engine answers.
pub(super) fn has_docker_engine() -> bool {
    on_path("docker").is_some_and(|docker: PathBuf| engine_answers(&docker))
}

fn engine_answers(docker: &Path) -> bool {
    succeeds(Command::new(docker).arg("info"))
}
