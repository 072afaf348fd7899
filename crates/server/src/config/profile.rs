//! What kind of installation this is, and what it does not put up with.

use std::collections::BTreeSet;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::cluster::{ClusterConfig, Maker};
use super::database::DatabaseConfig;
use super::reader::Reader;
use super::secrets::SecretsConfig;

/// Characters; a shorter secret can be guessed offline.
const MIN_SECRET_LEN: usize = 32;
const MIN_TOKEN_LEN: usize = 16;
const MIN_PASSWORD_LEN: usize = 12;
/// Different characters; fewer are a pattern.
const MIN_DIFFERENT: usize = 10;
/// Words of examples, which everybody knows.
const SAMPLES: [&str; 6] = ["change", "secret", "example", "password", "souk", "default"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Test,
    Staging,
    Production,
}

impl Profile {
    /// Whether weak secrets are refused.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::Staging | Self::Production)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("choose `dev`, `test`, `staging` or `production`")]
pub struct UnknownProfile;

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(s: &str) -> Result<Self, UnknownProfile> {
        match s {
            "dev" => Ok(Self::Dev),
            "test" => Ok(Self::Test),
            "staging" => Ok(Self::Staging),
            "production" => Ok(Self::Production),
            _ => Err(UnknownProfile),
        }
    }
}

/// Names each secret that is too weak for strangers to know that Souk is here.
pub fn check(
    reader: &mut Reader,
    database: &DatabaseConfig,
    secrets: &SecretsConfig,
    cluster: &ClusterConfig,
) {
    let mut refuse_weak = |name: &str, secret: &SecretString, min_len: usize| {
        if let Some(why) = weakness(secret.expose_secret(), min_len) {
            reader.refuse(name, &format!("{why}; make one with `openssl rand -hex 32`"));
        }
    };
    refuse_weak("jwt_secret", &secrets.token.secret, MIN_SECRET_LEN);
    if let Some(previous) = &secrets.previous_token {
        refuse_weak("jwt_previous_secret", &previous.secret, MIN_SECRET_LEN);
    }
    if let Some(token) = &secrets.metrics_token {
        refuse_weak("metrics_token", token, MIN_TOKEN_LEN);
    }
    for (name, role) in [("database_url", &database.api), ("database_worker_url", &database.worker)] {
        refuse_weak(name, &role.password, MIN_PASSWORD_LEN);
    }
    if secrets.encryption_key_is_weak() {
        reader.refuse("encryption_key", "is a pattern, not a key; make one with `openssl rand -base64 32`");
    }
    if matches!(cluster.maker, Maker::Simulated { .. }) {
        reader.refuse("provisioner", "is `simulated`, which makes no stores: not in this profile");
    }
}

fn weakness(secret: &str, min_len: usize) -> Option<String> {
    if secret.chars().count() < min_len {
        return Some(format!("has less than {min_len} characters"));
    }
    if secret.chars().collect::<BTreeSet<_>>().len() < MIN_DIFFERENT {
        return Some("is a pattern, not a secret".to_owned());
    }
    let lower = secret.to_lowercase();
    SAMPLES.iter().any(|sample| lower.contains(sample)).then(|| "looks like an example".to_owned())
}
