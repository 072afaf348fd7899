//! A real Kubernetes on a machine that has none.
//!
//! All of it (etcd, containerd, the Kubernetes programs, every pod) lives under one process in a pid, a mount
//! and a network namespace of its own. When that process ends, by whatever signal, the kernel ends the others
//! and takes mounts, interfaces, iptables chains and ipsets with it.
//!
//! Invariant: outside its state folder the cluster leaves nothing on the machine, however it ended. What the
//! machine itself sees of it: one veth (`souk0`), one loopback port (the ingress) and a cgroup.

mod addons;
mod choice;
mod config;
mod docker;
mod init;
mod nodes;
mod pki;

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::sys::signal::Signal;

use self::nodes::Cgroup;
pub use self::{
    choice::{Choice, Cluster, Endpoint},
    init::run as run_init,
};
use crate::{
    apt,
    error::{Doing, Error, Result},
    images::{self, Builder, Built, Image},
    paths::{Paths, is_root},
    process::{self, Identity, Part},
    progress,
    tools::{self, Tool},
};

/// The machine's end of the cable between it and the cluster.
pub const HOST_ADDRESS: &str = "10.95.0.1";
/// The cluster's end: the node's address, and the API server's.
pub const NODE_ADDRESS: &str = "10.95.0.2";
pub const NODE_NAME: &str = "souk-dev";
/// The machine's name for its end of the cable.
pub const CABLE: &str = "souk0";
const INGRESS_PORT: u16 = 8080;

const START_LIMIT: Duration = Duration::from_mins(2);
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Places in the cluster's state folder, known to those who write them and those who read them.
#[derive(Debug, Clone)]
pub struct State(PathBuf);

impl State {
    pub fn new(root: PathBuf) -> Self {
        Self(root)
    }

    pub fn root(&self) -> &Path {
        &self.0
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn kubeconfig(&self, user: &str) -> PathBuf {
        self.0.join(format!("{user}.kubeconfig"))
    }

    /// The socket by which images are put into containerd.
    pub fn containerd_socket(&self) -> PathBuf {
        self.0.join("containerd.sock")
    }

    pub fn log(&self, component: &str) -> PathBuf {
        self.0.join("logs").join(format!("{component}.log"))
    }

    fn cgroup(&self) -> Cgroup {
        Cgroup::of(&self.0)
    }

    fn identity(&self) -> PathBuf {
        self.0.join("cluster.json")
    }
}

#[derive(Debug)]
pub struct Local<'a> {
    paths: &'a Paths,
    state: State,
    ingress_port: u16,
}

impl<'a> Local<'a> {
    pub fn new(paths: &'a Paths) -> Result<Self> {
        let ingress_port = match env::var("SOUK_DEV_INGRESS_PORT") {
            Err(_) => INGRESS_PORT,
            Ok(text) => text.parse().map_err(|_| {
                Error::Refused(format!("SOUK_DEV_INGRESS_PORT is {text:?}: it must be a port number"))
            })?,
        };
        Ok(Self { paths, state: State::new(paths.cluster()), ingress_port })
    }

    /// Why this machine cannot run the cluster, if it cannot.
    pub fn obstacle() -> Option<String> {
        if env::consts::OS != "linux" {
            return Some("the local cluster needs Linux".into());
        }
        if !is_root() {
            return Some("the local cluster needs root".into());
        }
        let namespaces =
            process::succeeds(Command::new("unshare").args(["--mount", "--pid", "--fork", "--net", "true"]));
        (!namespaces)
            .then(|| "this machine lets nobody make namespaces (`unshare --mount --pid --net` fails)".into())
    }

    pub fn is_up(&self) -> bool {
        Identity::load_alive(&self.state.identity()).is_some()
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint {
            kubeconfig: Some(self.state.kubeconfig("admin")),
            ingress: format!("127.0.0.1:{}", self.ingress_port),
            toolbox: images::of_cluster()
                .iter()
                .find(|image| image.name == images::TOOLBOX)
                .and_then(|image| Some(Builder::new(self.paths).plan(image).ok()?.reference)),
        }
    }

    /// Kubectl as the admin, on the terminal; true when it succeeded.
    pub fn run_kubectl(&self, arguments: &[OsString]) -> Result<bool> {
        if !self.is_up() {
            return Err(Error::Refused(
                "the cluster is not running; start it with `cargo xtask cluster up`".into(),
            ));
        }
        let status = Command::new(Tool::DevCluster.ensure(self.paths)?.join("kubernetes"))
            .arg("kubectl")
            .args(arguments)
            .env("KUBECONFIG", self.state.kubeconfig("admin"))
            .status()
            .doing("starting kubectl")?;
        Ok(status.success())
    }

    /// Seconds of building that a first start needs here.
    pub fn seconds_missing(&self) -> Result<u64> {
        let mut seconds = 0;
        for tool in [Tool::DevCluster, Tool::Traefik] {
            seconds += if tool.is_there(self.paths)? { 0 } else { tool.seconds() };
        }
        seconds += if tools::is_helm_there(self.paths)? { 0 } else { Tool::Helm.seconds() };
        for image in images::of_cluster() {
            seconds += if Builder::new(self.paths).is_there(&image)? { 0 } else { 15 };
        }
        Ok(seconds)
    }

    /// Brings the cluster up, or does nothing when it is up and as this checkout wants it.
    pub fn up(&self) -> Result<Endpoint> {
        if let Some(obstacle) = Self::obstacle() {
            return Err(Error::Refused(format!("no cluster here: {obstacle}")));
        }
        apt::ensure(self.paths, &[apt::CLUSTER, apt::IMAGES])?;
        let programs = self.programs()?;
        let images = self.build(&images::of_cluster())?;
        if self.is_up() && self.is_of_other(&programs) {
            progress::say(
                "the running cluster was made from other sources; starting it anew (its state stays)",
            );
            self.down()?;
        }
        let starts = !self.is_up();
        if starts {
            self.clear_leftovers()?;
            let started = progress::part("cluster: start", || self.start(&programs, &images));
            if started.is_err() {
                self.down()?;
            }
            started?;
        }
        self.import(&images)?;
        let helm = tools::helm(self.paths)?;
        if starts {
            self.forget_system_pods(&programs)?;
        }
        addons::apply(self.paths, &self.state, &helm, &images)?;
        if starts {
            progress::part("cluster: names and ingress", || self.wait_addons(&programs))?;
        }
        Ok(self.endpoint())
    }

    /// Ends everything; the state (databases of stores included) stays for the next `up`.
    pub fn down(&self) -> Result<()> {
        if let Some(init) = Identity::load_alive(&self.state.identity()) {
            progress::part("cluster: stop", || init.stop(Signal::SIGTERM, STOP_PATIENCE))?;
        }
        self.clear_leftovers()
    }

    /// Ends everything as `kill -9` does; for the test that even this leaves nothing.
    pub fn kill(&self) -> Result<()> {
        nodes::kill_inits(self.state.root(), Identity::load_alive(&self.state.identity()))
    }

    /// The command lines of what runs for this cluster.
    pub fn processes(&self) -> Vec<String> {
        nodes::command_lines_with(self.state.root())
    }

    pub fn build(&self, images: &[Image]) -> Result<Vec<Built>> {
        let builder = Builder::new(self.paths);
        images.iter().map(|image| builder.ensure(image)).collect()
    }

    pub fn purge(&self) -> Result<()> {
        self.down()?;
        process::remove_tree(self.state.root())
    }

    /// Puts images into containerd that it does not have yet.
    pub fn import(&self, images: &[Built]) -> Result<()> {
        let known = process::capture(self.ctr().args(["images", "list", "--quiet"]))?;
        for image in images.iter().filter(|image| !known.lines().any(|line| line == image.reference)) {
            let name = format!("importing {}", image.name);
            let part = Part {
                name: &name,
                log: self.paths.log("import")?,
                limit: START_LIMIT,
                advice: "`cargo xtask cluster down`, then the same command again",
            };
            progress::part(&name, || part.run(self.ctr().args(["images", "import"]).arg(&image.archive)))?;
        }
        Ok(())
    }

    fn ctr(&self) -> Command {
        let mut command = Command::new("ctr");
        command.arg("--address").arg(self.state.containerd_socket()).args(["--namespace", "k8s.io"]);
        command
    }

    /// Builds the programs, the long Go build beside the short things.
    fn programs(&self) -> Result<PathBuf> {
        std::thread::scope(|scope| {
            let others = scope.spawn(|| Tool::Traefik.ensure(self.paths));
            let programs = Tool::DevCluster.ensure(self.paths);
            let helm = tools::helm(self.paths);
            others.join().map_err(|_| Error::Refused("building traefik panicked".into()))??;
            helm?;
            programs
        })
    }

    fn start(&self, programs: &Path, images: &[Built]) -> Result<()> {
        let listen = self.endpoint().ingress;
        if std::net::TcpListener::bind(&listen).is_err() {
            return Err(Error::Refused(format!(
                "something else listens on {listen}, where the ingress goes. \
                 Stop it, or choose another port with SOUK_DEV_INGRESS_PORT."
            )));
        }
        if let Some(other) = nodes::cable_of_another(self.state.root())? {
            return Err(Error::Refused(format!(
                "another cluster of Souk's runs here, with its state in {}. Stop it with \
                 `SOUK_CACHE_DIR={} cargo xtask cluster down`.",
                other.display(),
                other.ancestors().nth(2).unwrap_or(&other).display()
            )));
        }
        for folder in ["/run", "/var/lib", "/var/log"] {
            if self.state.root().starts_with(folder) {
                return Err(Error::Refused(format!(
                    "the cache folder is below {folder}, which the cluster hides from itself: choose another with SOUK_CACHE_DIR"
                )));
            }
        }
        let pause = images
            .iter()
            .find(|image| image.name == "pause")
            .ok_or_else(|| Error::Refused("the pause image was not built".into()))?;
        // Modules can be loaded from the machine's side only; where they are built in, this does nothing.
        let _ =
            process::succeeds(Command::new("modprobe").args(["--all", "overlay", "br_netfilter", "ip_set"]));
        self.state.cgroup().make()?;
        process::remove_tree(&self.state.at("logs"))?;
        process::remove_tree(&self.state.at("run"))?;
        for folder in ["logs", "containerd", "etcd", "kubelet", "volumes", "over/lib", "over/log"] {
            fs::create_dir_all(self.state.at(folder)).doing("making the cluster's folders")?;
        }
        let tokens = pki::ensure(&self.state)?;
        config::write(&self.state, &tokens, &pause.reference)?;
        // As Kubernetes writes times, so that texts compare as times do.
        let now = process::capture(Command::new("date").args(["--utc", "+%Y-%m-%dT%H:%M:%SZ"]))?;
        process::write_whole(&self.state.at("programs"), &programs.display().to_string())?;
        self.start_init(programs)?;
        self.wait_ready(programs, now.trim())
    }

    /// Whether what runs was started from programs of another key.
    fn is_of_other(&self, programs: &Path) -> bool {
        fs::read_to_string(self.state.at("programs")).is_ok_and(|started| Path::new(&started) != programs)
    }

    fn start_init(&self, programs: &Path) -> Result<()> {
        // A copy, since the file that this program was started from may be replaced by a build at any time.
        let me = self.state.at("xtask");
        let half = self.state.at("xtask.half");
        fs::copy("/proc/self/exe", &half).doing("copying this program")?;
        fs::rename(&half, &me).doing("putting the copy of this program in its place")?;
        let listen = self.endpoint().ingress;
        let line: Vec<&OsStr> = [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--propagation",
            "private",
        ]
        .into_iter()
        .map(OsStr::new)
        .chain([
            me.as_os_str(),
            OsStr::new("cluster"),
            OsStr::new("init"),
            self.state.root().as_os_str(),
            programs.as_os_str(),
            OsStr::new(&listen),
        ])
        .collect();
        let outer = process::background(&line, &self.state.log("init"), &self.state.identity())?;
        // The one that counts is the child, process 1 of the new pid namespace: it dies with everything.
        let mut init = None;
        process::wait_for("the cluster's first process runs", Duration::from_secs(10), || {
            init = nodes::only_child(outer.pid);
            Ok(init.is_some() || !outer.is_alive())
        })?;
        match init {
            Some(init) => init.save(&self.state.identity()),
            None => Err(self.ended()),
        }
    }

    /// The node's own word, from after the start: what an earlier run said of itself is still written there.
    fn wait_ready(&self, programs: &Path, since: &str) -> Result<()> {
        process::wait_for("the node is ready", START_LIMIT, || {
            if !self.is_up() {
                return Err(self.ended());
            }
            let said = process::capture(self.kubectl(programs).args(["get", "node", NODE_NAME, "--output"]).arg(
                "jsonpath={range .status.conditions[?(@.type==\"Ready\")]}{.status} {.lastHeartbeatTime}{end}",
            ));
            Ok(said.is_ok_and(|said| {
                said.split_once(' ').is_some_and(|(ready, at)| ready == "True" && at >= since)
            }))
        })
    }

    /// The add-ons' pods of an earlier run still count as ready until somebody looks; new ones are made at once.
    fn forget_system_pods(&self, programs: &Path) -> Result<()> {
        process::capture(self.kubectl(programs).args([
            "delete",
            "pods",
            "--namespace=kube-system",
            "--all",
            "--grace-period=0",
            "--force",
            "--wait=false",
        ]))
        .map(drop)
    }

    /// Until the add-ons' new pods are ready and the ingress answers on the machine's side.
    fn wait_addons(&self, programs: &Path) -> Result<()> {
        process::wait_for("the add-ons' pods are ready", START_LIMIT, || {
            let said = process::capture(
                self.kubectl(programs).args(["get", "pods", "--namespace=kube-system", "--output"]).arg(
                    "jsonpath={range .items[*]}{.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}{end}",
                ),
            );
            Ok(said.is_ok_and(|said| {
                said.lines().count() >= addons::PODS && said.lines().all(|one| one == "True")
            }))
        })?;
        let ingress = self.endpoint().ingress;
        process::wait_for("the ingress answers", START_LIMIT, || Ok(addons::ingress_answers(&ingress)))
    }

    fn kubectl(&self, programs: &Path) -> Command {
        let mut command = Command::new(programs.join("kubernetes"));
        command.args(["kubectl", "--request-timeout=5s", "--kubeconfig"]).arg(self.state.kubeconfig("admin"));
        command
    }

    fn ended(&self) -> Error {
        let log = self.state.log("init");
        Error::Refused(format!(
            "the cluster ended while it started. The end of its log:\n\n{}\n\nLogs of the parts: {}",
            process::tail(&log),
            self.state.at("logs").display()
        ))
    }

    /// What a killed run may have left: processes of this state folder, the cable, the cgroup, sockets.
    fn clear_leftovers(&self) -> Result<()> {
        self.kill()?;
        if nodes::cable_of_another(self.state.root())?.is_none() {
            nodes::remove_cable()?;
        }
        self.state.cgroup().remove()?;
        for name in ["containerd.sock", "containerd.sock.ttrpc", "cluster.json"] {
            let _ = fs::remove_file(self.state.at(name));
        }
        Ok(())
    }
}
