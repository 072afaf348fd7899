//! What the machine itself sees of the cluster, found and removed: processes, the cable, the cgroup.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::sys::signal::Signal;

use super::CABLE;
use crate::{
    error::{Doing, Result},
    hash::Inputs,
    process::{Identity, succeeds, wait_for},
};

const CGROUP_ROOT: &str = "/sys/fs/cgroup";
const GONE_LIMIT: Duration = Duration::from_secs(20);

/// The one child of a process that forks once, as `unshare --fork` does.
pub fn only_child(pid: i32) -> Option<Identity> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    Identity::of(children.split_ascii_whitespace().next()?.parse().ok()?)
}

/// Kills every first process of a cluster with this state folder, and waits until all of it is gone.
///
/// `recorded` is asked for by name: a process that is ending has no command line any more.
pub fn kill_inits(state: &Path, recorded: Option<Identity>) -> Result<()> {
    let found = inits()?.into_iter().filter(|(_, of)| of == state).map(|(init, _)| init);
    let all: Vec<Identity> = recorded.into_iter().chain(found).collect();
    for init in &all {
        init.signal(Signal::SIGKILL);
    }
    all.into_iter().try_for_each(|init| init.stop(Signal::SIGKILL, GONE_LIMIT))
}

/// The state folder of another cluster that has the cable, as with another cache folder.
pub fn cable_of_another(state: &Path) -> Result<Option<PathBuf>> {
    if !cable().exists() {
        return Ok(None);
    }
    let network = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/net")).ok();
    let same_network = |init: Identity| network(&init.pid.to_string()) == network("self");
    Ok(inits()?.into_iter().find(|(init, of)| of != state && same_network(*init)).map(|(_, of)| of))
}

/// The first processes of all clusters here, and their state folders.
fn inits() -> Result<Vec<(Identity, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").doing("reading /proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Some(identity) = Identity::of(pid) else { continue };
        let Ok(line) = fs::read(entry.path().join("cmdline")) else { continue };
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        let state = words.windows(3).find(|three| three[0] == b"cluster" && three[1] == b"init");
        if let Some(three) = state {
            found.push((identity, PathBuf::from(OsStr::from_bytes(three[2]))));
        }
    }
    Ok(found)
}

fn cable() -> PathBuf {
    Path::new("/sys/class/net").join(CABLE)
}

/// The command lines of all processes that name this folder, this program's own apart.
pub fn command_lines_with(state: &Path) -> Vec<String> {
    let folder = state.as_os_str().as_bytes();
    let me = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if entry.file_name() == OsStr::new(&me) {
            continue;
        }
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if line.windows(folder.len()).any(|part| part == folder) {
            found.push(String::from_utf8_lossy(&line).replace('\0', " "));
        }
    }
    found
}

/// Removes the machine's end of the cable, and with it the other.
///
/// The kernel does so with the network namespace, but that one goes only when its last connection has: one
/// whose peer died without a word is tried for minutes.
pub fn remove_cable() -> Result<()> {
    let cable = cable();
    if cable.exists() {
        let _ = succeeds(Command::new("ip").args(["link", "delete", CABLE])); // the kernel may have been quicker
    }
    wait_for("the cluster's network is gone", GONE_LIMIT, || Ok(!cable.exists()))
}

/// The cgroup that all pods are below, so that they can be found and it can be removed.
///
/// Each state folder has its own, or two kubelets would take each other's pods for strays and kill them.
#[derive(Debug, Clone)]
pub struct Cgroup {
    pub name: String,
}

impl Cgroup {
    pub fn of(state: &Path) -> Self {
        let key = Inputs::default().text(&state.display().to_string()).key();
        Self { name: format!("souk-dev-{}", &key[..6]) }
    }

    /// Makes it under each controller (cgroup v1) or with all of them (v2).
    pub fn make(&self) -> Result<()> {
        for parent in hierarchies()? {
            let ours = parent.join(&self.name);
            if let Err(error) = fs::create_dir(&ours)
                && error.kind() != io::ErrorKind::AlreadyExists
            {
                return Err(error).doing(format!("making the cgroup {}", ours.display()));
            }
            // A new cpuset (v1) is empty, and no process may enter an empty one.
            for file in ["cpuset.cpus", "cpuset.mems"] {
                if parent.join("cgroup.clone_children").exists()
                    && let Ok(value) = fs::read_to_string(parent.join(file))
                {
                    fs::write(ours.join(file), value.trim()).doing("filling the cpuset")?;
                }
            }
            // v2 hands a controller down only where the parent says so.
            if let Ok(controllers) = fs::read_to_string(parent.join("cgroup.controllers"))
                && parent == Path::new(CGROUP_ROOT)
            {
                for controller in controllers.split_ascii_whitespace() {
                    let _ = fs::write(parent.join("cgroup.subtree_control"), format!("+{controller}"));
                }
            }
        }
        Ok(())
    }

    /// Removes it with all below. Its processes were killed by the kernel with their namespace.
    pub fn remove(&self) -> Result<()> {
        for parent in hierarchies()? {
            let ours = parent.join(&self.name);
            wait_for("the cluster's cgroup is empty", GONE_LIMIT, || Ok(remove_below(&ours).is_ok()))?;
        }
        Ok(())
    }

    /// Whether a pod's process still runs.
    pub fn has_processes(&self) -> bool {
        ["pids", ""]
            .iter()
            .any(|hierarchy| has_processes(&Path::new(CGROUP_ROOT).join(hierarchy).join(&self.name)))
    }
}

fn has_processes(cgroup: &Path) -> bool {
    if fs::read_to_string(cgroup.join("cgroup.procs")).is_ok_and(|list| !list.trim().is_empty()) {
        return true;
    }
    fs::read_dir(cgroup)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && has_processes(&entry.path()))
}

/// Each mounted cgroup hierarchy: the folders below the root for v1, the root for v2.
fn hierarchies() -> Result<Vec<PathBuf>> {
    let root = Path::new(CGROUP_ROOT);
    if root.join("cgroup.controllers").exists() {
        return Ok(vec![root.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(root).doing("reading the cgroups")?.flatten() {
        // `cpu,cpuacct` is one hierarchy with links `cpu` and `cpuacct` to it.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn remove_below(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries.flatten() {
        if entry.file_type()?.is_dir() {
            remove_below(&entry.path())?;
        }
    }
    fs::remove_dir(folder)
}
