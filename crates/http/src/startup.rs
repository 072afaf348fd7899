//! From settings to a running server, and back again.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::guard::fn_guard;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, HttpServer, web};
use souk_app::App;
use souk_app::gauges::GaugeSource;
use tokio::task::JoinHandle;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::draining::Draining;
use crate::extract::{IDEMPOTENCY_KEY, PREFER, PREFERENCE_APPLIED};
use crate::metrics::{self, Metrics};
use crate::observe::observe;
use crate::rate::{self, Closed, Rates};
use crate::routes::unmatched::{Addresses, unmatched};
use crate::routes::{self, dashboard, docs};
use crate::settings::HttpSettings;
use crate::state::{State, Streams};
use crate::{correlation, openapi};

const DOCUMENT: &str = "/api/openapi.json";
/// How long a browser may remember what it may send here.
const CORS_MAX_AGE_S: usize = 600;

/// A server that has its port and does not answer yet.
pub struct Server {
    settings: HttpSettings,
    draining: Draining,
    listeners: Vec<(actix_web::dev::Server, SocketAddr)>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address()).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("{address} cannot be listened on")]
    Bind { address: SocketAddr, source: io::Error },
    #[error("the metrics recorder cannot be set up")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error("the OpenAPI document cannot be written")]
    Document(#[from] serde_json::Error),
}

impl Server {
    /// Port 0 takes a free one. Must be called, as `start`, in a Tokio runtime.
    pub fn bind(settings: HttpSettings, app: Arc<App>, draining: Draining) -> Result<Self, BindError> {
        let document = openapi::document();
        let paths = serde_json::to_value(&document.paths)?;
        let (addresses, closed) =
            (web::Data::new(Addresses::new(&paths)), web::Data::new(Closed::new(&paths)));
        let document = web::Data::new(docs::Document::write(&document)?);
        let metrics = metrics::install()?;
        let state = web::Data::new(State {
            app: Arc::clone(&app),
            settings: settings.clone(),
            draining: draining.clone(),
            rates: Rates::new(&settings),
            metrics: metrics.clone(),
            streams: Arc::new(Streams::default()),
        });
        let origins = settings.cors_origins.clone();
        let make = move || {
            let ui = SwaggerUi::new("/api/docs/{_:.*}")
                .config(Config::new([DOCUMENT]).persist_authorization(true).try_it_out_enabled(true));
            let (app, _) =
                actix_web::App::new().into_utoipa_app().configure(routes::configure).split_for_parts();
            app.app_data(state.clone())
                .app_data(addresses.clone())
                .app_data(closed.clone())
                .app_data(document.clone())
                .route(DOCUMENT, web::get().to(docs::document))
                .route("/api/docs", web::get().to(docs::to_docs))
                .service(ui)
                .service(
                    web::resource(dashboard::PATTERN)
                        .guard(fn_guard(|asked| !dashboard::is_api(asked.head().uri.path())))
                        .to(dashboard::dashboard),
                )
                .default_service(web::to(unmatched))
                .wrap(from_fn(rate::count_strangers))
                .wrap(cors(&origins))
                .wrap(from_fn(observe))
        };
        let server = HttpServer::new(make)
            .workers(settings.workers)
            .disable_signals()
            .client_request_timeout(settings.head_limit)
            // Who has closed a stream must not hold its place until the next comment goes nowhere.
            .h1_allow_half_closed(false)
            .shutdown_timeout(settings.stop_limit.as_secs());
        let (listener, bound) = listen(settings.bind)?;
        let server = server.listen(listener).map_err(|source| BindError::Bind { address: bound, source })?;
        let mut listeners = vec![(server.run(), bound)];
        if let Some(address) = settings.metrics_bind {
            listeners.push(metrics_listener(address, metrics, app)?);
        }
        Ok(Self { settings, draining, listeners })
    }

    /// Where the API answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listeners[0].1
    }

    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.listeners.get(1).map(|(_, address)| *address)
    }

    #[must_use]
    pub fn start(self) -> RunningServer {
        let (address, metrics_address) = (self.address(), self.metrics_address());
        let running = self.listeners.into_iter().map(|(server, _)| spawn(server)).collect();
        RunningServer {
            address,
            metrics_address,
            running,
            draining: self.draining,
            grace: self.settings.drain_grace,
            limit: self.settings.stop_limit,
        }
    }
}

/// Answers until it is stopped.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    running: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
    draining: Draining,
    grace: Duration,
    limit: Duration,
}

impl RunningServer {
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    #[must_use]
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    #[must_use]
    pub fn draining(&self) -> Draining {
        self.draining.clone()
    }

    /// Refuses new requests for the grace period, then lets those in flight end. Takes the grace
    /// period and the stop limit at most.
    pub async fn stop(self) {
        self.draining.begin();
        tokio::time::sleep(self.grace).await;
        for (handle, task) in self.running {
            stop(handle, task, self.limit).await;
        }
    }
}

/// The metrics of a process that has no API.
#[derive(Debug)]
pub struct MetricsServer {
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

impl MetricsServer {
    pub fn start(address: SocketAddr, source: Arc<dyn GaugeSource>) -> Result<Self, BindError> {
        let (server, _) = metrics_listener(address, metrics::install()?, source)?;
        let (handle, task) = spawn(server);
        Ok(Self { handle, task })
    }

    pub async fn stop(self) {
        stop(self.handle, self.task, Duration::from_secs(1)).await;
    }
}

fn spawn(server: actix_web::dev::Server) -> (ServerHandle, JoinHandle<io::Result<()>>) {
    let handle = server.handle();
    (handle, tokio::spawn(server))
}

async fn stop(handle: ServerHandle, task: JoinHandle<io::Result<()>>, limit: Duration) {
    let stopped = async {
        handle.stop(true).await;
        match task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "a listener ended with an error"),
            Err(error) => tracing::error!(%error, "a listener's task failed"),
        }
    };
    // actix counts whole seconds; one more lets its own limit be the one that counts.
    if tokio::time::timeout(limit + Duration::from_secs(1), stopped).await.is_err() {
        tracing::warn!("requests were still in flight; they are cut off");
    }
}

fn metrics_listener(
    address: SocketAddr,
    metrics: Metrics,
    source: Arc<dyn GaugeSource>,
) -> Result<(actix_web::dev::Server, SocketAddr), BindError> {
    let make = move || {
        let (metrics, source) = (metrics.clone(), Arc::clone(&source));
        let page = move || {
            let (metrics, source) = (metrics.clone(), Arc::clone(&source));
            async move {
                let text = metrics.render(&*source).await;
                HttpResponse::Ok().content_type(routes::METRICS_CONTENT_TYPE).body(text)
            }
        };
        actix_web::App::new().route("/metrics", web::get().to(page))
    };
    let (listener, bound) = listen(address)?;
    let server = HttpServer::new(make).workers(1).disable_signals().shutdown_timeout(1);
    let server = server.listen(listener).map_err(|source| BindError::Bind { address, source })?;
    Ok((server.run(), bound))
}

/// Takes the port, so that two servers on one address are an error now and not later.
fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), BindError> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    });
    bound.map_err(|source| BindError::Bind { address, source })
}

fn cors(origins: &[String]) -> Cors {
    let allowed = Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, correlation::HEADER])
        .allowed_header("last-event-id")
        .allowed_header(IDEMPOTENCY_KEY)
        .allowed_header(PREFER)
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            rate::POLICY,
            rate::LIMIT,
            correlation::HEADER,
            routes::stores::REPLAYED,
            PREFERENCE_APPLIED,
        ])
        .max_age(CORS_MAX_AGE_S);
    origins.iter().fold(allowed, |cors, origin| cors.allowed_origin(origin))
}
