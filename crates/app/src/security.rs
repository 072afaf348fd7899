//! What concerns security, counted; the audit log has the story.

pub(crate) fn count(event: &'static str) {
    metrics::counter!("security_events_total", "event_type" => event).increment(1);
}
