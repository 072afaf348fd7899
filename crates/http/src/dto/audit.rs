//! The audit log, as JSON and as CSV.

use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use souk_app::audit::{AuditPage, Filter, MAX_PAGE, SeenEntry};
use souk_domain::id::{AccountId, StoreId, UserId};
use utoipa::{IntoParams, ToSchema};

use super::event::PageLimit;
use super::moment::Moment;
use crate::extract::{Fields, Input};

const DEFAULT_PAGE: u32 = 50;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryBody {
    /// Grows from entry to entry, with gaps.
    #[schema(example = 1042)]
    id: i64,
    at: DateTime<Utc>,
    #[schema(example = "store_created")]
    event_type: String,
    /// Who did it; null where that is nobody who is known, or an operator.
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    actor_user_id: Option<String>,
    /// Their address as it is today.
    #[schema(example = "leyla@example.com")]
    actor_email: Option<String>,
    /// An operator did it.
    #[schema(example = false)]
    by_operator: bool,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: Option<String>,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: Option<String>,
    #[schema(example = "203.0.113.9")]
    ip: Option<String>,
    #[schema(example = "curl/8.14.1")]
    user_agent: Option<String>,
    /// On every log line of what did it.
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: Option<String>,
    #[schema(value_type = Object, example = json!({ "name": "leylas-lamps" }))]
    details: Value,
}

impl From<SeenEntry> for AuditEntryBody {
    fn from(seen: SeenEntry) -> Self {
        let entry = seen.entry;
        Self {
            id: entry.id,
            at: entry.at,
            event_type: entry.event_type,
            actor_user_id: entry.actor.map(|id| id.to_string()),
            actor_email: entry.actor_email,
            by_operator: seen.by_operator,
            account_id: entry.account.map(|id| id.to_string()),
            store_id: entry.store.map(|id| id.to_string()),
            ip: entry.ip.map(|ip| ip.to_string()),
            user_agent: entry.user_agent,
            correlation_id: entry.correlation_id,
            details: entry.details,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct AuditPageBody {
    items: Vec<AuditEntryBody>,
    /// Ask with `cursor` set to this for older entries; null on the last page.
    #[schema(example = "1042")]
    next_cursor: Option<String>,
}

impl From<AuditPage> for AuditPageBody {
    fn from(page: AuditPage) -> Self {
        Self {
            items: page.entries.into_iter().map(AuditEntryBody::from).collect(),
            next_cursor: page.next.map(|id| id.to_string()),
        }
    }
}

/// What stands in the first line of the CSV.
const COLUMNS: [&str; 12] = [
    "id",
    "at",
    "event_type",
    "actor_user_id",
    "actor_email",
    "by_operator",
    "account_id",
    "store_id",
    "ip",
    "user_agent",
    "correlation_id",
    "details",
];

/// RFC 4180, with a first line of names. No cell is a formula to a spreadsheet: much of it, the user agent for one,
/// was chosen by whoever was noted.
pub fn csv(page: AuditPage) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for seen in page.entries {
        let entry = AuditEntryBody::from(seen);
        let cells = [
            entry.id.to_string(),
            entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            entry.event_type,
            entry.actor_user_id.unwrap_or_default(),
            entry.actor_email.unwrap_or_default(),
            entry.by_operator.to_string(),
            entry.account_id.unwrap_or_default(),
            entry.store_id.unwrap_or_default(),
            entry.ip.unwrap_or_default(),
            entry.user_agent.unwrap_or_default(),
            entry.correlation_id.unwrap_or_default(),
            entry.details.to_string(),
        ];
        writer.write_record(cells.map(harmless))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A quote before what a spreadsheet would take for a formula (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct AuditQuery {
    /// Only entries of this kind.
    #[param(value_type = Option<String>, example = "login_failed")]
    event_type: Option<EventType>,
    /// Only what this user did.
    #[param(value_type = Option<String>)]
    actor: Option<UserId>,
    /// Only what concerns this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only what concerns this store.
    #[param(value_type = Option<String>)]
    store: Option<StoreId>,
    /// From this moment on, in the notation of RFC 3339.
    #[param(value_type = Option<String>, format = "date-time")]
    since: Option<Moment>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = "date-time")]
    until: Option<Moment>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<AuditCursor>,
    /// 50, when absent; as CSV 10000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    limit: Option<PageLimit<MAX_PAGE>>,
    /// `json` or `csv`; when absent, what `Accept` prefers.
    #[param(value_type = Option<String>, example = "csv")]
    format: Option<Format>,
}

/// The same, for what is one's own.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct OwnAuditQuery {
    /// Only entries of this kind.
    #[param(value_type = Option<String>, example = "credentials_viewed")]
    event_type: Option<EventType>,
    /// Only what concerns this store.
    #[param(value_type = Option<String>)]
    store: Option<StoreId>,
    /// From this moment on, in the notation of RFC 3339.
    #[param(value_type = Option<String>, format = "date-time")]
    since: Option<Moment>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = "date-time")]
    until: Option<Moment>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<AuditCursor>,
    /// 50, when absent; as CSV 10000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    limit: Option<PageLimit<MAX_PAGE>>,
    /// `json` or `csv`; when absent, what `Accept` prefers.
    #[param(value_type = Option<String>, example = "csv")]
    format: Option<Format>,
}

/// What both are read into.
#[derive(Debug)]
pub struct AuditWish {
    pub filter: Filter,
    limit: Option<u32>,
    pub format: Option<Format>,
}

impl AuditWish {
    pub fn limit(&self, format: Format) -> u32 {
        self.limit.unwrap_or(match format {
            Format::Json => DEFAULT_PAGE,
            Format::Csv => MAX_PAGE,
        })
    }
}

impl Input for AuditWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let event_type = fields.optional::<EventType>("event_type");
        let (actor, account, store) =
            (fields.optional("actor"), fields.optional("account"), fields.optional("store"));
        let (since, until) = (fields.optional::<Moment>("since"), fields.optional::<Moment>("until"));
        let (cursor, limit) =
            (fields.optional::<AuditCursor>("cursor"), fields.optional::<PageLimit<MAX_PAGE>>("limit"));
        let format = fields.optional("format");
        let filter = Filter {
            event_type: event_type?.map(|kind| kind.0),
            actor: actor?,
            account: account?,
            store: store?,
            since: since?.map(|moment| moment.0),
            until: until?.map(|moment| moment.0),
            before: cursor?.map(|cursor| cursor.0),
        };
        Some(Self { filter, limit: limit?.map(|limit| limit.0), format: format? })
    }
}

/// As [`AuditWish`]; whose entries they are is not to be asked.
#[derive(Debug)]
pub struct OwnAuditWish(pub AuditWish);

impl Input for OwnAuditWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mut wish = AuditWish::read(fields)?;
        // Nobody is to learn by trying which operator it was.
        (wish.filter.actor, wish.filter.account) = (None, None);
        Some(Self(wish))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
}

#[derive(Debug, thiserror::Error)]
#[error("must be `json` or `csv`")]
pub struct NotAFormat;

impl FromStr for Format {
    type Err = NotAFormat;

    fn from_str(s: &str) -> Result<Self, NotAFormat> {
        match s {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(NotAFormat),
        }
    }
}

/// Any word that could be one: which there are depends on the version that wrote them.
#[derive(Debug)]
struct EventType(String);

const MAX_EVENT_TYPE: usize = 64;

#[derive(Debug, thiserror::Error)]
#[error("must be small letters and `_`, like `login_failed`")]
struct NotAnEventType;

impl FromStr for EventType {
    type Err = NotAnEventType;

    fn from_str(s: &str) -> Result<Self, NotAnEventType> {
        let fits = (1..=MAX_EVENT_TYPE).contains(&s.len())
            && s.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if fits { Ok(Self(s.to_owned())) } else { Err(NotAnEventType) }
    }
}

#[derive(Debug)]
struct AuditCursor(i64);

#[derive(Debug, thiserror::Error)]
#[error("must be the `next_cursor` of the page before")]
struct NotACursor;

impl FromStr for AuditCursor {
    type Err = NotACursor;

    fn from_str(s: &str) -> Result<Self, NotACursor> {
        s.parse().ok().filter(|id| *id > 0).map(Self).ok_or(NotACursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        for plain in ["", "curl/8", "{\"a\":\"=1\"}", "a=b", "203.0.113.9"] {
            assert_eq!(harmless(plain.to_owned()), plain);
        }
    }
}
