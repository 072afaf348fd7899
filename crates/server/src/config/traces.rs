//! Where spans are sent, if anywhere.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// What a collector adds to its address for spans over HTTP.
const PATH: &str = "v1/traces";

/// The address that takes spans. May hold a password: it is never shown.
#[derive(Clone)]
pub struct OtlpEndpoint(Url);

impl OtlpEndpoint {
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for OtlpEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpEndpoint").finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("must be like http://127.0.0.1:4318: http or https and a host")]
pub struct InvalidEndpoint;

impl FromStr for OtlpEndpoint {
    type Err = InvalidEndpoint;

    fn from_str(s: &str) -> Result<Self, InvalidEndpoint> {
        let url = Url::parse(s).map_err(|_| InvalidEndpoint)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() {
            return Err(InvalidEndpoint);
        }
        let base = format!("{}/{PATH}", url.as_str().trim_end_matches('/'));
        Url::parse(&base).map(Self).map_err(|_| InvalidEndpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_below_the_address_of_the_collector() {
        for (text, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://otel.example.com/tenant/", "https://otel.example.com/tenant/v1/traces"),
        ] {
            assert_eq!(text.parse::<OtlpEndpoint>().unwrap().url().as_str(), expected);
        }
        for text in ["127.0.0.1:4318", "grpc://a:4317", "http://", "http://a?b=c", ""] {
            assert!(text.parse::<OtlpEndpoint>().is_err(), "{text}");
        }
    }
}
