//! The settings of the HTTP server, and the limits that are not settings.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

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
    /// Opens `/api/v1/metrics` without an admin.
    pub scrape_token: Option<SecretString>,
    /// Browsers shall use TLS only: for an API that is served behind TLS.
    pub strict_transport: bool,
    /// From the request to the head of the answer.
    pub request_limit: Duration,
    /// Between "not ready any more" and the end of the listener: time for balancers to notice.
    pub drain_grace: Duration,
    /// How long requests in flight may take to end after that.
    pub stop_limit: Duration,
    pub streams: StreamSettings,
    /// Attempts to sign in or register, by address; `None` for no limit.
    pub sign_in_rate: Option<Rate>,
    /// All other requests, by user; `None` for no limit.
    pub user_rate: Option<Rate>,
}

impl HttpSettings {
    /// The defaults, on this address.
    #[must_use]
    pub fn on(bind: SocketAddr) -> Self {
        Self {
            bind,
            metrics_bind: None,
            workers: 2,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            scrape_token: None,
            strict_transport: false,
            request_limit: Duration::from_secs(30),
            drain_grace: Duration::from_secs(5),
            stop_limit: Duration::from_secs(5),
            streams: StreamSettings {
                comment_every: Duration::from_secs(15),
                look_every: Duration::from_secs(5),
                max_per_user: 10,
            },
            sign_in_rate: NonZeroU32::new(20).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
            user_rate: NonZeroU32::new(600).map(|burst| Rate { burst, period: Duration::from_mins(1) }),
        }
    }
}
