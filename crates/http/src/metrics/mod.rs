//! What Prometheus reads.
//!
//! One recorder in a process, whoever installs it first; what there is to record is in [`table`]. Gauges that come from
//! the database are read when the page is asked for, here and nowhere else, so they say what the database says, and the
//! same on each replica: use `max by`. What only the process itself knows (its pools, its disk) is told by probes.

pub mod page;
pub mod table;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use souk_app::gauges::{GaugeSource, Gauges};
use souk_domain::state::StoreState;

use table::Kind;

static INSTALLED: OnceLock<Metrics> = OnceLock::new();

/// Sets the gauges that it knows of.
pub type Probe = Box<dyn Fn() + Send + Sync>;

/// The process's recorder.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
    started: Instant,
    probes: Arc<Mutex<Vec<Probe>>>,
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
    let mut builder = PrometheusBuilder::new();
    for metric in table::METRICS {
        if let Kind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    let recorder = builder.build_recorder();
    let metrics = Metrics { handle: recorder.handle(), started: Instant::now(), probes: Arc::default() };
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
    /// Asks `probe` before each page.
    pub fn add_probe(&self, probe: Probe) {
        self.probes.lock().unwrap_or_else(PoisonError::into_inner).push(probe);
    }

    /// The page that Prometheus reads, with what only the database knows, if it answers.
    pub async fn render(&self, source: &dyn GaugeSource) -> String {
        metrics::gauge!("process_uptime_seconds").set(self.started.elapsed().as_secs_f64());
        match source.gauges().await {
            Ok(gauges) => set(&gauges),
            // Better an old number than none: whether the database is there, `/health` says.
            Err(error) => tracing::warn!(%error, "the gauges could not be read"),
        }
        self.probes.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|probe| probe());
        self.handle.run_upkeep();
        self.handle.render()
    }
}

#[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52 stores, operations and bytes")]
fn set(gauges: &Gauges) {
    metrics::gauge!("provisioning_concurrent_operations").set(gauges.load.active as f64);
    metrics::gauge!("active_provisioning_operations").set(gauges.load.provisioning as f64);
    metrics::gauge!("provisioning_queue_depth").set(gauges.load.queued as f64);
    metrics::gauge!("dead_letter_operations").set(gauges.dead_letters as f64);
    metrics::gauge!("database_size_bytes").set(gauges.database_bytes as f64);
    for (cluster, is_open) in &gauges.breakers {
        metrics::gauge!("cluster_breaker_open", "cluster" => cluster.clone())
            .set(f64::from(u8::from(*is_open)));
    }
    for state in StoreState::ALL {
        let count = gauges.stores.iter().find(|(of, _)| of == state).map_or(0, |(_, count)| *count);
        metrics::gauge!("stores_total", "state" => state.as_str()).set(count as f64);
    }
}

fn describe() {
    for metric in table::METRICS {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram(_) => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
    // Counters that have not counted yet are there with 0, so that a rate has where to start.
    for reason in table::REJECTIONS {
        metrics::counter!("provisioning_rejections_total", "reason" => reason).increment(0);
    }
    for event in table::SECURITY_EVENTS {
        metrics::counter!("security_events_total", "event_type" => event).increment(0);
    }
}
