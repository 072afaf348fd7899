//! What kind of installation this is, and what it does not put up with.

use std::collections::BTreeSet;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;
use super::{cluster, database, secrets};

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

/// Names each secret that is too weak for strangers to know that Souk is here. One that is missing or
/// malformed is named where it is read.
pub fn check(reader: &mut Reader) {
    check_passwords(reader);
    for (name, min_len) in [
        ("jwt_secret", MIN_SECRET_LEN),
        ("jwt_previous_secret", MIN_SECRET_LEN),
        ("metrics_token", MIN_TOKEN_LEN),
    ] {
        let secret = reader.peek_secret(name);
        refuse_weak(reader, name, secret, min_len);
    }
    if secrets::is_pattern(reader, "encryption_key") {
        reader.refuse("encryption_key", "is a pattern, not a key; make one with `openssl rand -base64 32`");
    }
    if cluster::is_simulated(reader) {
        reader.refuse("provisioner", "is `simulated`, which makes no stores: not in this profile");
    }
}

/// The passwords alone: for who gives them to the roles.
pub fn check_passwords(reader: &mut Reader) {
    for name in ["database_url", "database_worker_url"] {
        let password = database::peek_password(reader, name);
        refuse_weak(reader, name, password, MIN_PASSWORD_LEN);
    }
}

fn refuse_weak(reader: &mut Reader, name: &str, secret: Option<SecretString>, min_len: usize) {
    if let Some(why) = secret.and_then(|secret| weakness(secret.expose_secret(), min_len)) {
        reader.refuse(name, &format!("{why}; make one with `openssl rand -hex 32`"));
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
