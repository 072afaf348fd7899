//! What happened to a store.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use souk_app::Event;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Fields, Input};

/// Events of one page, at most.
pub const MAX_PAGE: u32 = 500;
const DEFAULT_PAGE: u32 = 100;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventBody {
    /// 1, 2, 3... without gaps, for each store.
    #[schema(example = 4)]
    pub seq: i64,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: String,
    #[schema(example = "op_01k0z3v8q4n5w6x7y8z9abcdef")]
    operation_id: Option<String>,
    /// Stable: `state_changed`, `operation_queued`, `step_started`, `step_succeeded`, `step_retrying`,
    /// `step_failed`, `step_undone`, `operation_succeeded`, `operation_failed`, `operation_cancelled`,
    /// `health_changed`, `left_over_removed`, `store_changed`.
    #[schema(example = "step_succeeded")]
    pub kind: String,
    /// For people.
    #[schema(example = "Step namespace done")]
    message: String,
    #[schema(value_type = Object, example = json!({ "step": "namespace", "seconds": 0.4 }))]
    data: Value,
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: Option<String>,
    at: DateTime<Utc>,
}

/// One event of a stream, as it comes.
#[derive(Debug, ToSchema)]
#[schema(as = EventFrame)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct EventFrameBody {
    /// Its number; what `Last-Event-ID` takes.
    #[schema(example = "4")]
    id: String,
    /// Its kind.
    #[schema(example = "step_succeeded")]
    event: String,
    /// An `Event`, as JSON on one line.
    data: String,
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq,
            store_id: event.store_id.to_string(),
            operation_id: event.operation_id.map(|id| id.to_string()),
            kind: event.kind,
            message: event.message,
            data: event.data,
            correlation_id: event.correlation_id,
            at: event.at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    pub items: Vec<EventBody>,
    /// Ask with `after` set to this for what comes next; null when this page was not full.
    #[schema(example = 100)]
    pub next_after: Option<i64>,
}

impl EventPage {
    pub fn new(events: Vec<Event>, limit: u32) -> Self {
        let is_full = events.len() >= limit as usize;
        let next_after = events.last().filter(|_| is_full).map(|event| event.seq);
        Self { items: events.into_iter().map(EventBody::from).collect(), next_after }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Only events after this number.
    #[param(value_type = Option<i64>, minimum = 0)]
    pub after: Seq,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, default = 100)]
    pub limit: PageLimit<MAX_PAGE>,
}

impl Input for EventQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (after, limit) = (fields.optional("after"), fields.optional("limit"));
        Some(Self { after: after?.unwrap_or(Seq(0)), limit: limit?.unwrap_or(PageLimit(DEFAULT_PAGE)) })
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountEventQuery {
    /// Only events after this number; when absent, only those that are still to come.
    #[param(value_type = Option<i64>, minimum = 0)]
    pub after: Option<Seq>,
}

impl Input for AccountEventQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { after: fields.optional("after")? })
    }
}

/// The number of an event; 0 stands before the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seq(pub i64);

#[derive(Debug)]
pub struct NotASeq;

impl fmt::Display for NotASeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be the number of an event: 0, 1, 2...")
    }
}

impl FromStr for Seq {
    type Err = NotASeq;

    fn from_str(s: &str) -> Result<Self, NotASeq> {
        s.parse().ok().filter(|seq| *seq >= 0).map(Self).ok_or(NotASeq)
    }
}

/// How many items a page may have, from 1 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit<const MAX: u32>(pub u32);

#[derive(Debug)]
pub struct NotALimit(u32);

impl fmt::Display for NotALimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be a number from 1 to {}", self.0)
    }
}

impl<const MAX: u32> FromStr for PageLimit<MAX> {
    type Err = NotALimit;

    fn from_str(s: &str) -> Result<Self, NotALimit> {
        s.parse().ok().filter(|limit| (1..=MAX).contains(limit)).map(Self).ok_or(NotALimit(MAX))
    }
}
