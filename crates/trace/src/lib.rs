//! One trace over all processes: where it goes on, and what is noted of it.
//!
//! Spans are `tracing`'s, as everywhere. This crate turns the one that code runs in into W3C trace context, which can
//! stand in a header or a row, and lets a span begin where another process's has asked for it. Where no traces are
//! exported all of it does nothing.
//!
//! Architecture invariant: where traces go to is the binary's business; nothing here sends anything. No attribute is
//! made of what a client sent, but for the ids of trace and correlation.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, Key, Value};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The header that carries it, and the column's name.
pub const TRACEPARENT: &str = "traceparent";

/// The span that this code runs in, as W3C trace context writes it; `None` where no traces are exported.
#[must_use]
pub fn current() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(TRACEPARENT)
}

/// Makes the span, which has not been entered yet, a child of the one that `traceparent` names, if there is one. What is
/// not well formed counts as absent.
pub fn continue_from(span: &Span, traceparent: Option<&str>) {
    if let Some(parent) = traceparent.and_then(parse) {
        // A span that nobody records has no parent.
        let _ = span.set_parent(parent);
    }
}

/// Notes an attribute in the trace alone: log lines do not show it.
pub fn note(span: &Span, key: impl Into<Key>, value: impl Into<Value>) {
    span.set_attribute(key, value);
}

/// Says that what the span stands for did not go well; `why` is a word, not a text.
pub fn failed(span: &Span, why: &'static str) {
    span.set_status(Status::error(why));
}

fn parse(traceparent: &str) -> Option<Context> {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    parent.has_active_span().then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn what_is_well_formed_is_honoured() {
        let of = |text: String| parse(&text).unwrap().span().span_context().clone();
        let parent = of(format!("00-{TRACE}-{SPAN}-01"));
        assert_eq!(
            (parent.trace_id().to_string(), parent.span_id().to_string()),
            (TRACE.into(), SPAN.into())
        );
        assert!(parent.is_sampled() && parent.is_remote());
        assert!(!of(format!("00-{TRACE}-{SPAN}-00")).is_sampled());
    }

    #[test]
    fn what_is_not_is_as_if_it_were_absent() {
        for wrong in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("01-{TRACE}-{SPAN}-01more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{TRACE}{SPAN}--01"),
            format!("00-{TRACE}-{SPAN}-0g"),
            "é".repeat(40),
        ] {
            assert!(parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn where_no_traces_are_exported_there_is_none() {
        let span = tracing::info_span!("alone");
        continue_from(&span, Some(&format!("00-{TRACE}-{SPAN}-01")));
        assert_eq!(span.in_scope(current), None);
    }
}
