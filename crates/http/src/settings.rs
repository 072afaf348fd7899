//! The settings of the HTTP server, and the limits that are not settings.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use actix_web::web::Bytes;
use ipnet::IpNet;
use secrecy::SecretString;

/// The longest body that any route takes.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// So many at once, and so many again in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub period: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamSettings {
    /// So that proxies do not take a quiet stream for a dead one.
    pub comment_every: Duration,
    /// A notification of the database can be lost, so a stream also looks by itself.
    pub look_every: Duration,
    /// Open at once, of one user, in one process.
    pub max_per_user: usize,
}

/// What this Souk calls itself.
#[derive(Debug, Clone)]
pub struct Brand {
    /// [`Brand::MAX_NAME_CHARS`] at most.
    pub name: String,
    pub colour: Option<Colour>,
    pub logo: Option<Logo>,
}

impl Brand {
    /// It stands in the head of each page.
    pub const MAX_NAME_CHARS: usize = 40;
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Souk".to_owned(), colour: None, logo: None }
    }
}

/// A picture of the operator's.
#[derive(Debug, Clone)]
pub struct Logo {
    pub content_type: &'static str,
    pub bytes: Bytes,
}

/// `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be like #b45309: a number sign and six hexadecimal digits")]
pub struct InvalidColour;

impl FromStr for Colour {
    type Err = InvalidColour;

    fn from_str(s: &str) -> Result<Self, InvalidColour> {
        let digits = s.strip_prefix('#').ok_or(InvalidColour)?;
        let is_colour = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if is_colour { Ok(Self(s.to_lowercase())) } else { Err(InvalidColour) }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub bind: SocketAddr,
    /// Where Prometheus scrapes without a token; `None` for no such listener.
    pub metrics_bind: Option<SocketAddr>,
    /// Threads that serve requests.
    pub workers: usize,
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Vec<String>,
    /// Only what comes from these may name another client in `X-Forwarded-For`.
    pub trusted_proxies: Vec<IpNet>,
    /// Where browsers find Souk; where it is not said, on whatever host they ask.
    pub public_url: Option<PublicUrl>,
    pub brand: Brand,
    /// Opens `/api/v1/metrics` without an admin.
    pub scrape_token: Option<SecretString>,
    /// Browsers shall use TLS only: for an API that is served behind TLS.
    pub strict_transport: bool,
    /// A client that sends its request line and headers slower than this is let go.
    pub head_limit: Duration,
    /// From the request to the head of the answer.
    pub request_limit: Duration,
    /// Between "not ready any more" and the end of the listener: time for balancers to notice.
    pub drain_grace: Duration,
    /// How long requests in flight may take to end after that.
    pub stop_limit: Duration,
    pub streams: StreamSettings,
    /// Requests without a token that is good, by address; `None` for no limit.
    pub address_rate: Option<Rate>,
    /// Attempts to sign in or register, by address; `None` for no limit.
    pub sign_in_rate: Option<Rate>,
    /// All other requests, by user; `None` for no limit.
    pub user_rate: Option<Rate>,
    /// Stores asked for, by user; `None` for no limit.
    pub create_rate: Option<Rate>,
}

/// An origin: scheme, host, and a port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    is_https: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be like https://souk.example.com: http or https and a host, without a path")]
pub struct InvalidPublicUrl;

impl PublicUrl {
    /// As a browser writes it in `Origin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// Without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        let after_scheme = self.text.split_once("://").map_or(self.text.as_str(), |(_, rest)| rest);
        match after_scheme.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => after_scheme,
        }
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(s: &str) -> Result<Self, InvalidPublicUrl> {
        let s = s.trim().to_lowercase();
        let s = s.strip_suffix('/').unwrap_or(&s);
        let (scheme, authority) = s.split_once("://").ok_or(InvalidPublicUrl)?;
        let (is_https, default_port) = match scheme {
            "https" => (true, ":443"),
            "http" => (false, ":80"),
            _ => return Err(InvalidPublicUrl),
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        let plain = authority.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        if authority.is_empty() || !plain {
            return Err(InvalidPublicUrl);
        }
        Ok(Self { text: format!("{scheme}://{authority}"), is_https })
    }
}

impl HttpSettings {
    /// Whether browsers reach Souk over TLS only.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        match &self.public_url {
            Some(url) => url.is_https(),
            None => self.strict_transport,
        }
    }

    /// The defaults, on this address.
    #[must_use]
    pub fn on(bind: SocketAddr) -> Self {
        Self {
            bind,
            metrics_bind: None,
            workers: 2,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            public_url: None,
            brand: Brand::default(),
            scrape_token: None,
            strict_transport: false,
            head_limit: Duration::from_secs(10),
            request_limit: Duration::from_secs(30),
            drain_grace: Duration::from_secs(5),
            stop_limit: Duration::from_secs(5),
            streams: StreamSettings {
                comment_every: Duration::from_secs(15),
                look_every: Duration::from_secs(5),
                max_per_user: 10,
            },
            address_rate: NonZeroU32::new(60).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
            sign_in_rate: NonZeroU32::new(20).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
            user_rate: NonZeroU32::new(600).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
            create_rate: NonZeroU32::new(20).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_in_one_spelling() {
        for (text, origin, host) in [
            ("https://Souk.Example.com/", "https://souk.example.com", "souk.example.com"),
            ("https://souk.example.com:443", "https://souk.example.com", "souk.example.com"),
            ("http://localhost:5173", "http://localhost:5173", "localhost"),
            ("http://[::1]:80", "http://[::1]", "[::1]"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!((url.as_str(), url.host()), (origin, host));
        }
        for text in ["souk.example.com", "https://", "https://a/b", "ftp://a", "https://a?b", "https://u@a"] {
            assert_eq!(text.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{text}");
        }
    }
}
