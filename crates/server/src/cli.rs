//! The command line. Flags are the strongest of all settings: defaults < file < environment < flags.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Isolated stores on Kubernetes, one request each.
#[derive(Debug, Parser)]
#[command(name = "souk", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: Command,
}

/// Settings that are often given by hand; all the others are in docs/settings.md.
#[derive(Debug, Default, Args)]
pub struct Flags {
    /// A TOML file with settings (`SOUK_CONFIG`)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// dev, test, staging or production
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Where the API listens
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// kubernetes or simulated
    #[arg(long, global = true, value_name = "NAME")]
    pub provisioner: Option<String>,
    /// error, warn, info, debug, trace, or a filter like `souk_worker=debug,info`
    #[arg(long, global = true, value_name = "FILTER")]
    pub log_level: Option<String>,
    /// json or pretty
    #[arg(long, global = true, value_name = "NAME")]
    pub log_format: Option<String>,
}

impl Flags {
    /// What was given, by the names of the settings.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &String)> {
        [
            ("profile", &self.profile),
            ("bind", &self.bind),
            ("provisioner", &self.provisioner),
            ("log_level", &self.log_level),
            ("log_format", &self.log_format),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)))
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// API and worker in one process
    Serve,
    /// The API alone
    Api,
    /// A worker alone
    Worker,
    /// Brings the database to this version's schema, and its roles to the passwords in the settings
    Migrate,
    /// Prints the OpenAPI document
    Openapi,
    /// Says what is missing, and how to get it
    Doctor(Doctor),
    /// Asks a running Souk how it is; exits with 1 when it is not ready
    Health,
    /// Gives Souk its own account in a cluster and writes the kubeconfig of that account
    ConnectCluster(ConnectCluster),
    /// What an operator does at this machine, beside the running Souk
    #[command(subcommand)]
    Admin(Admin),
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Compares the cluster with the database, as every Souk does each minute, and shows what was found
    ///
    /// Stores whose release is gone are repaired, namespaces that are left over for 10 minutes are removed,
    /// and the health of stores is written down. Data is never removed by it, and nothing of another
    /// installation is touched. Exits with 0 when the cluster was looked at, whatever was found, and with 1
    /// when it was not.
    Reconcile(Reconcile),
    /// Removes a namespace with this installation's label of which its database has never heard
    ///
    /// As after the database was restored from a copy. Everything in the namespace goes with it. Whatever
    /// the database does know, or another installation made, is refused. It is noted in the audit log.
    RemoveNamespace(RemoveNamespace),
}

#[derive(Debug, Args)]
pub struct Reconcile {
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// The report as JSON, for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RemoveNamespace {
    /// Its name, as `souk admin reconcile` shows it
    #[arg(value_name = "NAME")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// A kubeconfig that may look at ingress and storage classes; Souk's own may not
    #[arg(long, value_name = "FILE")]
    pub admin_kubeconfig: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ConnectCluster {
    /// The kubeconfig of an admin of the cluster; it is used once and not kept
    #[arg(long, value_name = "FILE")]
    pub admin_kubeconfig: PathBuf,
    /// Where to write the account's kubeconfig; `SOUK_KUBECONFIG` when absent
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The chart of the account
    #[arg(long, value_name = "FOLDER", default_value = "helm/souk-account")]
    pub chart: PathBuf,
    /// How long the token lasts; the API server may shorten it
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub days: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_a_flag_is_given_arrives_byte_for_byte(
            text in prop_oneof![
                any::<String>(),
                proptest::sample::select(&["", "-c", "--", "$(id)", "`id`", "a,b=c", "\n", "'\"", "😀", "\u{202e}"][..])
                    .prop_map(ToOwned::to_owned),
            ]
        ) {
            for name in ["profile", "bind", "provisioner", "log_level", "log_format"] {
                let flag = format!("--{}={text}", name.replace('_', "-"));
                let cli = Cli::try_parse_from(["souk", &flag, "serve"]).unwrap();
                let given: Vec<_> = cli.flags.given().collect();
                prop_assert_eq!(given, [(name, &text)]);
            }
            let file = Cli::try_parse_from(["souk", "serve", &format!("--config={text}")]);
            // clap takes no empty path.
            prop_assert!(text.is_empty() || file.unwrap().flags.config == Some(PathBuf::from(&text)));
        }
    }
}
