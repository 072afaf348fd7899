//! What a store's programs write.

use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use souk_app::logs::{LogLine, LogQuery, MAX_TAIL};
use utoipa::{IntoParams, ToSchema};

use super::moment::Moment;
use crate::extract::{Fields, Input};

const DEFAULT_TAIL: u32 = 200;
/// Of a name in Kubernetes.
const MAX_NAME: usize = 63;

/// One line of the answer; each is an object of its own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogLine)]
pub struct LogLineBody {
    /// When the node took it; null where it did not say.
    time: Option<DateTime<Utc>>,
    #[schema(example = "medusa-5c9d7f6b8-x2x7q")]
    pod: String,
    #[schema(example = "medusa")]
    container: String,
    /// At most 8 KiB; the store's secrets are struck out.
    #[schema(example = "Server is ready on port: 9000")]
    text: String,
}

impl From<LogLine> for LogLineBody {
    fn from(line: LogLine) -> Self {
        let LogLine { time, pod, container, text } = line;
        Self { time, pod, container, text }
    }
}

impl LogLineBody {
    pub fn write(self, format: LogFormat) -> Result<String, serde_json::Error> {
        match format {
            LogFormat::Json => Ok(serde_json::to_string(&self)? + "\n"),
            LogFormat::Text => {
                let mut line = String::new();
                let time = self.time.map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true));
                // Nothing goes wrong where a text is written to.
                let _ = writeln!(line, "{} {} {}", time.as_deref().unwrap_or("-"), self.container, self.text);
                Ok(line)
            }
        }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct PodLogQuery {
    /// Whether to go on with what is written from now on.
    #[param(value_type = Option<bool>, default = false)]
    follow: Switch,
    /// The last so many lines of each container.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 2000, default = 200)]
    tail: Tail,
    /// Only those of one container.
    #[param(value_type = Option<String>, min_length = 1, max_length = 63, pattern = "^[a-z0-9-]+$", example = "medusa")]
    container: Option<ContainerName>,
    /// Only what was written after it.
    #[param(value_type = Option<String>, format = "date-time", example = "2026-11-24T13:00:00Z")]
    since: Option<Moment>,
    /// `json`: an object on each line; `text`: time, container and text.
    #[param(value_type = Option<String>, pattern = "^(json|text)$", default = "json")]
    format: LogFormat,
}

/// What it asks for, and how it wants to be told.
#[derive(Debug)]
pub struct PodLogWish {
    pub query: LogQuery,
    pub format: LogFormat,
}

impl Input for PodLogWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (follow, tail) = (fields.optional::<Switch>("follow"), fields.optional::<Tail>("tail"));
        let (container, since) =
            (fields.optional::<ContainerName>("container"), fields.optional::<Moment>("since"));
        let format = fields.optional("format");
        let query = LogQuery {
            container: container?.map(|name| name.0),
            tail: tail?.map_or(DEFAULT_TAIL, |tail| tail.0),
            since: since?.map(|moment| moment.0),
            follow: follow?.is_some_and(|switch| switch.0),
        };
        Some(Self { query, format: format?.unwrap_or(LogFormat::Json) })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl LogFormat {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/x-ndjson",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("must be `json` or `text`")]
pub struct NotAFormat;

impl FromStr for LogFormat {
    type Err = NotAFormat;

    fn from_str(s: &str) -> Result<Self, NotAFormat> {
        match s {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(NotAFormat),
        }
    }
}

/// `?follow` alone says yes.
#[derive(Debug)]
struct Switch(bool);

#[derive(Debug, thiserror::Error)]
#[error("must be `true` or `false`")]
struct NotASwitch;

impl FromStr for Switch {
    type Err = NotASwitch;

    fn from_str(s: &str) -> Result<Self, NotASwitch> {
        match s {
            "" | "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(NotASwitch),
        }
    }
}

#[derive(Debug)]
struct Tail(u32);

#[derive(Debug, thiserror::Error)]
#[error("must be a number from 0 to {MAX_TAIL}")]
struct NotATail;

impl FromStr for Tail {
    type Err = NotATail;

    fn from_str(s: &str) -> Result<Self, NotATail> {
        s.parse().ok().filter(|lines| *lines <= MAX_TAIL).map(Self).ok_or(NotATail)
    }
}

#[derive(Debug)]
struct ContainerName(String);

#[derive(Debug, thiserror::Error)]
#[error("must be the name of a container: 1 to {MAX_NAME} of a-z, 0-9 and -")]
struct NotAContainer;

impl FromStr for ContainerName {
    type Err = NotAContainer;

    fn from_str(s: &str) -> Result<Self, NotAContainer> {
        let fits = (1..=MAX_NAME).contains(&s.len())
            && s.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if fits { Ok(Self(s.to_owned())) } else { Err(NotAContainer) }
    }
}
