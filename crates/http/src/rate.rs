//! How often one client may come. In each process by itself: it keeps floods from the database, which
//! holds the limits that count.
//!
//! Who is told what is left: each answer to a request that was counted carries `RateLimit-Policy` and `RateLimit` as in
//! draft-ietf-httpapi-ratelimit-headers-10, one item for each limit that counted it.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError, web};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use serde_json::Value;
use souk_domain::id::UserId;

use crate::address;
use crate::extract::{bearer, caller};
use crate::problem::Problem;
use crate::routes::dashboard;
use crate::settings::{HttpSettings, Rate};
use crate::state::State;

/// Clients whose rate has recovered are forgotten once in so many checks.
const FORGET_EVERY: usize = 1024;
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Asked by probes, which have no token and come often; and the dashboard's files, of which a page has many.
const UNCOUNTED: [&str; 3] = ["/api/v1/health/live", "/api/v1/health/ready", dashboard::PATTERN];

#[derive(Debug)]
pub struct Rates {
    /// Requests without a token that is good, by address.
    pub address: Limiter<IpAddr>,
    /// Attempts to sign in or register, by address.
    pub sign_in: Limiter<IpAddr>,
    /// Requests with a token, by user.
    pub user: Limiter<UserId>,
    /// Stores asked for, by user.
    pub create: Limiter<UserId>,
}

impl Rates {
    pub fn new(settings: &HttpSettings) -> Self {
        Self {
            address: Limiter::new("address", settings.address_rate),
            sign_in: Limiter::new("sign-in", settings.sign_in_rate),
            user: Limiter::new("user", settings.user_rate),
            create: Limiter::new("create", settings.create_rate),
        }
    }
}

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

#[derive(Debug)]
pub struct Limiter<K: Clone + Hash + Eq> {
    name: &'static str,
    keyed: Option<(Rate, Keyed<K>)>,
    checks: AtomicUsize,
}

/// Where a client stands with one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    name: &'static str,
    rate: Rate,
    remaining: u32,
    /// Until there is room again, where there is none; else until all of it is free.
    reset_s: u64,
}

impl<K: Clone + Hash + Eq> Limiter<K> {
    fn new(name: &'static str, rate: Option<Rate>) -> Self {
        let limiter = rate.and_then(|rate| {
            let quota = Quota::with_period(rate.period / rate.burst.get())?.allow_burst(rate.burst);
            Some((rate, RateLimiter::keyed(quota).with_middleware()))
        });
        Self { name, keyed: limiter, checks: AtomicUsize::new(0) }
    }

    /// Counts the request, and notes with it what is left for its client.
    pub fn check(&self, key: &K, req: &HttpRequest) -> Result<(), Problem> {
        let Some((standing, is_free)) = self.count(key) else { return Ok(()) };
        let mut extensions = req.extensions_mut();
        match extensions.get_mut::<Standings>() {
            Some(standings) => standings.0.push(standing),
            None => drop(extensions.insert(Standings(vec![standing]))),
        }
        if is_free { Ok(()) } else { Err(Problem::rate_limited(standing.reset_s)) }
    }

    /// `None` where there is no limit; else where the client stands, and whether it was let through.
    fn count(&self, key: &K) -> Option<(Standing, bool)> {
        let (rate, limiter) = self.keyed.as_ref()?;
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
        }
        let standing = |remaining, reset: Duration| Standing {
            name: self.name,
            rate: *rate,
            remaining,
            reset_s: reset.as_secs() + u64::from(reset.subsec_nanos() > 0),
        };
        Some(match limiter.check_key(key) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                let used = rate.burst.get().saturating_sub(remaining);
                (standing(remaining, rate.period / rate.burst.get() * used), true)
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                (standing(0, wait.max(Duration::from_secs(1))), false)
            }
        })
    }
}

/// What was counted of one request.
#[derive(Debug)]
struct Standings(Vec<Standing>);

/// Says in the answer what is left of each limit that counted its request.
pub fn tell(req: &HttpRequest, headers: &mut HeaderMap) {
    let extensions = req.extensions();
    let Some(Standings(standings)) = extensions.get::<Standings>() else { return };
    let list = |item: fn(&Standing) -> String| {
        HeaderValue::from_str(&standings.iter().map(item).collect::<Vec<_>>().join(", ")).ok()
    };
    let policy = list(|s| format!("\"{}\";q={};w={}", s.name, s.rate.burst, s.rate.period.as_secs()));
    let limit = list(|s| format!("\"{}\";r={};t={}", s.name, s.remaining, s.reset_s));
    if let (Some(policy), Some(limit)) = (policy, limit) {
        headers.insert(POLICY, policy);
        headers.insert(LIMIT, limit);
    }
}

/// The operations that take a token, by method and address, from the OpenAPI document.
#[derive(Debug)]
pub struct Closed(HashSet<(String, String)>);

impl Closed {
    /// `paths` is that part of the document.
    pub fn new(paths: &Value) -> Self {
        let items = paths.as_object().into_iter().flatten();
        let operations = items.flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        });
        let closed = operations.filter(|(_, _, operation)| {
            operation["security"].as_array().is_some_and(|security| !security.is_empty())
        });
        Self(closed.map(|(path, method, _)| (method.to_uppercase(), path.clone())).collect())
    }

    fn holds(&self, method: &Method, pattern: &str) -> bool {
        self.0.contains(&(method.as_str().to_owned(), pattern.to_owned()))
    }
}

/// Counts requests without a token by their address, whatever they ask for. One with a token is counted where the
/// token is looked at: by its user when it is good, by its address when it is not.
pub async fn count_strangers<B: MessageBody>(
    state: web::Data<State>,
    closed: web::Data<Closed>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let pattern = req.match_pattern().unwrap_or_default();
    let is_looked_at = closed.holds(req.method(), &pattern) && bearer(req.request()).is_some();
    if !is_looked_at
        && !UNCOUNTED.contains(&pattern.as_str())
        && let Err(problem) = check_address(req.request(), &state)
    {
        return Ok(req.into_response(problem.error_response()).map_into_right_body());
    }
    next.call(req).await.map(ServiceResponse::map_into_left_body)
}

/// Counts a request by where it comes from.
pub fn check_address(req: &HttpRequest, state: &State) -> Result<(), Problem> {
    match caller::ip(req, state) {
        Some(ip) => state.rates.address.check(&address::neighbourhood(ip), req),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    #[test]
    fn each_client_has_its_own_burst_and_is_told_what_is_left_of_it() {
        let rate = Rate { burst: NonZeroU32::new(2).unwrap(), period: Duration::from_hours(1) };
        let limiter = Limiter::new("any", Some(rate));
        let count =
            |key| limiter.count(key).map(|(standing, is_free)| (standing.remaining, is_free)).unwrap();
        assert_eq!([count(&1), count(&1), count(&1)], [(1, true), (0, true), (0, false)]);
        assert_eq!(count(&2), (1, true));
        let (refused, _) = limiter.count(&1).unwrap();
        assert!((1..=1800).contains(&refused.reset_s), "{refused:?}");
    }

    #[test]
    fn without_a_rate_nobody_is_counted() {
        assert_eq!(Limiter::new("any", None).count(&1), None);
    }
}
