//! The server that takes the shops' mail.
//!
//! Invariant: the login is a key of each store's Secret and nothing else; values, `Debug` and logs never hold it.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;
use serde::Serialize;
use souk_domain::email::Email;

/// A range that is opened to stores holds at most 65,536 addresses: a mail server is somewhere, not anywhere.
const MIN_PREFIX_LEN: u8 = 16;
/// RFC 1035, section 2.3.4, less the dot at the end.
const MAX_HOST_LEN: usize = 253;

/// As the chart's value `woocommerce.smtp`, without the login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailServer {
    pub host: MailHost,
    pub port: u16,
    pub tls: MailTls,
    /// The one sender that the server takes; `None`: each shop's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Email>,
    /// What is opened to the stores, for the server's port. Empty: it has to be one that the chart's
    /// `egress.internet` opens.
    pub ranges: Vec<MailRange>,
    #[serde(skip)]
    pub login: Option<MailLogin>,
}

/// What the server asks of who sends by it. All stores have the same.
#[derive(Clone, PartialEq, Eq)]
pub struct MailLogin {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for MailLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailLogin").finish_non_exhaustive()
    }
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// STARTTLS, and no mail without.
    Tls,
    /// With the first byte.
    Ssl,
    None,
}

#[derive(Debug, thiserror::Error)]
#[error("choose `tls` (STARTTLS), `ssl` (from the first byte) or `none`")]
pub struct UnknownTls;

impl FromStr for MailTls {
    type Err = UnknownTls;

    fn from_str(s: &str) -> Result<Self, UnknownTls> {
        match s {
            "tls" => Ok(Self::Tls),
            "ssl" => Ok(Self::Ssl),
            "none" => Ok(Self::None),
            _ => Err(UnknownTls),
        }
    }
}

/// A name or an IPv4 address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailHost(String);

#[derive(Debug, thiserror::Error)]
#[error("is no host name or IPv4 address, such as smtp.example.com")]
pub struct InvalidHost;

impl FromStr for MailHost {
    type Err = InvalidHost;

    fn from_str(s: &str) -> Result<Self, InvalidHost> {
        let is_inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        let is_edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
        let ok = s.len() <= MAX_HOST_LEN && s.bytes().all(is_inner);
        let edges_ok = is_edge(s.bytes().next()) && is_edge(s.bytes().next_back());
        if ok && edges_ok { Ok(Self(s.to_owned())) } else { Err(InvalidHost) }
    }
}

impl MailHost {
    /// Itself, where it is an address: the cluster can open the way to it without being told where a name leads.
    #[must_use]
    pub fn range(&self) -> Option<MailRange> {
        self.0.parse().ok().map(|address: Ipv4Addr| MailRange(address.into()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MailRange(Ipv4Net);

#[derive(Debug, thiserror::Error)]
pub enum InvalidRange {
    #[error("must be IPv4 ranges such as 10.1.2.0/24, with commas between")]
    NoRange,
    #[error("may open at most 65,536 addresses at once (a /16)")]
    TooWide,
}

impl FromStr for MailRange {
    type Err = InvalidRange;

    fn from_str(s: &str) -> Result<Self, InvalidRange> {
        let range: Ipv4Net = s.parse().map_err(|_| InvalidRange::NoRange)?;
        if range.prefix_len() < MIN_PREFIX_LEN { Err(InvalidRange::TooWide) } else { Ok(Self(range.trunc())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_and_an_address_is_its_own_range() {
        let host = |text: &str| text.parse::<MailHost>();
        assert_eq!(host("smtp.example.com").unwrap().range(), None);
        assert_eq!(serde_json::to_value(host("10.1.2.3").unwrap().range()).unwrap(), "10.1.2.3/32");
        for bad in
            ["", ".example.com", "example.com.", "a b", "smtp.example.com:25", "a\nb", "{{ x }}", "[::1]"]
        {
            assert!(host(bad).is_err(), "{bad:?}");
        }
        assert!(host(&"a".repeat(MAX_HOST_LEN)).is_ok() && host(&"a".repeat(MAX_HOST_LEN + 1)).is_err());
    }

    #[test]
    fn a_range_is_somewhere_and_not_anywhere() {
        let range = |text: &str| text.parse::<MailRange>();
        assert_eq!(serde_json::to_value(range("10.1.2.3/24").unwrap()).unwrap(), "10.1.2.0/24");
        assert!(range("10.1.0.0/16").is_ok());
        assert!(matches!(range("10.0.0.0/15"), Err(InvalidRange::TooWide)));
        assert!(matches!(range("0.0.0.0/0"), Err(InvalidRange::TooWide)));
        for bad in ["10.1.2.3", "10.1.2.3/33", "fd00::/64", "all"] {
            assert!(matches!(range(bad), Err(InvalidRange::NoRange)), "{bad}");
        }
    }

    #[test]
    fn the_login_is_in_no_value_and_not_shown() {
        let login = MailLogin { user: "relay-user".to_owned(), password: "relay-password".to_owned() };
        let server = MailServer {
            host: "smtp.example.com".parse().unwrap(),
            port: 587,
            tls: MailTls::Tls,
            from: None,
            ranges: Vec::new(),
            login: Some(login),
        };
        for shown in [format!("{server:?}"), serde_json::to_string(&server).unwrap()] {
            assert!(!shown.contains("relay-"), "{shown}");
        }
    }
}
