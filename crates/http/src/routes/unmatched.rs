//! What no route took: a wrong address, or a right one with a wrong method.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, ResponseError, web};
use serde_json::Value;

use crate::problem::Problem;

/// The addresses of the API and their methods, from the OpenAPI document.
#[derive(Debug)]
pub struct Addresses(Vec<(ResourceDef, String)>);

impl Addresses {
    /// `paths` is that part of the document.
    pub fn new(paths: &Value) -> Self {
        let by_path: BTreeMap<&String, String> = paths
            .as_object()
            .into_iter()
            .flatten()
            .map(|(path, item)| {
                let methods = item.as_object().into_iter().flat_map(|item| item.keys());
                (path, methods.map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", "))
            })
            .collect();
        Self(by_path.into_iter().map(|(path, allow)| (ResourceDef::new(path.as_str()), allow)).collect())
    }

    fn allow(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, allow)| allow.as_str())
    }
}

pub async fn unmatched(req: HttpRequest, addresses: web::Data<Addresses>) -> actix_web::HttpResponse {
    match addresses.allow(req.path()) {
        Some(allow) => Problem::method_not_allowed(allow.to_owned()),
        None => Problem::new("request.not_found", "The API's addresses are listed at /api/docs"),
    }
    .error_response()
}
