//! A store's `name`: the part of its address that its owner chooses.
//!
//! 3 to 30 of a-z, 0-9 and `-`, a letter first, no `-` at an end and no two in a row. With the six
//! random characters and the attempt that Souk adds, it fits a DNS label (63), a Kubernetes
//! namespace (63) and a Helm release (53).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub const MIN_LEN: usize = 3;
pub const MAX_LEN: usize = 30;

/// Names that would mislead a visitor into thinking the address is the platform's own.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "billing",
    "blog",
    "cdn",
    "dashboard",
    "default",
    "dev",
    "docs",
    "ftp",
    "git",
    "grafana",
    "help",
    "imap",
    "ingress",
    "internal",
    "kube-system",
    "localhost",
    "login",
    "mail",
    "metrics",
    "monitoring",
    "pop",
    "prometheus",
    "public",
    "root",
    "smtp",
    "souk",
    "ssh",
    "staging",
    "static",
    "status",
    "store",
    "support",
    "system",
    "test",
    "traefik",
    "www",
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStoreName {
    #[error("must be {MIN_LEN} to {MAX_LEN} characters long")]
    Length,
    #[error("may hold only small letters a-z, digits and hyphens")]
    Character,
    #[error("must start with a letter, end with a letter or digit, and hold no two hyphens in a row")]
    Shape,
    #[error("is reserved; choose another one")]
    Reserved,
}

impl StoreName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StoreName {
    type Err = InvalidStoreName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if !(MIN_LEN..=MAX_LEN).contains(&s.chars().count()) {
            return Err(InvalidStoreName::Length);
        }
        if !s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(InvalidStoreName::Character);
        }
        if !s.starts_with(|c: char| c.is_ascii_lowercase()) || s.ends_with('-') || s.contains("--") {
            return Err(InvalidStoreName::Shape);
        }
        if RESERVED.contains(&s) {
            return Err(InvalidStoreName::Reserved);
        }
        Ok(Self(s.to_owned()))
    }
}

impl TryFrom<String> for StoreName {
    type Error = InvalidStoreName;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<StoreName> for String {
    fn from(name: StoreName) -> Self {
        name.0
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_names_are_taken() {
        for name in ["abc", "my-shop", "shop24", "a-1-b", &"a".repeat(30)] {
            assert_eq!(name.parse::<StoreName>().map(|n| n.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn bad_names_are_refused_with_the_reason() {
        use InvalidStoreName::{Character, Length, Reserved, Shape};
        let long = "a".repeat(31);
        for (name, why) in [
            ("", Length),
            ("ab", Length),
            (long.as_str(), Length),
            ("Shop", Character),
            ("sh op", Character),
            ("café", Character),
            ("a_b_c", Character),
            ("1shop", Shape),
            ("-shop", Shape),
            ("shop-", Shape),
            ("my--shop", Shape),
            ("admin", Reserved),
            ("kube-system", Reserved),
        ] {
            assert_eq!(name.parse::<StoreName>(), Err(why), "{name:?}");
        }
    }

    #[test]
    fn every_reserved_word_is_a_name_that_would_pass_without_the_list() {
        for word in RESERVED {
            assert_eq!(word.parse::<StoreName>(), Err(InvalidStoreName::Reserved), "{word}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_a_dns_label(text in "[a-z0-9-]{0,40}") {
            if let Ok(name) = text.parse::<StoreName>() {
                let s = name.as_str();
                prop_assert!(s.len() <= MAX_LEN && !s.starts_with('-') && !s.ends_with('-'));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<StoreName>();
        }
    }
}
