//! A moment, as a query names it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

#[derive(Debug)]
pub struct Moment(pub DateTime<Utc>);

#[derive(Debug)]
pub struct NotAMoment;

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "must be a time in the notation of RFC 3339, like 2026-11-24T13:00:00Z; in an address, + is %2B",
        )
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(s: &str) -> Result<Self, NotAMoment> {
        DateTime::parse_from_rfc3339(s).map(|moment| Self(moment.to_utc())).map_err(|_| NotAMoment)
    }
}
