//! Headers that keep browsers strict. The API serves no page but its own documentation.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Swagger UI is our own files, with styles set from scripts and pictures inlined.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub fn harden(headers: &mut HeaderMap, path: &str, strict_transport: bool) {
    let policy = if path.starts_with("/api/docs") { DOCS_POLICY } else { API_POLICY };
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-site");
    if strict_transport {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    // What a tenant reads is nobody else's to keep.
    if !headers.contains_key(header::CACHE_CONTROL) && !path.starts_with("/api/docs") {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
