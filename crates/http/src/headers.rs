//! Headers that keep browsers strict: the API, its documentation and the dashboard each with a policy of their own.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::routes::dashboard;

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Swagger UI is our own files, with styles set from scripts and pictures inlined.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Its own files and this Souk's API, and nothing that stands in a page itself.
const DASHBOARD_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                                connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
                                frame-ancestors 'none'";

pub fn harden(headers: &mut HeaderMap, path: &str, strict_transport: bool) {
    let policy = match path {
        _ if path.starts_with("/api/docs") => DOCS_POLICY,
        _ if dashboard::is_api(path) => API_POLICY,
        _ => DASHBOARD_POLICY,
    };
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-site");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if strict_transport {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    // What a tenant reads is nobody else's to keep.
    if !headers.contains_key(header::CACHE_CONTROL) && !path.starts_with("/api/docs") {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
