//! Sends spans to a collector by OTLP, in batches.
//!
//! Invariant: whoever works is never held up by it. Spans wait in a queue that has an end; a thread of its own sends them;
//! what cannot be sent is lost, and said now and then. Only spans of Souk's own crates are sent, with the fields that they
//! name, and no log line.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Level, Metadata};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::config::OtlpEndpoint;
use crate::failure::Failure;
use crate::fresh::Fresh;

/// Spans that wait; more are dropped.
const MAX_QUEUE: usize = 2048;
const MAX_BATCH: usize = 512;
/// A batch that is not full is sent after this.
const SEND_EVERY: Duration = Duration::from_secs(2);
/// One batch, from the connection to the answer.
const SEND_LIMIT: Duration = Duration::from_secs(5);
/// What is left when Souk stops gets so long.
const FLUSH_LIMIT: Duration = Duration::from_secs(2);
/// While the collector is away, a line about it is logged this often.
const REMIND_EVERY: Duration = Duration::from_mins(5);
/// How Souk is called among the services of a collector.
const SERVICE: &str = "souk";

/// The way to the collector.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Must be called in a Tokio runtime, which must outlive it.
    pub fn start(endpoint: &OtlpEndpoint) -> Result<Self, Failure> {
        // Its proxies and redirects are the collector's to do without: spans go to the address that was given.
        let client = reqwest::Client::builder()
            .timeout(SEND_LIMIT)
            .connect_timeout(SEND_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let sender = Sender {
            client,
            url: endpoint.url().clone(),
            runtime: Handle::current(),
            away: Mutex::default(),
        };
        // The sender knows where to; what stands here would be taken from the environment otherwise.
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sender)
            .with_endpoint("http://collector/v1/traces")
            .with_timeout(SEND_LIMIT)
            .build()?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MAX_QUEUE)
            .with_max_export_batch_size(MAX_BATCH)
            .with_scheduled_delay(SEND_EVERY)
            .build();
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty().with_service_name(SERVICE).with_attribute(version).build();
        let provider =
            SdkTracerProvider::builder().with_span_processor(processor).with_resource(resource).build();
        Ok(Self { provider })
    }

    /// Takes the spans of Souk's own crates.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Fresh(filter_fn(is_ours)))
    }

    /// Sends what is left, within a limit. Nothing is sent after that.
    pub async fn flush(self) {
        // It waits for the thread that sends, which waits for this runtime.
        let flushed =
            tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(FLUSH_LIMIT)).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::warn!("the last spans could not be sent");
        }
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("souk") && *metadata.level() <= Level::INFO
}

/// Since when the collector does not answer, and what was said of it.
#[derive(Debug, Default)]
struct Away {
    lost_batches: u64,
    said: Option<Instant>,
}

/// Posts batches; the thread of the batches has no runtime, so the process's own does it.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    url: Url,
    runtime: Handle,
    away: Mutex<Away>,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let post = self.client.post(self.url.clone()).headers(parts.headers).body(body);
        let sent = self.runtime.spawn(async move { post.send().await?.error_for_status() }).await;
        let result = match sent {
            Ok(Ok(answer)) => Ok(answer.status()),
            // The address may hold a password.
            Ok(Err(error)) => Err(HttpError::from(error.without_url())),
            Err(stopped) => Err(stopped.into()),
        };
        self.note(result.as_ref().err());
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = result?;
        Ok(response)
    }
}

impl Sender {
    fn note(&self, error: Option<&HttpError>) {
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(error) = error else {
            if away.lost_batches > 0 {
                tracing::info!(lost_batches = away.lost_batches, "the collector takes spans again");
            }
            *away = Away::default();
            return;
        };
        away.lost_batches += 1;
        if away.said.is_none_or(|said| said.elapsed() >= REMIND_EVERY) {
            let cause = error.source().map(ToString::to_string);
            tracing::warn!(%error, cause, lost_batches = away.lost_batches, "spans cannot be sent to SOUK_OTLP_ENDPOINT");
            away.said = Some(Instant::now());
        }
    }
}
