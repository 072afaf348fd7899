//! Log lines: JSON for machines, pretty for people, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::LogFormat;
use crate::failure::Failure;

/// What others say of their own housekeeping; a filter that names them wins.
const QUIET: &str = "sqlx=warn,actix_server=warn,apalis=warn,apalis_core=warn,apalis_postgres=warn";

pub fn start(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
        LogFormat::Pretty => log.with_target(false).try_init(),
    }
}
