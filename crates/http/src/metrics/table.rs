//! Every metric of Souk's own, in one table.
//!
//! What Prometheus is told of each (`# TYPE`, `# HELP`, buckets) and docs/metrics.md are made of it; what is recorded
//! anywhere is compared with it on a running Souk. Invariant: no label holds a tenant's id, an address or a raw path.

use std::fmt::Write as _;

/// Seconds: a request to the API.
const REQUEST_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Seconds: making a store, one step of it, or waiting for a permit. A step may take 600 s.
const WORK_BUCKETS: &[f64] =
    &[0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 450.0, 600.0];

/// One metric, as it is called everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub unit: Unit,
    pub labels: &'static [&'static str],
    pub process: Process,
    pub help: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Counter,
    Gauge,
    /// With the upper ends of its buckets.
    Histogram(&'static [f64]),
}

impl Kind {
    /// As Prometheus calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Of things that are counted.
    None,
    Seconds,
    Bytes,
}

impl Unit {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
        }
    }
}

/// Which processes know it. `souk serve` is both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    Api,
    Worker,
    /// Each of both, about itself.
    Each,
    /// Each of both, read from the database: the same everywhere.
    Database,
}

impl Process {
    const fn told(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Worker => "worker",
            Self::Each => "each, of itself",
            Self::Database => "each, the same",
        }
    }
}

/// What concerns security and an alert may be made of: counted from 0, so that a rate has where to start.
pub(super) const SECURITY_EVENTS: [&str; 9] = [
    "login_success",
    "login_failed",
    "login_rate_limited",
    "login_while_locked",
    "account_locked",
    "registration",
    "refresh_token_reused",
    "token_invalid",
    "token_expired",
];
pub(super) const REJECTIONS: [&str; 2] = ["queue_full", "queue_timeout"];

const fn metric(
    name: &'static str,
    kind: Kind,
    unit: Unit,
    labels: &'static [&'static str],
    process: Process,
    help: &'static str,
) -> Metric {
    Metric { name, kind, unit, labels, process, help }
}

/// All of them, as docs/metrics.md lists them.
pub const METRICS: &[Metric] = &[
    metric(
        "http_requests_total",
        Kind::Counter,
        Unit::None,
        &["method", "route", "status_code"],
        Process::Api,
        "Requests answered, by route pattern",
    ),
    metric(
        "http_request_duration_seconds",
        Kind::Histogram(REQUEST_BUCKETS),
        Unit::Seconds,
        &["method", "route"],
        Process::Api,
        "From the request to the head of the answer",
    ),
    metric(
        "stores_total",
        Kind::Gauge,
        Unit::None,
        &["state"],
        Process::Database,
        "Stores of all accounts, by state",
    ),
    metric(
        "store_provisioning_duration_seconds",
        Kind::Histogram(WORK_BUCKETS),
        Unit::Seconds,
        &["engine"],
        Process::Worker,
        "From the request for a store to its being ready, waiting included",
    ),
    metric(
        "store_provisioning_step_duration_seconds",
        Kind::Histogram(WORK_BUCKETS),
        Unit::Seconds,
        &["engine", "step"],
        Process::Worker,
        "One try of a provisioning's step that went well",
    ),
    metric(
        "store_provisioning_failures_total",
        Kind::Counter,
        Unit::None,
        &["engine", "step"],
        Process::Worker,
        "Provisionings that failed for good, by the step that did",
    ),
    metric(
        "active_provisioning_operations",
        Kind::Gauge,
        Unit::None,
        &[],
        Process::Database,
        "Provisionings that have begun and not ended, with a permit or waiting for their next try",
    ),
    metric(
        "provisioning_concurrent_operations",
        Kind::Gauge,
        Unit::None,
        &[],
        Process::Database,
        "Operations of any kind that hold a permit now, over all replicas",
    ),
    metric(
        "provisioning_queue_depth",
        Kind::Gauge,
        Unit::None,
        &[],
        Process::Database,
        "Provisionings that wait for their first permit",
    ),
    metric(
        "provisioning_queue_wait_seconds",
        Kind::Histogram(WORK_BUCKETS),
        Unit::Seconds,
        &[],
        Process::Worker,
        "From the request for a store to its first permit",
    ),
    metric(
        "provisioning_rejections_total",
        Kind::Counter,
        Unit::None,
        &["reason"],
        Process::Each,
        "Provisionings refused (`queue_full`, by the API) or given up (`queue_timeout`, by a worker)",
    ),
    metric(
        "dead_letter_operations",
        Kind::Gauge,
        Unit::None,
        &[],
        Process::Database,
        "Operations that were put aside because no worker survived them, and that nobody has asked for anew",
    ),
    metric(
        "cluster_breaker_open",
        Kind::Gauge,
        Unit::None,
        &["cluster"],
        Process::Database,
        "1 while the cluster does not answer and operations wait for it, else 0",
    ),
    metric(
        "reconcile_findings",
        Kind::Gauge,
        Unit::None,
        &["kind"],
        Process::Worker,
        "What the last look at the cluster found, by kind; the same on each worker",
    ),
    metric(
        "security_events_total",
        Kind::Counter,
        Unit::None,
        &["event_type"],
        Process::Api,
        "Sign-ins, lockouts, refusals and the like; the audit log has the story",
    ),
    metric(
        "database_pool_connections_in_use",
        Kind::Gauge,
        Unit::None,
        &["pool"],
        Process::Each,
        "Connections that work for somebody now, by pool (`api`, `worker`)",
    ),
    metric(
        "database_pool_connections_idle",
        Kind::Gauge,
        Unit::None,
        &["pool"],
        Process::Each,
        "Connections that are open and wait for work, by pool",
    ),
    metric(
        "database_pool_connections_max",
        Kind::Gauge,
        Unit::None,
        &["pool"],
        Process::Each,
        "Connections that the pool may open",
    ),
    metric(
        "database_size_bytes",
        Kind::Gauge,
        Unit::Bytes,
        &[],
        Process::Database,
        "What the database takes on the disk of its server",
    ),
    metric(
        "data_directory_size_bytes",
        Kind::Gauge,
        Unit::Bytes,
        &[],
        Process::Each,
        "The file system that holds `SOUK_DATA_DIR`",
    ),
    metric(
        "data_directory_free_bytes",
        Kind::Gauge,
        Unit::Bytes,
        &[],
        Process::Each,
        "What is left of it for Souk",
    ),
    metric(
        "process_uptime_seconds",
        Kind::Gauge,
        Unit::Seconds,
        &[],
        Process::Each,
        "Since this process started",
    ),
];

/// The metric that a series of this name belongs to; histograms have three kinds of series.
#[must_use]
pub fn of_series(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| match metric.kind {
        Kind::Counter | Kind::Gauge => metric.name == name,
        Kind::Histogram(_) => {
            let part = name.strip_prefix(metric.name);
            part.is_some_and(|part| ["_bucket", "_sum", "_count"].contains(&part))
        }
    })
}

/// The table of docs/metrics.md.
#[must_use]
pub fn markdown() -> String {
    let mut text =
        String::from("| name | type | unit | labels | process | meaning |\n|---|---|---|---|---|---|\n");
    for metric in METRICS {
        let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let (name, kind, unit) = (metric.name, metric.kind.as_str(), metric.unit.as_str());
        let (labels, process, help) = (labels.join(", "), metric.process.told(), metric.help);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| `{name}` | {kind} | {unit} | {labels} | {process} | {help} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_those_that_prometheus_wants() {
        let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len(), "one of them is there twice");
        for metric in METRICS {
            let name = metric.name;
            assert!(name.ends_with(metric.unit.as_str()), "{name} does not end with its unit");
            assert!(metric.kind != Kind::Counter || name.ends_with("_total"), "{name} is a counter");
            assert!(
                !metric.labels.iter().any(|label| label.ends_with("_id")),
                "{name} has an id for a label"
            );
        }
    }

    #[test]
    fn a_series_belongs_to_its_metric_and_a_histogram_has_no_series_of_its_own_name() {
        let name = |series| of_series(series).map(|metric| metric.name);
        assert_eq!(name("stores_total"), Some("stores_total"));
        let histogram = "http_request_duration_seconds";
        assert_eq!(name("http_request_duration_seconds_bucket"), Some(histogram));
        assert_eq!(name("http_request_duration_seconds_sum"), Some(histogram));
        assert_eq!(name(histogram), None);
        assert_eq!(name("stores_total_bucket"), None);
        assert_eq!(name("stores"), None);
    }
}
