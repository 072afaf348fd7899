//! The addresses of stores: how a visitor of this installation writes them.
//!
//! Invariant: the API shows and the cluster is told the same address, because both take it from here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::host::Slug;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that an address leaves out.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a scheme; choose `http` or `https`")]
pub struct UnknownScheme;

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "http" => Ok(Self::Http),
            "https" => Ok(Self::Https),
            _ => Err(UnknownScheme),
        }
    }
}

/// What all store addresses of one installation have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreAddresses {
    pub scheme: Scheme,
    /// Starts with a dot: `.localhost`, `.stores.example.com`.
    suffix: String,
    /// The ingress's port, as visitors see it.
    pub port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a suffix of store hosts looks like `.stores.example.com`: a dot, then labels of a-z, 0-9 and `-`")]
pub struct InvalidSuffix;

impl StoreAddresses {
    pub fn new(scheme: Scheme, suffix: &str, port: u16) -> Result<Self, InvalidSuffix> {
        let labels = suffix.strip_prefix('.').ok_or(InvalidSuffix)?;
        let is_label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if labels.split('.').all(is_label) {
            Ok(Self { scheme, suffix: suffix.to_owned(), port })
        } else {
            Err(InvalidSuffix)
        }
    }

    /// The host name of a new store.
    #[must_use]
    pub fn host(&self, slug: &Slug) -> String {
        slug.host(&self.suffix)
    }

    /// What comes after each store's own part of its host; starts with a dot.
    #[must_use]
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// The full address of a store, without a slash at the end.
    #[must_use]
    pub fn url(&self, host: &str) -> String {
        if self.port == self.scheme.default_port() {
            format!("{}://{host}", self.scheme)
        } else {
            format!("{}://{host}:{}", self.scheme, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_written_only_where_a_browser_would_need_it() {
        let local = StoreAddresses::new(Scheme::Http, ".localhost", 8080).unwrap();
        assert_eq!(local.url("shop-222222.localhost"), "http://shop-222222.localhost:8080");
        let public = StoreAddresses::new(Scheme::Https, ".stores.example.com", 443).unwrap();
        assert_eq!(public.url("a.stores.example.com"), "https://a.stores.example.com");
    }

    #[test]
    fn a_suffix_is_a_dot_and_labels() {
        for bad in ["", "localhost", ".", ".a..b", ".A", ".-a", ". a", ".a/"] {
            assert_eq!(StoreAddresses::new(Scheme::Http, bad, 80), Err(InvalidSuffix), "{bad:?}");
        }
    }
}
