//! Process 1 of the cluster's pid namespace: it makes the network, starts the parts, and ends when one of them does.
//!
//! Invariant: it holds the only reference to the cluster's namespaces, so its end is the end of everything.

use std::{
    fs::File,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use nix::{
    mount::{MsFlags, mount},
    sys::{
        signal::{SigSet, Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{
    CABLE, HOST_ADDRESS, NODE_ADDRESS, NODE_NAME, State,
    config::{POD_NETWORK, SERVICE_NETWORK},
};
use crate::{
    error::{Doing, Error, Result},
    process::{capture, succeeds, wait_for},
};

const NETNS: &str = "/run/netns/souk";
const PART_LIMIT: Duration = Duration::from_mins(1);
/// How long pods may take to end by themselves.
const POD_PATIENCE: Duration = Duration::from_secs(6);

#[derive(Debug)]
struct Running {
    name: &'static str,
    pid: Pid,
}

struct Init {
    state: State,
    programs: PathBuf,
    running: Vec<Running>,
}

/// Runs until SIGTERM, or until a part of the cluster ends.
pub fn run(state: &Path, programs: &Path, ingress: &str) -> Result<()> {
    if std::process::id() != 1 {
        return Err(Error::Refused(
            "`cluster init` is for `cargo xtask cluster up` to start, in namespaces of its own".into(),
        ));
    }
    // Blocked before anything starts, so that none is lost; children start with a clear mask.
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGCHLD] {
        signals.add(signal);
    }
    signals.thread_block().map_err(std::io::Error::from).doing("blocking signals")?;
    let mut init = Init { state: State::new(state.into()), programs: programs.into(), running: Vec::new() };
    init.cover_folders()?;
    make_network()?;
    init.start_parts(ingress)?;
    loop {
        let signal = signals.wait().map_err(std::io::Error::from).doing("waiting for a signal")?;
        if signal != Signal::SIGCHLD {
            init.stop();
            return Ok(());
        }
        if let Some(ended) = init.reap() {
            init.stop();
            return Err(Error::Refused(format!(
                "{ended} ended, so the cluster ends. See {}",
                init.state.log(ended).display()
            )));
        }
    }
}

impl Init {
    /// Hides the machine's /run, /var/lib and /var/log behind folders of the cluster: its parts write to fixed
    /// places there.
    fn cover_folders(&self) -> Result<()> {
        let nothing: Option<&str> = None;
        let bind = |from: PathBuf, to: &str| {
            mount(Some(&from), to, nothing, MsFlags::MS_BIND, nothing)
                .map_err(std::io::Error::from)
                .doing(format!("covering {to}"))
        };
        bind(self.state.at("over/lib"), "/var/lib")?;
        bind(self.state.at("over/log"), "/var/log")?;
        mount(Some("tmpfs"), "/run", Some("tmpfs"), MsFlags::empty(), Some("mode=755"))
            .map_err(std::io::Error::from)
            .doing("covering /run")?;
        // Volumes may be shared between pods (mountPropagation), within this namespace.
        mount(nothing, "/", nothing, MsFlags::MS_SHARED | MsFlags::MS_REC, nothing)
            .map_err(std::io::Error::from)
            .doing("sharing mounts among pods")
    }

    fn start_parts(&mut self, ingress: &str) -> Result<()> {
        self.spawn("forward", &mut {
            let mut command = Command::new(self.programs.join("forward"));
            command.args([ingress, &format!("{NODE_ADDRESS}:8080")]);
            command
        })?;
        let at = |name: &str| self.state.at(name).display().to_string();
        let (etcd, containerd) = (at("etcd"), at("containerd.toml"));
        let mut command = inside(
            "etcd",
            &[
                "--data-dir",
                &etcd,
                "--listen-client-urls=http://127.0.0.1:2379",
                "--advertise-client-urls=http://127.0.0.1:2379",
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--unsafe-no-fsync",
                "--log-level=warn",
            ],
        );
        self.spawn("etcd", &mut command)?;
        let mut command = inside("containerd", &["--config", &containerd]);
        self.spawn("containerd", &mut command)?;
        let mut command = self.api_server();
        self.spawn("kube-apiserver", &mut command)?;
        self.wait_ready()?;
        for (name, mut command) in self.others() {
            self.spawn(name, &mut command)?;
        }
        Ok(())
    }

    fn api_server(&self) -> Command {
        let pki = self.state.at("pki");
        let key = |flag: &str, file: &str| format!("--{flag}={}", pki.join(file).display());
        let mut command = self.kubernetes("kube-apiserver");
        command
            .args(["--etcd-servers=http://127.0.0.1:2379", "--secure-port=6443", "--allow-privileged=true"])
            .args([format!("--bind-address={NODE_ADDRESS}"), format!("--advertise-address={NODE_ADDRESS}")])
            .arg(format!("--service-cluster-ip-range={SERVICE_NETWORK}"))
            .args(["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction"])
            .args([
                "--service-account-issuer=https://kubernetes.default.svc",
                "--kubelet-preferred-address-types=InternalIP",
            ])
            .args([
                key("token-auth-file", "tokens.csv"),
                key("client-ca-file", "ca.crt"),
                key("tls-cert-file", "apiserver.crt"),
                key("tls-private-key-file", "apiserver.key"),
                key("service-account-key-file", "sa.pub"),
                key("service-account-signing-key-file", "sa.key"),
                key("kubelet-certificate-authority", "ca.crt"),
                key("kubelet-client-certificate", "kubelet-client.crt"),
                key("kubelet-client-key", "kubelet-client.key"),
            ]);
        command
    }

    fn others(&self) -> Vec<(&'static str, Command)> {
        let config = |account: &str| self.state.kubeconfig(account).display().to_string();
        let at = |name: &str| self.state.at(name).display().to_string();

        let mut controllers = self.kubernetes("kube-controller-manager");
        let account = config("controller-manager");
        controllers
            .args(
                ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
                    .map(|flag| format!("--{flag}={account}")),
            )
            .args([
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--use-service-account-credentials=true",
            ])
            .args(["--allocate-node-cidrs=true".into(), format!("--cluster-cidr={POD_NETWORK}")])
            .arg(format!("--root-ca-file={}", at("pki/ca.crt")))
            .arg(format!("--service-account-private-key-file={}", at("pki/sa.key")));

        let mut scheduler = self.kubernetes("kube-scheduler");
        let account = config("scheduler");
        scheduler
            .args(
                ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
                    .map(|flag| format!("--{flag}={account}")),
            )
            .args(["--leader-elect=false", "--bind-address=127.0.0.1"]);

        let mut kubelet = self.kubernetes("kubelet");
        kubelet
            .arg(format!("--config={}", at("kubelet.yaml")))
            .arg(format!("--kubeconfig={}", config("kubelet")))
            .args([format!("--hostname-override={NODE_NAME}"), format!("--node-ip={NODE_ADDRESS}")])
            .arg(format!("--root-dir={}", at("kubelet")));

        let mut proxy = self.kubernetes("kube-proxy");
        proxy
            .arg(format!("--kubeconfig={}", config("proxy")))
            .args([format!("--hostname-override={NODE_NAME}"), format!("--cluster-cidr={POD_NETWORK}")])
            .args(["--proxy-mode=iptables", "--oom-score-adj=0"])
            .args(["--metrics-bind-address=127.0.0.1:10249", "--healthz-bind-address=127.0.0.1:10256"])
            // These limits are the machine's, not the namespace's: left as they are.
            .args(["--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0s"])
            .arg("--conntrack-tcp-timeout-close-wait=0s");

        let agents = config("node-agents");
        let program = |name: &str| self.programs.join(name).display().to_string();
        vec![
            ("kubelet", kubelet),
            ("kube-controller-manager", controllers),
            ("kube-scheduler", scheduler),
            ("kube-proxy", proxy),
            ("netpol", inside(&program("netpol"), &[&agents, NODE_NAME])),
            ("volumes", inside(&program("volumes"), &[&agents, &at("volumes")])),
        ]
    }

    fn kubernetes(&self, component: &str) -> Command {
        inside(&self.programs.join("kubernetes").display().to_string(), &[component])
    }

    fn spawn(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        let log = self.state.log(name);
        let output = File::create(&log).doing(format!("making {}", log.display()))?;
        let errors = output.try_clone().doing("opening a log twice")?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .doing(format!("starting {name}"))?;
        let pid = i32::try_from(child.id()).map_err(|_| Error::Refused("a pid out of range".into()))?;
        self.running.push(Running { name, pid: Pid::from_raw(pid) });
        Ok(())
    }

    /// Waits until the API server has made the roles that the other parts need.
    fn wait_ready(&self) -> Result<()> {
        let kubeconfig = self.state.kubeconfig("admin");
        wait_for("the API server is ready", PART_LIMIT, || match self.reap() {
            Some(ended) => Err(Error::Refused(format!(
                "{ended} ended while the cluster started. See {}",
                self.state.log(ended).display()
            ))),
            // A look at the port is cheap, a kubectl is not.
            None => Ok(TcpStream::connect((NODE_ADDRESS, 6443)).is_ok()
                && succeeds(
                    Command::new(self.programs.join("kubernetes"))
                        .args(["kubectl", "get", "--raw=/readyz", "--request-timeout=2s", "--kubeconfig"])
                        .arg(&kubeconfig),
                )),
        })
    }

    /// Takes the dead in; gives the name of a part when one of them was it.
    fn reap(&self) -> Option<&'static str> {
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, _, _)) => {
                    if let Some(part) = self.running.iter().find(|part| part.pid == pid) {
                        return Some(part.name);
                    }
                }
                Ok(WaitStatus::StillAlive) | Err(_) => return None, // none has ended, or there is none at all
                Ok(_) => {}
            }
        }
    }

    /// Pods get their chance to end in order; the rest goes with this process.
    fn stop(&self) {
        for part in self.running.iter().filter(|part| matches!(part.name, "kubelet" | "containerd")) {
            let _ = kill(part.pid, Signal::SIGKILL); // or it would start again what ends
        }
        for part in self.running.iter().filter(|part| part.name == "netpol") {
            let _ = kill(part.pid, Signal::SIGKILL);
        }
        let _ = kill(Pid::from_raw(-1), Signal::SIGTERM); // all but this process
        // Those that do not end in time go with this process.
        let cgroup = self.state.cgroup();
        let _ = wait_for("pods have ended", POD_PATIENCE, || {
            self.reap();
            Ok(!cgroup.has_processes())
        });
    }
}

/// A command in the cluster's network.
fn inside(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("nsenter");
    command.arg(format!("--net={NETNS}")).arg("--").arg(program).args(arguments);
    command
}

/// A network with one cable to the machine, and nothing else of the machine's.
fn make_network() -> Result<()> {
    let ip = |words: &str| capture(Command::new("ip").args(words.split_ascii_whitespace())).map(drop);
    ip("netns add souk")?;
    ip(&format!("link add {CABLE} type veth peer name eth0 netns souk"))?;
    ip(&format!("address add {HOST_ADDRESS}/30 dev {CABLE}"))?;
    ip(&format!("link set {CABLE} up"))?;
    ip("-netns souk link set lo up")?;
    ip(&format!("-netns souk address add {NODE_ADDRESS}/30 dev eth0"))?;
    ip("-netns souk link set eth0 up")?;
    ip(&format!("-netns souk route add default via {HOST_ADDRESS}"))?;
    let script = format!(
        "echo 1 > /proc/sys/net/ipv4/ip_forward
         echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
         # Only the machine itself may knock; nobody may be routed here through it.
         iptables -w 10 -A INPUT -i eth0 ! -s {HOST_ADDRESS} -m conntrack --ctstate NEW -j DROP
         iptables -w 10 -A FORWARD -i eth0 ! -s {HOST_ADDRESS} -m conntrack --ctstate NEW -j DROP"
    );
    capture(&mut inside("sh", &["-euc", &script])).map(drop)
}
