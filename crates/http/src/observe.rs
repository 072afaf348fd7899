//! The outermost layer: correlation, limits, the log line and the metrics of each request.
//!
//! Invariant: every request is logged once, when it ends, with its correlation id, its route pattern
//! (never the raw path, which holds ids) and, where the fault is ours, what stands behind it. One whose client
//! goes before the answer ends there, and is logged as that.

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use tracing::Instrument;

use crate::problem::Problem;
use crate::state::State;
use crate::{correlation, headers, rate};

/// Answers while stopping: whether the process lives, and that it is not ready.
const ANSWERED_WHILE_STOPPING: [&str; 2] = ["/api/v1/health/live", "/api/v1/health/ready"];

pub async fn observe<B: MessageBody>(
    state: web::Data<State>,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let id = correlation::of(req.headers(), state.app.entropy());
    let span = tracing::info_span!("request", correlation_id = %id, method = %req.method());
    let parent = req.headers().get(souk_trace::TRACEPARENT).and_then(|parent| parent.to_str().ok());
    souk_trace::continue_from(&span, parent);
    let work = answer(state, req, next, id.clone());
    correlation::scope(id, work).instrument(span).await
}

async fn answer<B: MessageBody>(
    state: web::Data<State>,
    req: ServiceRequest,
    next: Next<B>,
    id: String,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let start = Instant::now();
    let method = label(req.method());
    let unanswered = Unanswered { start };
    let path = req.path().to_owned();
    let answered = if state.draining.has_begun() && !ANSWERED_WHILE_STOPPING.contains(&path.as_str()) {
        let mut response = req.into_response(Problem::stopping().error_response());
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        Ok(response.map_into_right_body())
    } else {
        match tokio::time::timeout(state.settings.request_limit, next.call(req)).await {
            Ok(answered) => answered.map(ServiceResponse::map_into_left_body),
            Err(_) => Err(Problem::new("request.timeout", "Try again in a moment").into()),
        }
    };
    std::mem::forget(unanswered);
    match answered {
        Ok(mut response) => {
            let route = response.request().match_pattern();
            let fault = response.response().error().map(ToString::to_string);
            note(method, route.as_deref(), response.status(), start, fault);
            let req = response.request().clone();
            let answer = response.headers_mut();
            rate::tell(&req, answer);
            if let Ok(id) = HeaderValue::from_str(&id) {
                answer.insert(correlation::HEADER, id);
            }
            headers::harden(answer, &path, state.settings.strict_transport);
            Ok(response)
        }
        Err(error) => {
            note(method, None, error.as_response_error().status_code(), start, Some(error.to_string()));
            Err(error)
        }
    }
}

/// Dropped only with the request itself, half way.
struct Unanswered {
    start: Instant,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        tracing::info!(took_ms = milliseconds(self.start), "the client went before its answer");
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn note(
    method: &'static str,
    route: Option<&str>,
    status: StatusCode,
    start: Instant,
    fault: Option<String>,
) {
    let route = route.unwrap_or("unmatched").to_owned();
    let span = tracing::Span::current();
    souk_trace::note(&span, "http.route", route.clone());
    souk_trace::note(&span, "http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        souk_trace::failed(&span, "server_error");
    }
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(),
                      "status_code" => status.as_str().to_owned())
    .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route.clone())
        .record(start.elapsed().as_secs_f64());
    let (status, took_ms) = (status.as_u16(), milliseconds(start));
    match fault {
        Some(fault) if status >= 500 => tracing::error!(route, status, took_ms, fault, "request failed"),
        Some(fault) => tracing::info!(route, status, took_ms, fault, "request refused"),
        None => tracing::info!(route, status, took_ms, "request answered"),
    }
}

/// Anybody can invent a method, so the label takes only those that there are.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
