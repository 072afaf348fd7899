//! What Prometheus reads.
//!
//! One recorder in a process, whoever installs it first. Invariant: no label holds a tenant's id, an
//! address or a raw path. Gauges that come from the database are read when the page is asked for, here
//! and nowhere else, so they say what the database says, and the same on each replica: use `max by`.

use std::sync::OnceLock;
use std::time::Instant;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use souk_app::gauges::{GaugeSource, Gauges};
use souk_domain::state::StoreState;

/// Seconds: a request to the API.
const REQUEST_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Seconds: making a store, one step of it, or waiting for a permit.
const WORK_BUCKETS: &[f64] =
    &[0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 300.0, 600.0];

static INSTALLED: OnceLock<Metrics> = OnceLock::new();

/// The process's recorder.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
    started: Instant,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Installs the recorder, or finds the one that is installed.
pub fn install() -> Result<Metrics, BuildError> {
    if let Some(metrics) = INSTALLED.get() {
        return Ok(metrics.clone());
    }
    let ends_with = |suffix: &str| Matcher::Suffix(suffix.to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(ends_with("http_request_duration_seconds"), REQUEST_BUCKETS)?
        .set_buckets_for_metric(ends_with("step_duration_seconds"), WORK_BUCKETS)?
        .set_buckets_for_metric(ends_with("provisioning_duration_seconds"), WORK_BUCKETS)?
        .set_buckets_for_metric(ends_with("queue_wait_seconds"), WORK_BUCKETS)?
        .build_recorder();
    let metrics = Metrics { handle: recorder.handle(), started: Instant::now() };
    // Of two that come at once, the one whose recorder was set keeps its handle.
    let metrics = INSTALLED.get_or_init(|| {
        // Another recorder was set by somebody else: then ours stays empty, and that shows.
        let _ = metrics::set_global_recorder(recorder);
        metrics
    });
    describe();
    Ok(metrics.clone())
}

impl Metrics {
    /// The page that Prometheus reads, with what only the database knows, if it answers.
    pub async fn render(&self, source: &dyn GaugeSource) -> String {
        metrics::gauge!("process_uptime_seconds").set(self.started.elapsed().as_secs_f64());
        match source.gauges().await {
            Ok(gauges) => set(&gauges),
            // Better an old number than none: whether the database is there, `/health` says.
            Err(error) => tracing::warn!(%error, "the gauges could not be read"),
        }
        self.handle.run_upkeep();
        self.handle.render()
    }
}

#[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52 stores and operations")]
fn set(gauges: &Gauges) {
    metrics::gauge!("provisioning_concurrent_operations").set(gauges.load.active as f64);
    metrics::gauge!("active_provisioning_operations").set(gauges.load.provisioning as f64);
    metrics::gauge!("provisioning_queue_depth").set(gauges.load.queued as f64);
    for state in StoreState::ALL {
        let count = gauges.stores.iter().find(|(of, _)| of == state).map_or(0, |(_, count)| *count);
        metrics::gauge!("stores_total", "state" => state.as_str()).set(count as f64);
    }
}

fn describe() {
    metrics::describe_counter!("http_requests_total", "Requests answered, by route pattern");
    metrics::describe_histogram!(
        "http_request_duration_seconds",
        "From the request to the head of the answer"
    );
    metrics::describe_counter!(
        "provisioning_rejections_total",
        "Provisionings refused or given up, by reason"
    );
    metrics::describe_counter!("security_events_total", "Sign-ins, refusals and the like");
    metrics::describe_gauge!(
        "provisioning_concurrent_operations",
        "Operations of any kind that hold a permit now, over all replicas"
    );
    metrics::describe_gauge!(
        "active_provisioning_operations",
        "Provisionings that have begun and not ended, with a permit or waiting for their next try"
    );
    metrics::describe_gauge!("provisioning_queue_depth", "Provisionings that wait for their first permit");
    metrics::describe_gauge!("stores_total", "Stores of all accounts, by state");
    metrics::describe_gauge!(
        "reconcile_findings",
        "What the last look at the cluster found, by kind; the same on each replica"
    );
    metrics::describe_gauge!("process_uptime_seconds", "Since this process started");
    // Counters that have not counted yet are there with 0, so that a rate has where to start.
    for reason in ["queue_full", "queue_timeout"] {
        metrics::counter!("provisioning_rejections_total", "reason" => reason).increment(0);
    }
    for event in ["login_success", "login_failed", "registration", "token_invalid", "token_expired"] {
        metrics::counter!("security_events_total", "event_type" => event).increment(0);
    }
}
