//! A cluster of Souk's own in Docker, by kind or k3d, named `souk-dev`; its kubeconfig stays in the cache.
//!
//! Both bring volumes and enforced NetworkPolicies; k3d also brings Traefik, kind gets ours.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::choice::{Endpoint, has_docker_engine};
use crate::{
    error::{Doing, Error, Result},
    images::{self, Builder, Built, Image},
    paths::Paths,
    process::{self, Part, capture, on_path, succeeds},
    progress, tools,
};

const NAME: &str = "souk-dev";
const TRAEFIK_IMAGE: &str = "docker.io/library/traefik:v3.7";
const LIMIT: Duration = Duration::from_mins(10);
/// The ingress of the one node, on a loopback port of the machine.
const KIND_CONFIG: &str = "\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 8080, hostPort: 8080, listenAddress: 127.0.0.1, protocol: TCP}
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Kind,
    K3d,
}

#[derive(Debug)]
pub struct Docker<'a> {
    paths: &'a Paths,
    maker: Maker,
}

impl<'a> Docker<'a> {
    pub fn find(paths: &'a Paths) -> Result<Self> {
        if !has_docker_engine() {
            return Err(Error::Refused("no Docker engine answers (`docker info`)".into()));
        }
        let maker = match (on_path("kind"), on_path("k3d")) {
            (Some(_), _) => Maker::Kind,
            (None, Some(_)) => Maker::K3d,
            (None, None) => {
                return Err(Error::Refused(
                    "Docker is here, but neither kind nor k3d, which make a cluster in it".into(),
                ));
            }
        };
        Ok(Self { paths, maker })
    }

    pub fn is_up(&self) -> bool {
        let list = match self.maker {
            Maker::Kind => capture(Command::new("kind").args(["get", "clusters"])),
            Maker::K3d => capture(Command::new("k3d").args(["cluster", "list", "--no-headers"])),
        };
        list.is_ok_and(|list| list.lines().any(|line| line.split_ascii_whitespace().next() == Some(NAME)))
            && self.kubeconfig().exists()
    }

    pub fn up(&self) -> Result<Endpoint> {
        if !self.is_up() {
            progress::say("making a cluster in Docker");
            progress::part("cluster: create", || self.create())?;
        }
        let toolbox = images::of_cluster().into_iter().find(|image| image.name == images::TOOLBOX);
        let toolbox = toolbox.map(|image| self.build(&image)).transpose()?;
        if let Some(toolbox) = &toolbox {
            self.import(std::slice::from_ref(toolbox))?;
        }
        if self.maker == Maker::Kind {
            self.apply_ingress()?;
        }
        Ok(Endpoint {
            kubeconfig: Some(self.kubeconfig()),
            ingress: "127.0.0.1:8080".into(),
            toolbox: toolbox.map(|image| image.reference),
        })
    }

    pub fn down(&self) -> Result<()> {
        let mut command = match self.maker {
            Maker::Kind => Command::new("kind"),
            Maker::K3d => Command::new("k3d"),
        };
        match self.maker {
            Maker::Kind => command.args(["delete", "cluster", "--name", NAME]),
            Maker::K3d => command.args(["cluster", "delete", NAME]),
        };
        self.part("deleting the Docker cluster")?.run(&mut command)?;
        process::remove_tree(&self.folder())
    }

    pub fn build(&self, image: &Image) -> Result<Built> {
        let builder = Builder::new(self.paths);
        let built = builder.plan(image)?;
        if succeeds(Command::new("docker").args(["image", "inspect", &built.reference])) {
            return Ok(built);
        }
        progress::say(format!("building the image {}", image.name));
        let (dockerfile, context) = builder.places(image)?;
        let name = format!("image {}", image.name);
        let part = self.part(&name)?;
        progress::part(&name, || {
            part.run(
                Command::new("docker")
                    .arg("build")
                    .args(builder.named_contexts(image))
                    .args(["--tag", &built.reference, "--file"])
                    .args([dockerfile, context]),
            )
        })?;
        Ok(built)
    }

    pub fn import(&self, images: &[Built]) -> Result<()> {
        let part = self.part("loading images into the cluster")?;
        for image in images {
            let reference = image.reference.as_str();
            match self.maker {
                Maker::Kind => {
                    part.run(Command::new("kind").args(["load", "docker-image", "--name", NAME, reference]))
                }
                Maker::K3d => {
                    part.run(Command::new("k3d").args(["image", "import", "--cluster", NAME, reference]))
                }
            }?;
        }
        Ok(())
    }

    fn create(&self) -> Result<()> {
        fs::create_dir_all(self.folder()).doing("making a folder for the Docker cluster")?;
        let part = self.part("creating the Docker cluster")?;
        match self.maker {
            Maker::Kind => {
                let config = self.folder().join("kind.yaml");
                process::write_whole(&config, KIND_CONFIG)?;
                part.run(
                    Command::new("kind")
                        .args(["create", "cluster", "--name", NAME, "--wait=180s", "--config"])
                        .arg(config)
                        .arg("--kubeconfig")
                        .arg(self.kubeconfig()),
                )
            }
            Maker::K3d => {
                part.run(Command::new("k3d").args([
                    "cluster",
                    "create",
                    NAME,
                    "--port=127.0.0.1:8080:80@loadbalancer",
                    "--kubeconfig-update-default=false",
                    "--kubeconfig-switch-context=false",
                    "--wait",
                ]))?;
                let text = capture(Command::new("k3d").args(["kubeconfig", "get", NAME]))?;
                process::write_secret(&self.kubeconfig(), &text)
            }
        }
    }

    fn apply_ingress(&self) -> Result<()> {
        let chart = self.paths.repo.join("devcluster/addons");
        self.part("installing the ingress")?.run(
            Command::new(tools::helm(self.paths)?)
                .args(["upgrade", "--install", "souk-addons"])
                .arg(chart)
                .args(["--namespace=kube-system", "--wait", "--timeout=300s", "--set=dns.enabled=false"])
                .arg(format!("--set=images.traefik={TRAEFIK_IMAGE}"))
                .env("KUBECONFIG", self.kubeconfig()),
        )
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder().join("kubeconfig")
    }

    fn folder(&self) -> PathBuf {
        Path::new(&self.paths.cache).join("dev/docker")
    }

    fn part<'b>(&self, name: &'b str) -> Result<Part<'b>> {
        Ok(Part {
            name,
            log: self.paths.log("docker")?,
            limit: LIMIT,
            advice: "see whether `docker info` is well; `cargo xtask down --purge` starts from nothing",
        })
    }
}
