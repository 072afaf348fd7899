//! The settings: defaults < file (`SOUK_CONFIG`) < environment (`SOUK_*`) < flags.
//!
//! Invariant: whatever is wrong with them is said at once and in full, each by its name, before
//! anything is started. A value is never echoed: it may be a secret.

mod brand;
mod cluster;
mod database;
mod load;
mod mail;
mod print;
mod profile;
mod reader;
mod secrets;
mod table;
mod themes;
mod traces;

pub use cluster::{ClusterConfig, Maker};
pub use database::DatabaseConfig;
pub use load::{load, load_for_migration, show};
pub use profile::Profile;
pub use secrets::SecretsConfig;
pub use traces::OtlpEndpoint;

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use souk_app::Limits;
use souk_domain::address::{Scheme, StoreAddresses};
use souk_domain::dispatch::PermitLimits;
use souk_domain::sign_in::{AddressLimit, SignInLimits};
use souk_domain::theme::Theme;
use souk_http::{HttpSettings, PublicUrl, Rate};
use souk_worker::WorkerSettings;

use crate::logging::LogFilter;
use reader::Reader;

/// Everything that `souk` is told.
#[derive(Debug)]
pub struct Config {
    pub profile: Profile,
    pub log_level: LogFilter,
    pub log_format: LogFormat,
    /// Where spans are sent; `None` sends none.
    pub traces: Option<OtlpEndpoint>,
    pub database: DatabaseConfig,
    pub secrets: SecretsConfig,
    pub cluster: ClusterConfig,
    pub addresses: StoreAddresses,
    /// Themes of others whose files are in the operator's folder.
    pub brought_themes: Vec<Theme>,
    pub limits: Limits,
    pub http: HttpSettings,
    pub worker: WorkerSettings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Pretty,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Pretty => "pretty",
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("is not a format of log lines; choose `json` or `pretty`")]
pub struct UnknownFormat;

impl FromStr for LogFormat {
    type Err = UnknownFormat;

    fn from_str(s: &str) -> Result<Self, UnknownFormat> {
        match s {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err(UnknownFormat),
        }
    }
}

/// What is wrong with the settings, one line each.
#[derive(Debug, thiserror::Error)]
#[error("the settings are not right:\n  {}", .0.join("\n  "))]
pub struct Faults(pub Vec<String>);

/// How long one address may take to use up its sign-ins, and one user their requests.
const RATE_PERIOD: Duration = Duration::from_mins(1);

/// What `souk migrate` needs: a job that migrates is given no other secret.
#[derive(Debug)]
pub struct MigrationConfig {
    pub log_level: LogFilter,
    pub log_format: LogFormat,
    pub database: DatabaseConfig,
}

impl MigrationConfig {
    fn read(reader: &mut Reader) -> Option<Self> {
        let profile = reader.value("profile");
        let log_level = reader.value("log_level");
        let log_format = reader.or_computed("log_format", LogFormat::Pretty);
        if profile.is_some_and(Profile::is_strict) {
            profile::check_passwords(reader);
        }
        if !reader.has("database_admin_url") {
            reader.refuse("database_admin_url", "is required: migrating makes roles and extensions");
        }
        let database = DatabaseConfig::read(reader);
        profile?;
        Some(Self { log_level: log_level?, log_format: log_format?, database: database? })
    }
}

impl Config {
    /// Reads every setting; what nobody reads is unknown.
    fn read(reader: &mut Reader) -> Option<Self> {
        let named: Option<Profile> = reader.value("profile");
        // Where it is wrong, the rest is read all the same, so that nothing stays unsaid.
        let profile = named.unwrap_or(Profile::Dev);
        let log_format = if profile == Profile::Dev { LogFormat::Pretty } else { LogFormat::Json };
        let (log_level, log_format) =
            (reader.value("log_level"), reader.or_computed("log_format", log_format));
        let traces = reader.maybe("otlp_endpoint");
        if profile.is_strict() {
            // Before they are read, so that a setting that is missing hides no weak one.
            profile::check(reader);
        }
        let database = DatabaseConfig::read(reader);
        let secrets = SecretsConfig::read(reader);
        let cluster = ClusterConfig::read(reader);
        let addresses = addresses(reader);
        let brought_themes = themes::brought(reader);
        let limits = limits(reader);
        let step_limit = reader.millis("provisioning_timeout_ms");
        let http = http(reader);
        let limits = limits?;
        let worker =
            WorkerSettings { limits: limits.permits, step_limit: step_limit?, ..WorkerSettings::default() };
        Some(Self {
            profile: named?,
            log_level: log_level?,
            log_format: log_format?,
            traces: traces?,
            database: database?,
            secrets: secrets?,
            cluster: cluster?,
            addresses: addresses?,
            brought_themes: brought_themes?,
            limits,
            http: http?,
            worker,
        })
    }
}

fn addresses(reader: &mut Reader) -> Option<StoreAddresses> {
    let scheme: Option<Scheme> = reader.value("store_scheme");
    let suffix: Option<String> = reader.value("store_domain_suffix");
    let port = reader.value("ingress_port");
    let (scheme, suffix, port) = (scheme?, suffix?, port?);
    StoreAddresses::new(scheme, &suffix, port)
        .map_err(|error| reader.refuse("store_domain_suffix", &error.to_string()))
        .ok()
}

fn limits(reader: &mut Reader) -> Option<Limits> {
    let stores = reader.value("max_stores_per_user");
    let cooldown = reader.millis("store_creation_cooldown_ms");
    let total = reader.value("provisioning_max_concurrent");
    let per_account = reader.value("provisioning_max_per_account");
    let max_queue = reader.value("provisioning_max_queue");
    let queue_timeout = reader.millis("provisioning_queue_timeout_ms");
    let sign_in = sign_in_limits(reader);
    let permits = PermitLimits { total: total?, per_account: per_account? };
    if permits.total == 0 || permits.per_account == 0 {
        reader.refuse("provisioning_max_concurrent", "must be at least 1, and so the limit per account");
    }
    Some(Limits {
        stores_per_account: stores?,
        creation_cooldown: Some(cooldown?).filter(|cooldown| !cooldown.is_zero()),
        permits,
        max_queue: max_queue?,
        queue_timeout: queue_timeout?,
        sign_in: sign_in?,
    })
}

fn sign_in_limits(reader: &mut Reader) -> Option<SignInLimits> {
    let default = SignInLimits::default();
    let mut limit = |name, default: Option<AddressLimit>| {
        let max: Option<u32> = reader.value(name);
        // None is no limit, and 0 says so.
        max.map(|max| default.map(|limit| AddressLimit { max, ..limit }).filter(|limit| limit.max > 0))
    };
    let failures = limit("failed_sign_ins_per_address", default.failures);
    let registrations = limit("registrations_per_address", default.registrations);
    Some(SignInLimits { failures: failures?, registrations: registrations? })
}

fn http(reader: &mut Reader) -> Option<HttpSettings> {
    let bind = reader.value("bind");
    let metrics_bind = reader.or_off("metrics_bind");
    let default = HttpSettings::on(bind.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let workers = reader.or_computed("http_workers", cores);
    let cors_origins: Option<Vec<PublicUrl>> = reader.list("cors_origins");
    let trusted_proxies = reader.list("trusted_proxies");
    let public_url = reader.maybe("public_url");
    let brand = brand::brand(reader);
    // Looked at by the profile; read here so that it is known.
    let shared_site: Option<bool> = reader.value("allow_shared_site");
    let scrape_token = reader.secret("metrics_token");
    let strict_transport = reader.value("strict_transport");
    let request_limit = reader.millis("request_timeout_ms");
    let drain_grace = reader.millis("drain_grace_ms");
    let stop_limit = reader.millis("stop_limit_ms");
    let strangers = reader.value("address_rate_per_minute");
    let sign_ins = reader.value("sign_in_rate_per_minute");
    let requests = reader.value("user_rate_per_minute");
    let creates = reader.value("create_rate_per_minute");
    let rate = |burst: u32| std::num::NonZeroU32::new(burst).map(|burst| Rate { burst, period: RATE_PERIOD });
    Some(HttpSettings {
        bind: bind?,
        metrics_bind: metrics_bind?,
        workers: workers?,
        cors_origins: cors_origins?.iter().map(|origin| origin.as_str().to_owned()).collect(),
        trusted_proxies: trusted_proxies?,
        public_url: public_url?.filter(|_| shared_site.is_some()),
        brand: brand?,
        scrape_token,
        strict_transport: strict_transport?,
        request_limit: request_limit?,
        drain_grace: drain_grace?,
        stop_limit: stop_limit?,
        address_rate: rate(strangers?),
        sign_in_rate: rate(sign_ins?),
        user_rate: rate(requests?),
        create_rate: rate(creates?),
        ..default
    })
}
