//! How often one client may come. In each process by itself: it keeps floods from the database, which
//! holds the limits that count.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use souk_domain::id::UserId;

use crate::problem::Problem;
use crate::settings::{HttpSettings, Rate};

/// Clients whose rate has recovered are forgotten once in so many checks.
const FORGET_EVERY: usize = 1024;

#[derive(Debug)]
pub struct Rates {
    pub sign_in: Limiter<IpAddr>,
    pub user: Limiter<UserId>,
}

impl Rates {
    pub fn new(settings: &HttpSettings) -> Self {
        Self { sign_in: Limiter::new(settings.sign_in_rate), user: Limiter::new(settings.user_rate) }
    }
}

#[derive(Debug)]
pub struct Limiter<K: Clone + Hash + Eq> {
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    checks: AtomicUsize,
}

impl<K: Clone + Hash + Eq> Limiter<K> {
    fn new(rate: Option<Rate>) -> Self {
        let quota = rate.and_then(|rate| {
            Some(Quota::with_period(rate.period / rate.burst.get())?.allow_burst(rate.burst))
        });
        Self { limiter: quota.map(RateLimiter::keyed), checks: AtomicUsize::new(0) }
    }

    pub fn check(&self, key: &K) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Problem::rate_limited(wait.as_secs() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;
    use std::time::Duration;

    #[test]
    fn each_client_has_its_own_burst() {
        let burst = NonZeroU32::new(2).unwrap();
        let limiter = Limiter::new(Some(Rate { burst, period: Duration::from_hours(1) }));
        assert!(limiter.check(&1).is_ok() && limiter.check(&1).is_ok());
        assert!(limiter.check(&1).is_err());
        assert!(limiter.check(&2).is_ok());
    }
}
