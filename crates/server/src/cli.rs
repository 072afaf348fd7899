//! The command line. Flags are the strongest of all settings: defaults < file < environment < flags.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};
use souk_app::admin::Terms;
use souk_app::operator::Who;
use souk_db::audit::seal::Head;
use souk_domain::email::Email;
use souk_domain::id::{OperationId, StoreId};
use souk_domain::plan::Plan;
use souk_domain::reason::Reason;

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
    /// Prints every error of the API, and what to do about it, as a page of Markdown
    Errors,
    /// Says whether the settings are right, or everything that is wrong with them; exits with 78 when something is
    Config(ShowConfig),
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
    /// Makes an admin: a new user, or the one who has the address
    ///
    /// A new user's password is made here and shown once, unless --password-stdin gives one. Who has the address
    /// already keeps their password. Done again it changes nothing. It is noted in the audit log.
    Create(CreateAdmin),
    /// Keeps a user out, from this moment on; their stores go on
    ///
    /// Tokens of before are refused and streams end. Done again it changes nothing. It is noted in the audit log.
    Suspend(Suspend),
    /// Lets a suspended user in again
    ///
    /// Done again it changes nothing. It is noted in the audit log.
    Restore(Restore),
    /// Sets an account's plan, and how many stores it may have
    ///
    /// The plan counts from the next time that a store of the account is made, repaired or rebuilt; the number of
    /// stores for whatever is asked for from now on, and no store is removed by it. It is noted in the audit log.
    SetPlan(SetPlan),
    /// Removes anybody's store with all its data
    ///
    /// Whatever is at work on it is stopped. A running worker does it; this command only asks. Done again while the
    /// store is being removed, or after, it changes nothing. It is noted in the audit log, which the owner reads.
    DeleteStore(DeleteStore),
    /// Queues an operation again that was put aside because no worker survived it
    ///
    /// It begins at its first step; a provisioning that had failed gets a new namespace, as by a retry. A running worker does
    /// it; this command only asks. Refused when it was not put aside, or its store has gone on since. `GET
    /// /api/v1/admin/dead-letters` lists them. It is noted in the audit log, which the owner reads.
    Requeue(Requeue),
    /// Encrypts the stores' secrets in the database with the current key
    ///
    /// After `SOUK_ENCRYPTION_KEY` was changed and the old one put into `SOUK_ENCRYPTION_OLD_KEYS`: when this is done, the
    /// old one is needed no more. Can be repeated, and beside running processes once all of them have the new key.
    ReencryptSecrets,
    /// Checks that the audit log is as it was written
    ///
    /// Each row of the log has a seal, a hash over the row and the seal before it; workers make them within 5 s.
    /// Names every row that was changed, removed or put there by hand, and every seal that is broken or missing.
    /// Exits with 0 when all is sound, and with 1 when something is wrong. Changes nothing.
    ///
    /// Whoever owns the database could remove the newest rows with their seals, or seal everything anew. The last
    /// seal, which is shown here and logged by the workers, finds that out: keep it elsewhere and give it to --head.
    VerifyAudit(VerifyAudit),
}

#[derive(Debug, Args)]
pub struct CreateAdmin {
    /// The address that they sign in with
    #[arg(value_name = "EMAIL")]
    pub email: Email,
    /// Takes a new user's password from the first line of standard input
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Args)]
pub struct Suspend {
    /// Their e-mail address, or their id (`usr_...`)
    #[arg(value_name = "USER")]
    pub user: Who,
    /// Why: for the audit log, which the user reads
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// Their e-mail address, or their id (`usr_...`)
    #[arg(value_name = "USER")]
    pub user: Who,
    /// Why: for the audit log, which the user reads
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Reason>,
}

#[derive(Debug, Args)]
pub struct SetPlan {
    /// The account's id (`acc_...`), or its user's address or id
    #[arg(value_name = "ACCOUNT")]
    pub account: Who,
    /// free, standard or pro; absent, it stays
    #[arg(value_name = "PLAN", required_unless_present = "max_stores")]
    pub plan: Option<Plan>,
    /// How many stores the account may have, 0 to 10000; `default` for `SOUK_MAX_STORES_PER_USER`
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub max_stores: Option<MaxStores>,
    /// Why: for the audit log, which the user reads
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<Reason>,
}

/// A number of stores, or `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxStores(pub Option<u32>);

#[derive(Debug, thiserror::Error)]
#[error("must be a number from 0 to 10000, or `default`")]
pub struct NotMaxStores;

impl FromStr for MaxStores {
    type Err = NotMaxStores;

    fn from_str(s: &str) -> Result<Self, NotMaxStores> {
        if s == "default" {
            return Ok(Self(None));
        }
        s.parse()
            .ok()
            .filter(|number| *number <= Terms::MOST_STORES)
            .map(|number| Self(Some(number)))
            .ok_or(NotMaxStores)
    }
}

#[derive(Debug, Args)]
pub struct DeleteStore {
    /// Its id (`store_...`)
    #[arg(value_name = "STORE")]
    pub store: StoreId,
    /// Why: for the audit log, which the owner reads
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
}

#[derive(Debug, Args)]
pub struct Requeue {
    /// Its id (`op_...`)
    #[arg(value_name = "OPERATION")]
    pub operation: OperationId,
    /// Why: for the audit log, which the owner reads
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
}

#[derive(Debug, Args)]
pub struct VerifyAudit {
    /// A last seal that was shown before: the log has to hold it still
    #[arg(long, value_name = "NUMBER:HASH")]
    pub head: Option<Head>,
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
pub struct ShowConfig {
    /// Shows every setting as it counts and where it comes from, as TOML that can be used as a file; secrets are hidden
    #[arg(long)]
    pub print: bool,
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
