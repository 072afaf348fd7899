//! How the provisionings of the last days went.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::admin::{Bucket, EngineTimes, Provisioning, StepTimes};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Fields, Input};

const MAX_DAYS: u32 = 365;
const DEFAULT_DAYS: u32 = 30;

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProvisioningQuery {
    /// Only those that ended in so many days up to now.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 365, default = 30)]
    pub days: Days,
}

impl Input for ProvisioningQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { days: fields.optional("days")?.unwrap_or(Days(DEFAULT_DAYS)) })
    }
}

/// From 1 to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(pub u32);

#[derive(Debug)]
pub struct NotDays;

impl fmt::Display for NotDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be a number from 1 to {MAX_DAYS}")
    }
}

impl FromStr for Days {
    type Err = NotDays;

    fn from_str(s: &str) -> Result<Self, NotDays> {
        s.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days)).map(Self).ok_or(NotDays)
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provisioning)]
pub struct ProvisioningBody {
    /// Those that ended before are not counted.
    since: DateTime<Utc>,
    /// An engine of which none ended is not in it.
    engines: Vec<EngineTimesBody>,
    /// In the order of the steps.
    steps: Vec<StepTimesBody>,
}

/// From the request for a store to its being ready, waiting included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EngineTimes)]
pub struct EngineTimesBody {
    #[schema(example = "medusa")]
    engine: String,
    #[schema(example = 40)]
    ready: i64,
    #[schema(example = 2)]
    failed: i64,
    /// Of those that failed: the ones that no step failed, for they waited too long or lost their worker too often.
    #[schema(example = 1)]
    failed_without_step: i64,
    /// Of those that became ready; null when none did.
    #[schema(example = 61_200)]
    mean_ms: Option<i64>,
    /// No more than 5 % of them took longer.
    #[schema(example = 83_500)]
    p95_ms: Option<i64>,
    /// All of those that became ready, by how long it took.
    buckets: Vec<BucketBody>,
}

/// How many took less than `below_ms`, and not less than the bucket before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimeBucket)]
pub struct BucketBody {
    /// Null for the last one, which has no upper end.
    #[schema(example = 90_000)]
    below_ms: Option<i64>,
    #[schema(example = 31)]
    count: i64,
}

/// From its first try to its end, pauses between tries included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepTimes)]
pub struct StepTimesBody {
    #[schema(example = "medusa")]
    engine: String,
    #[schema(example = "rollout")]
    step: String,
    #[schema(example = 41)]
    done: i64,
    /// Provisionings that this step failed for good.
    #[schema(example = 1)]
    failed: i64,
    /// Of those that were done; null when none was.
    #[schema(example = 38_900)]
    mean_ms: Option<i64>,
    /// No more than 5 % of them took longer.
    #[schema(example = 52_000)]
    p95_ms: Option<i64>,
}

impl From<Provisioning> for ProvisioningBody {
    fn from(read: Provisioning) -> Self {
        Self {
            since: read.since,
            engines: read.engines.into_iter().map(EngineTimesBody::from).collect(),
            steps: read.steps.into_iter().map(StepTimesBody::from).collect(),
        }
    }
}

impl From<EngineTimes> for EngineTimesBody {
    fn from(times: EngineTimes) -> Self {
        Self {
            engine: times.engine,
            ready: times.ready,
            failed: times.failed,
            failed_without_step: times.failed_without_step,
            mean_ms: times.mean_ms,
            p95_ms: times.p95_ms,
            buckets: times.buckets.into_iter().map(BucketBody::from).collect(),
        }
    }
}

impl From<Bucket> for BucketBody {
    fn from(bucket: Bucket) -> Self {
        Self { below_ms: bucket.below_ms, count: bucket.count }
    }
}

impl From<StepTimes> for StepTimesBody {
    fn from(times: StepTimes) -> Self {
        Self {
            engine: times.engine,
            step: times.step,
            done: times.done,
            failed: times.failed,
            mean_ms: times.mean_ms,
            p95_ms: times.p95_ms,
        }
    }
}
