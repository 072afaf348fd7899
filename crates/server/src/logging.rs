//! Log lines: JSON for machines, pretty for people, on standard error.
//!
//! Invariant: a line names every span that it was written in, so a correlation id is on all lines of
//! its request or operation, however deep a library's own spans are nested in it.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::LogFormat;
use crate::failure::Failure;

/// What others say of their own housekeeping; a filter that names them wins.
const QUIET: &str = "sqlx=warn,actix_server=warn,apalis=warn,apalis_core=warn,apalis_postgres=warn";

/// Which lines are written, as `SOUK_LOG_LEVEL` says.
#[derive(Debug, Clone)]
pub struct LogFilter(String);

#[derive(Debug, thiserror::Error)]
#[error("give a level (error, warn, info, debug, trace), or a filter such as `souk_worker=debug,info`")]
pub struct BadFilter;

impl FromStr for LogFilter {
    type Err = BadFilter;

    fn from_str(s: &str) -> Result<Self, BadFilter> {
        let filter = format!("{QUIET},{s}");
        EnvFilter::try_new(&filter).map(|_| Self(filter)).map_err(|_| BadFilter)
    }
}

impl Default for LogFilter {
    fn default() -> Self {
        Self(format!("{QUIET},info"))
    }
}

pub fn start(filter: &LogFilter, format: LogFormat) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&filter.0)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Pretty => log.with_target(false).try_init(),
    }
}
