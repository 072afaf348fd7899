//! Log lines: JSON for machines, pretty for people, on standard error.
//!
//! Invariant: a line names every span that it was written in, so a correlation id is on all lines of
//! its request or operation, however deep a library's own spans are nested in it.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::config::LogFormat;
use crate::failure::Failure;
use crate::fresh::Fresh;
use crate::traces::Traces;

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

/// Lines to standard error, and spans to wherever they are sent. Which lines are written does not change what is sent.
pub fn start(filter: &LogFilter, format: LogFormat, traces: Option<&Traces>) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&filter.0)?;
    let log = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let log = match format {
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).boxed(),
        LogFormat::Pretty => log.with_target(false).boxed(),
    };
    let all =
        tracing_subscriber::registry().with(log.with_filter(Fresh(filter))).with(traces.map(Traces::layer));
    Ok(all.try_init()?)
}
