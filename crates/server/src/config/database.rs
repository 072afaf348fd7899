//! Where the database is, once for each role that uses it.
//!
//! The passwords of the two roles stand in their URLs and nowhere else: `souk migrate` gives the roles
//! those same passwords.

use std::fmt;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use souk_db::{PgConnectOptions, PoolSettings, RolePasswords};
use url::Url;

use super::reader::Reader;

/// One role's way to the database.
#[derive(Clone)]
pub struct DatabaseRole {
    pub options: PgConnectOptions,
    pub password: SecretString,
}

impl fmt::Debug for DatabaseRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseRole").finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub struct DatabaseConfig {
    /// As `souk_api`.
    pub api: DatabaseRole,
    /// As `souk_worker`.
    pub worker: DatabaseRole,
    /// As somebody who may make roles and extensions; only migrating needs it.
    pub admin: Option<DatabaseRole>,
    /// Migrate before serving.
    pub auto_migrate: bool,
    api_connections: u32,
    worker_connections: u32,
}

impl DatabaseConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let api = required(reader, "database_url", "souk_api");
        let worker = required(reader, "database_worker_url", "souk_worker");
        let admin =
            reader.secret("database_admin_url").map(|url| parse(reader, "database_admin_url", &url, None));
        let auto_migrate = reader.value("auto_migrate");
        let api_connections = reader.value("database_api_connections");
        let worker_connections = reader.value("database_worker_connections");
        if auto_migrate == Some(true) && admin.is_none() {
            reader.refuse("auto_migrate", "needs SOUK_DATABASE_ADMIN_URL");
        }
        Some(Self {
            api: api?,
            worker: worker?,
            admin: match admin {
                Some(admin) => Some(admin?),
                None => None,
            },
            auto_migrate: auto_migrate?,
            api_connections: api_connections?,
            worker_connections: worker_connections?,
        })
    }

    pub fn api_pool(&self) -> PoolSettings {
        PoolSettings { options: self.api.options.clone(), max_connections: self.api_connections }
    }

    pub fn worker_pool(&self) -> PoolSettings {
        PoolSettings { options: self.worker.options.clone(), max_connections: self.worker_connections }
    }

    pub fn role_passwords(&self) -> RolePasswords {
        RolePasswords { api: self.api.password.clone(), worker: self.worker.password.clone() }
    }
}

fn required(reader: &mut Reader, name: &str, role: &str) -> Option<DatabaseRole> {
    let Some(url) = reader.secret(name) else {
        reader.refuse(name, &format!("is required: postgres://{role}:PASSWORD@HOST:5432/souk"));
        return None;
    };
    parse(reader, name, &url, Some(role))
}

fn parse(reader: &mut Reader, name: &str, url: &SecretString, role: Option<&str>) -> Option<DatabaseRole> {
    let parsed = Url::parse(url.expose_secret()).ok();
    let parsed = parsed.filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    let options = url.expose_secret().parse::<PgConnectOptions>().ok();
    let (Some(parsed), Some(options)) = (parsed, options) else {
        reader.refuse(name, "must look like postgres://USER:PASSWORD@HOST:5432/DATABASE");
        return None;
    };
    if let Some(role) = role.filter(|role| *role != parsed.username()) {
        reader.refuse(name, &format!("must sign in as {role}: row-level security depends on it"));
        return None;
    }
    Some(DatabaseRole { options, password: password(&parsed) })
}

fn password(url: &Url) -> SecretString {
    let text = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy().into_owned();
    text.into()
}

/// The password in a URL that looks like one; leaves the setting for who reads it.
pub(super) fn peek_password(reader: &Reader, name: &str) -> Option<SecretString> {
    let url = reader.peek_secret(name)?;
    Url::parse(url.expose_secret()).ok().map(|url| password(&url))
}
