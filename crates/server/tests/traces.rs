//! What Souk sends to a collector: one tree for all that a request set off, in whichever task and process it happened.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Attribute;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use reqwest::Method;
use serde_json::json;
use souk_domain::operation::OperationKind;
use souk_test_support::{TestDatabase, wait_for};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use running::{Running, souk};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Takes spans; `refusals` times it says that it cannot.
async fn collector(refusals: u64) -> MockServer {
    let collector = MockServer::start().await;
    let asked = || {
        Mock::given(method("POST"))
            .and(path("/v1/traces"))
            .and(header("content-type", "application/x-protobuf"))
    };
    if refusals > 0 {
        let refusal = asked().respond_with(ResponseTemplate::new(503)).up_to_n_times(refusals);
        refusal.with_priority(1).mount(&collector).await;
    }
    asked().respond_with(ResponseTemplate::new(200)).with_priority(2).mount(&collector).await;
    collector
}

async fn spans(collector: &MockServer) -> Vec<Span> {
    let mut spans = Vec::new();
    for request in collector.received_requests().await.unwrap() {
        let sent = ExportTraceServiceRequest::decode(request.body.as_slice()).unwrap();
        for resource in sent.resource_spans {
            let service = resource.resource.unwrap().attributes;
            assert!(service.iter().any(|attribute| attribute.key == "service.name"));
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    spans
}

fn hex(id: &[u8]) -> String {
    let mut text = String::new();
    for byte in id {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn text(span: &Span, key: &str) -> String {
    let value = span.attributes.iter().find(|attribute| attribute.key == key);
    match value.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Attribute::StringValue(text)) => text.clone(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

/// The only one of its name with this attribute.
fn one<'a>(spans: &'a [Span], name: &str, (key, value): (&str, &str)) -> &'a Span {
    let found: Vec<_> = spans.iter().filter(|span| span.name == name && text(span, key) == value).collect();
    assert_eq!(found.len(), 1, "{name} {key}={value}: {found:#?}");
    found[0]
}

async fn create(souk: &Running, token: &str, name: &str, id: &str, traceparent: Option<&str>) -> String {
    let body = json!({ "name": name, "title": "Leyla's Lamps", "engine": "medusa" });
    let mut request = souk.request(Method::POST, "/stores").bearer_auth(token).json(&body);
    request = request.header("x-correlation-id", id);
    if let Some(traceparent) = traceparent {
        request = request.header("traceparent", traceparent);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let accepted: serde_json::Value = answer.json().await.unwrap();
    accepted["store"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spans_of_a_creation_are_one_tree_that_goes_on_with_the_callers() {
    let (database, collector) = (TestDatabase::create().await, collector(0).await);
    let mut command = souk(&database);
    command.env("SOUK_OTLP_ENDPOINT", collector.uri()).env("SOUK_STORE_CREATION_COOLDOWN_MS", "0");
    // Another process does the work: the trace is in the database and nowhere else.
    command.env("SOUK_LOG_LEVEL", "error,souk=info");
    let souk = Running::start(command).await;
    let token = souk.register().await;
    let traceparent = format!("00-{TRACE}-{CALLER}-01");
    let store = create(&souk, &token, "lamps", "with-a-trace", Some(&traceparent)).await;
    souk.ready(&token, &store).await;
    let broken = format!("00-{TRACE}-{CALLER}");
    let other = create(&souk, &token, "rugs", "with-a-broken-one", Some(&broken)).await;
    souk.ready(&token, &other).await;
    souk.stop_and_read().await;

    let all = spans(&collector).await;
    let (ours, others): (Vec<Span>, Vec<Span>) =
        all.into_iter().partition(|span| hex(&span.trace_id) == TRACE);
    let request = one(&ours, "request", ("correlation_id", "with-a-trace"));
    assert_eq!(hex(&request.parent_span_id), CALLER);
    assert_eq!(text(request, "http.route"), "/api/v1/stores");
    let operation = one(&ours, "operation", ("correlation_id", "with-a-trace"));
    assert_eq!(operation.parent_span_id, request.span_id, "{ours:#?}");
    for step in OperationKind::Provision.steps() {
        let span = one(&ours, "step", ("step", step.as_str()));
        assert_eq!(span.parent_span_id, operation.span_id, "{step}");
        assert!(operation.start_time_unix_nano <= span.start_time_unix_nano);
        assert!(span.end_time_unix_nano <= operation.end_time_unix_nano);
    }
    // One tree: whoever goes up from any span gets to the request.
    let parents: BTreeMap<_, _> = ours.iter().map(|span| (&span.span_id, &span.parent_span_id)).collect();
    for span in &ours {
        let mut at = &span.span_id;
        while *at != request.span_id {
            at = parents.get(at).unwrap_or_else(|| panic!("{} hangs in the air: {span:#?}", span.name));
        }
    }
    let names: BTreeSet<_> = ours.iter().map(|span| span.name.as_str()).collect();
    for name in ["request", "commit", "job", "operation", "step"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }

    // What is not well formed is as if it were absent: a trace of its own, from its request on.
    let request = one(&others, "request", ("correlation_id", "with-a-broken-one"));
    assert!(request.parent_span_id.is_empty(), "{request:#?}");
    let operation = one(&others, "operation", ("correlation_id", "with-a-broken-one"));
    assert_eq!((&operation.trace_id, &operation.parent_span_id), (&request.trace_id, &request.span_id));

    let said = format!("{ours:?}{others:?}");
    for secret in ["Leyla", "leyla@example.com", "correct horse battery", token.as_str()] {
        assert!(!said.contains(secret), "{secret} is in an attribute");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_on_with_the_trace_that_the_database_kept() {
    let (database, collector) = (TestDatabase::create().await, collector(0).await);
    let with_traces = || {
        let mut command = souk(&database);
        command.env("SOUK_OTLP_ENDPOINT", collector.uri());
        command
    };
    let api = Running::start_as("api", with_traces()).await;
    let token = api.register().await;
    let store = create(&api, &token, "lamps", "asked-elsewhere", None).await;
    api.stop_and_read().await;
    let souk = Running::start(with_traces()).await;
    souk.ready(&token, &store).await;
    souk.stop_and_read().await;
    let all = spans(&collector).await;
    let request = one(&all, "request", ("correlation_id", "asked-elsewhere"));
    let operation = one(&all, "operation", ("correlation_id", "asked-elsewhere"));
    assert_eq!((&operation.trace_id, &operation.parent_span_id), (&request.trace_id, &request.span_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_refuses_is_said_once_and_costs_nothing_but_spans() {
    let (database, collector) = (TestDatabase::create().await, collector(2).await);
    let mut command = souk(&database);
    command.env("SOUK_OTLP_ENDPOINT", collector.uri());
    let souk = Running::start(command).await;
    let token = souk.register().await;
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    wait_for("three batches", async || {
        // Each request is a span, so there is always something to send.
        souk.ask(Method::GET, "/stores", &token, None).await;
        (collector.received_requests().await.unwrap().len() > 2).then_some(())
    })
    .await;
    let log = souk.stop_and_read().await;
    let said = |message: &str| log.iter().filter(|line| line["message"] == message).count();
    assert_eq!(said("spans cannot be sent to SOUK_OTLP_ENDPOINT"), 1);
    assert_eq!(said("the collector takes spans again"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_souk_works_and_stops_as_ever() {
    let database = TestDatabase::create().await;
    let mut command = souk(&database);
    // Nobody listens there; the password is nobody's business.
    command.env("SOUK_OTLP_ENDPOINT", "http://souk:very-secret-nonsense@127.0.0.1:1");
    let souk = Running::start(command).await;
    let token = souk.register().await;
    let store = souk.create(&token).await;
    souk.ready(&token, &store).await;
    let log = souk.stop_and_read().await;
    let log: Vec<_> = log.iter().map(ToString::to_string).collect();
    assert!(log.iter().any(|line| line.contains("spans cannot be sent")), "{log:#?}");
    assert!(!log.concat().contains("very-secret"), "{log:#?}");
}
