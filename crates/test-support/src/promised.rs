//! Holds every answer that a test gets against the OpenAPI document: its status, and the code of its problem.
//!
//! So each refusal that any test of the API provokes is one that the document names.

use std::sync::OnceLock;

use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Panics where the document does not promise such an answer. Addresses that are not in it promise nothing.
pub fn check(method: &Method, path: &str, status: StatusCode, body: &Value) {
    let Some((pattern, item)) = find(path) else { return };
    let Some(operation) = item.get(method.as_str().to_lowercase()) else { return };
    let response = &operation["responses"][status.as_str()];
    assert!(
        response.is_object(),
        "{method} {pattern} answered {status}, which its document does not name: {body}"
    );
    if !(status.is_client_error() || status.is_server_error()) {
        return;
    }
    let Some(code) = body["code"].as_str() else { return };
    let named = &response["content"]["application/problem+json"]["examples"][code];
    assert!(
        named.is_object(),
        "{method} {pattern} answered {status} {code}, which its document does not name"
    );
}

/// The address of the document that the path means: the one with the fewest parameters.
fn find(path: &str) -> Option<(&'static str, &'static Value)> {
    let fitting = document().iter().filter(|(pattern, _)| {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(pattern, part)| pattern.starts_with('{') || pattern == part)
    });
    fitting
        .min_by_key(|(pattern, _)| pattern.matches('{').count())
        .map(|(pattern, item)| (pattern.as_str(), item))
}

fn document() -> &'static [(String, Value)] {
    static PATHS: OnceLock<Vec<(String, Value)>> = OnceLock::new();
    PATHS.get_or_init(|| {
        let document = serde_json::to_value(souk_http::openapi::document()).expect("the document is JSON");
        let paths = document["paths"].as_object().expect("the document has paths");
        paths.iter().map(|(path, item)| (path.clone(), item.clone())).collect()
    })
}
