//! What the routes share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use souk_app::App;
use souk_domain::id::UserId;

use crate::draining::Draining;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::rate::Rates;
use crate::settings::HttpSettings;

#[derive(Debug)]
pub struct State {
    pub app: Arc<App>,
    pub settings: HttpSettings,
    pub draining: Draining,
    pub rates: Rates,
    pub metrics: Metrics,
    pub streams: Arc<Streams>,
}

/// How many streams each user has open.
#[derive(Debug, Default)]
pub struct Streams(Mutex<HashMap<UserId, usize>>);

/// One open stream. Dropped, it makes room for another.
#[derive(Debug)]
pub struct StreamSlot {
    streams: Arc<Streams>,
    user: UserId,
}

impl Streams {
    pub fn open(self: &Arc<Self>, user: UserId, max: usize) -> Result<StreamSlot, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        if *count >= max {
            return Err(Problem::too_many_streams(max));
        }
        *count += 1;
        Ok(StreamSlot { streams: Arc::clone(self), user })
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::entropy::Entropy;

    #[test]
    fn a_closed_stream_makes_room_for_another() {
        let streams = Arc::new(Streams::default());
        let user = UserId::generate(chrono::DateTime::UNIX_EPOCH, &Entropy::seeded(1));
        let first = streams.open(user, 1).unwrap();
        assert!(streams.open(user, 1).is_err());
        drop(first);
        assert!(streams.open(user, 1).is_ok());
    }
}
