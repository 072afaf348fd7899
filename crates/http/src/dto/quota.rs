//! What an account has and may have.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::quota::Quota;
use souk_domain::state::StoreState;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quota)]
pub struct QuotaBody {
    /// `free`, `standard` or `pro`: how large each store is.
    #[schema(example = "free")]
    plan: &'static str,
    stores: StoreQuotaBody,
    /// The pause between two creations; null where there is none.
    cooldown: Option<CooldownBody>,
    /// When that is over; null when it is, or there is none. Only another store than the last one makes it longer.
    next_creation_at: Option<DateTime<Utc>>,
    queue: QueueBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoreQuota)]
pub struct StoreQuotaBody {
    /// Those that count: they hold cluster resources, or soon will. Failed and deleted ones do not.
    #[schema(example = 2)]
    used: i64,
    /// With so many, `POST /stores` is 429 `store.limit`.
    #[schema(example = 5)]
    limit: u32,
    by_state: ByStateBody,
}

#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = StoresByState)]
pub struct ByStateBody {
    #[schema(example = 0)]
    requested: i64,
    #[schema(example = 1)]
    provisioning: i64,
    #[schema(example = 1)]
    ready: i64,
    #[schema(example = 0)]
    failed: i64,
    #[schema(example = 0)]
    deleting: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cooldown)]
pub struct CooldownBody {
    /// Rounded up; 0 when the next store may be asked for.
    #[schema(example = 12)]
    seconds_left: u64,
    /// The whole of it, in seconds.
    #[schema(example = 30)]
    of: u64,
}

/// Of all accounts together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
pub struct QueueBody {
    /// Stores that wait to be made.
    #[schema(example = 1)]
    depth: i64,
    /// How many may, beyond those that are being made.
    #[schema(example = 10)]
    max: usize,
    /// At this moment `POST /stores` is 503 `provisioning.queue_full`.
    #[schema(example = false)]
    full: bool,
}

/// Whoever waits so long is not told to wait again.
fn rounded_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl From<Quota> for QuotaBody {
    fn from(quota: Quota) -> Self {
        let mut by_state = ByStateBody::default();
        for (state, count) in quota.by_state {
            match state {
                StoreState::Requested => by_state.requested = count,
                StoreState::Provisioning => by_state.provisioning = count,
                StoreState::Ready => by_state.ready = count,
                StoreState::Failed => by_state.failed = count,
                StoreState::Deleting => by_state.deleting = count,
                StoreState::Deleted => {}
            }
        }
        let cooldown = quota.cooldown.map(|of| CooldownBody {
            seconds_left: quota.cooldown_left.map_or(0, rounded_up),
            of: of.as_secs(),
        });
        Self {
            plan: quota.plan.as_str(),
            stores: StoreQuotaBody { used: quota.used, limit: quota.limit, by_state },
            cooldown,
            next_creation_at: quota.next_creation_at,
            queue: QueueBody { depth: quota.queue_depth, max: quota.max_queue, full: quota.queue_full },
        }
    }
}
