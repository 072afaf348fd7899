//! The cluster's keys: one private authority, made once per state folder, and a token for each of its parts.

use std::{fs, path::Path, process::Command, time::Duration};

use super::{NODE_ADDRESS, NODE_NAME, State};
use crate::{
    error::{Doing, Error, Result},
    process::{self, Part},
};

const DAYS: &str = "3650";

/// A part of the cluster as the API server knows it.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// Its kubeconfig is `NAME.kubeconfig`.
    pub name: &'static str,
    user: &'static str,
    group: &'static str,
}

/// The groups and users are those that Kubernetes' own roles are bound to.
pub const ACCOUNTS: &[Account] = &[
    Account { name: "admin", user: "admin", group: "system:masters" },
    Account { name: "kubelet", user: "system:node:souk-dev", group: "system:nodes" },
    Account { name: "controller-manager", user: "system:kube-controller-manager", group: "" },
    Account { name: "scheduler", user: "system:kube-scheduler", group: "" },
    Account { name: "proxy", user: "system:kube-proxy", group: "" },
    Account { name: "node-agents", user: "souk:node-agents", group: "system:masters" },
];

/// Each account's token, in the order of [`ACCOUNTS`].
pub type Tokens = Vec<String>;

pub fn ensure(state: &State) -> Result<Tokens> {
    let folder = state.at("pki");
    if !folder.exists() {
        let half = state.at("pki.half");
        process::remove_tree(&half)?;
        fs::create_dir_all(&half).doing("making the folder for keys")?;
        make(state, &half)?;
        fs::rename(&half, &folder).doing("putting the keys in their place")?;
    }
    let list = fs::read_to_string(folder.join("tokens.csv")).doing("reading the tokens")?;
    let tokens: Tokens = list.lines().filter_map(|line| Some(line.split_once(',')?.0.to_owned())).collect();
    if tokens.len() == ACCOUNTS.len() {
        return Ok(tokens);
    }
    Err(Error::Refused(
        "the cluster's keys are of another version: `cargo xtask down --purge`, then the same command again"
            .into(),
    ))
}

fn make(state: &State, folder: &Path) -> Result<()> {
    assert_eq!(NODE_NAME, "souk-dev", "the kubelet's account names the node");
    let script = "\
umask 077
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out \"$1.key\"; }
key sa; openssl pkey -in sa.key -pubout -out sa.pub
key ca; openssl req -x509 -new -key ca.key -out ca.crt -days \"$DAYS\" -subj /CN=souk-dev-ca
sign() {
  key \"$1\"
  openssl req -new -key \"$1.key\" -out \"$1.csr\" -subj \"$2\"
  printf '%s\\n' \"$3\" > \"$1.ext\"
  openssl x509 -req -in \"$1.csr\" -CA ca.crt -CAkey ca.key -CAcreateserial -days \"$DAYS\" -out \"$1.crt\" -extfile \"$1.ext\"
}
sign apiserver /CN=kube-apiserver \"subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1,IP:$NODE_ADDRESS\"
sign kubelet \"/CN=$NODE_NAME\" \"subjectAltName=DNS:$NODE_NAME,IP:$NODE_ADDRESS\"
sign kubelet-client /O=system:masters/CN=apiserver-kubelet extendedKeyUsage=clientAuth
";
    let part = Part {
        name: "making the cluster's keys",
        log: state.log("pki"),
        limit: Duration::from_mins(1),
        advice: "see whether `openssl` works here",
    };
    part.run(
        Command::new("sh")
            .args(["-euc", script])
            .env("DAYS", DAYS)
            .env("NODE_ADDRESS", NODE_ADDRESS)
            .env("NODE_NAME", NODE_NAME)
            .current_dir(folder),
    )?;
    let mut lines = Vec::new();
    for (number, account) in ACCOUNTS.iter().enumerate() {
        let token = process::random_hex(16)?;
        lines.push(format!("{token},{},{number},\"{}\"\n", account.user, account.group));
    }
    process::write_secret(&folder.join("tokens.csv"), &lines.concat())
}
