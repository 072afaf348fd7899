//! What kind of installation this is, and what it does not put up with.

use std::collections::BTreeSet;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use souk_http::PublicUrl;

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
    if secrets::has_pattern(reader, "encryption_old_keys") {
        reader.refuse("encryption_old_keys", "has a pattern among its keys; encrypt anew and take it out");
    }
    check_public_url(reader);
    check_cors_origins(reader);
    if cluster::is_simulated(reader) {
        reader.refuse("provisioner", "is `simulated`, which makes no stores: not in this profile");
    }
}

/// Browsers keep the session in a cookie, so they have to come over TLS, and to a site that is not the stores': the
/// merchants run code of their own there, and a browser counts a whole site as one (`SameSite`).
fn check_public_url(reader: &mut Reader) {
    let Some(text) = reader.peek_secret("public_url") else {
        reader.refuse("public_url", "is required: where browsers find Souk, like https://souk.example.com");
        return;
    };
    // One that is no URL is named where it is read.
    let Ok(url) = text.expose_secret().parse::<PublicUrl>() else { return };
    if !url.is_https() {
        reader.refuse("public_url", "must begin with https:// in this profile");
    }
    if shares_site(reader, &url) {
        let why = "shares a site with SOUK_STORE_DOMAIN_SUFFIX: code of merchants would count as Souk's own page. \
                   Take another domain, or say SOUK_ALLOW_SHARED_SITE=true if the two are apart on the public \
                   suffix list";
        reader.refuse("public_url", why);
    }
}

/// Pages of these origins may call the API with whatever token they have.
fn check_cors_origins(reader: &mut Reader) {
    let Some(text) = reader.peek_secret("cors_origins") else { return };
    // One that is none is named where it is read.
    let origins = text.expose_secret().split(',').filter_map(|origin| origin.parse::<PublicUrl>().ok());
    let origins: Vec<_> = origins.collect();
    if origins.iter().any(|origin| !origin.is_https()) {
        reader.refuse("cors_origins", "must begin with https:// in this profile, each of them");
    }
    if origins.iter().any(|origin| shares_site(reader, origin)) {
        let why = "shares a site with SOUK_STORE_DOMAIN_SUFFIX: code of merchants could call the API from there. \
                   Take another domain, or say SOUK_ALLOW_SHARED_SITE=true if the two are apart on the public \
                   suffix list";
        reader.refuse("cors_origins", why);
    }
}

/// Whether a browser would take this for a page of the stores' site, unless it was allowed to.
fn shares_site(reader: &Reader, url: &PublicUrl) -> bool {
    let said = |name: &str| reader.peek_secret(name).map(|text| text.expose_secret().trim().to_lowercase());
    let allowed = said("allow_shared_site").as_deref() == Some("true");
    let suffix = said("store_domain_suffix").unwrap_or_default();
    !allowed && site(&suffix) == site(url.host())
}

/// The last two labels. Where a public suffix has more (`co.uk`) this takes two sites for one, never one for two.
fn site(host: &str) -> Vec<&str> {
    host.trim_matches('.').rsplit('.').take(2).collect()
}

/// The passwords alone: for who gives them to the roles.
pub fn check_passwords(reader: &mut Reader) {
    for name in ["database_url", "database_worker_url"] {
        let password = database::peek_password(reader, name);
        refuse_weak(reader, name, password, MIN_PASSWORD_LEN);
    }
    // Whoever may make roles may sign in by another way than a password.
    let admin = database::peek_password(reader, "database_admin_url");
    let admin = admin.filter(|password| !password.expose_secret().is_empty());
    refuse_weak(reader, "database_admin_url", admin, MIN_PASSWORD_LEN);
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
