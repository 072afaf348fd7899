//! The settings files of the cluster's parts, written anew at each start.

use super::{
    NODE_ADDRESS, State,
    pki::{ACCOUNTS, Tokens},
};
use crate::{error::Result, process};

/// The pods' addresses; one node, so one /24 of it.
pub const POD_NETWORK: &str = "10.244.0.0/16";
const NODE_PODS: &str = "10.244.0.0/24";
pub const SERVICE_NETWORK: &str = "10.96.0.0/16";
const DNS_ADDRESS: &str = "10.96.0.10";

pub fn write(state: &State, tokens: &Tokens, pause: &str) -> Result<()> {
    for (account, token) in ACCOUNTS.iter().zip(tokens) {
        process::write_secret(&state.kubeconfig(account.name), &kubeconfig(state, token))?;
    }
    process::write_whole(&state.at("cni/10-souk.conflist"), &network(state))?;
    process::write_whole(&state.at("containerd.toml"), &containerd(state, pause))?;
    process::write_whole(&state.at("kubelet.yaml"), &kubelet(state))?;
    // Pods with `dnsPolicy: Default` get this; the machine's own may name a resolver that they cannot reach.
    process::write_whole(&state.at("resolv.conf"), &format!("nameserver {DNS_ADDRESS}\n"))
}

fn kubeconfig(state: &State, token: &str) -> String {
    let authority = state.at("pki/ca.crt");
    let authority = authority.display();
    format!(
        "\
apiVersion: v1
kind: Config
current-context: souk-dev
contexts: [{{name: souk-dev, context: {{cluster: souk-dev, user: souk-dev}}}}]
clusters: [{{name: souk-dev, cluster: {{server: \"https://{NODE_ADDRESS}:6443\", certificate-authority: \"{authority}\"}}}}]
users: [{{name: souk-dev, user: {{token: {token}}}}}]
"
    )
}

/// The bridge between pods, their addresses, and hostPort. The data folder is ours, not /var/lib/cni.
fn network(state: &State) -> String {
    let data = state.at("run/addresses");
    let data = data.display();
    format!(
        r#"{{
  "cniVersion": "0.4.0",
  "name": "souk-dev",
  "plugins": [
    {{
      "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {{"type": "host-local", "dataDir": "{data}", "ranges": [[{{"subnet": "{NODE_PODS}"}}]], "routes": [{{"dst": "0.0.0.0/0"}}]}}
    }},
    {{"type": "portmap", "capabilities": {{"portMappings": true}}}}
  ]
}}
"#
    )
}

fn containerd(state: &State, pause: &str) -> String {
    let root = state.at("containerd");
    let run = state.at("run/containerd");
    let socket = state.containerd_socket();
    let cni = state.at("cni");
    let (root, run, socket, cni) = (root.display(), run.display(), socket.display(), cni.display());
    // restrict_oom_score_adj: where root lacks CAP_SYS_RESOURCE, a sandbox that asks for a lower score than its
    // parent's dies with "can't get final child's PID from pipe: EOF".
    format!(
        r#"version = 2
root = "{root}"
state = "{run}"
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{cni}"
"#
    )
}

fn kubelet(state: &State) -> String {
    let cgroup = state.cgroup().name;
    let socket = state.containerd_socket();
    let pki = state.at("pki");
    let plugins = state.at("kubelet/plugins");
    let resolv = state.at("resolv.conf");
    let (socket, pki, plugins, resolv) =
        (socket.display(), pki.display(), plugins.display(), resolv.display());
    format!(
        "\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {NODE_ADDRESS}
healthzBindAddress: 127.0.0.1
cgroupDriver: cgroupfs
cgroupRoot: /{cgroup}
failSwapOn: false
oomScoreAdj: 0
containerRuntimeEndpoint: unix://{socket}
authentication: {{anonymous: {{enabled: false}}, webhook: {{enabled: true}}, x509: {{clientCAFile: {pki}/ca.crt}}}}
authorization: {{mode: Webhook}}
tlsCertFile: {pki}/kubelet.crt
tlsPrivateKeyFile: {pki}/kubelet.key
clusterDNS: [{DNS_ADDRESS}]
clusterDomain: cluster.local
resolvConf: {resolv}
volumePluginDir: {plugins}
# Images come from the cache only; one that was collected could not be pulled again.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {{memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}}
enforceNodeAllocatable: [pods]
kubeAPIQPS: 100
kubeAPIBurst: 200
"
    )
}
