//! What each operation can go wrong with, from the table of problems.
//!
//! A route names its own codes (`x-problems`); what its shape brings with it (a token, a body) is added here. The
//! tests of the API compare every refusal that they meet with what stands here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use super::operations;
use crate::problem::{self, Kind};

/// Where a route names its codes. It stays out of the document.
const OWN: &str = "x-problems";
const OF_ALL: [&str; 4] = ["request.rate_limited", "request.timeout", "service.stopping", "internal"];
const OF_THE_DATABASE: &str = "database.unavailable";
const OF_A_BODY: [&str; 4] =
    ["request.not_json", "request.too_large", "request.wrong_content_type", "request.invalid"];
const OF_A_TOKEN: [&str; 4] =
    ["auth.token_missing", "auth.token_invalid", "auth.token_expired", "auth.suspended"];
/// They say how this process is, and ask and count nobody.
const OF_NOTHING: [&str; 2] = ["health_live", "health_ready"];

pub struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let codes = codes(operation);
            for (status, kinds) in by_status(&codes) {
                let responses = &mut operation.responses.responses;
                responses.entry(status.to_string()).or_insert_with(|| RefOr::T(response(&kinds)));
            }
        }
        let examples = &mut document.components.get_or_insert_default().examples;
        examples.extend(problem::TABLE.iter().map(|kind| (kind.code.to_owned(), RefOr::T(example(kind)))));
    }
}

/// All that the operation can go wrong with.
fn codes(operation: &mut Operation) -> BTreeSet<String> {
    let own = operation.extensions.as_mut().and_then(|extensions| extensions.remove(OWN));
    if operation.extensions.as_ref().is_some_and(|rest| rest.is_empty()) {
        operation.extensions = None;
    }
    let own = own.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut codes: BTreeSet<&str> = own.collect();
    if operation.operation_id.as_deref().is_some_and(|id| OF_NOTHING.contains(&id)) {
        return codes.into_iter().map(ToOwned::to_owned).collect();
    }
    codes.extend(OF_ALL);
    codes.insert(OF_THE_DATABASE);
    if operation.request_body.is_some() {
        codes.extend(OF_A_BODY);
    }
    let parameters = operation.parameters.iter().flatten();
    if parameters
        .into_iter()
        .any(|parameter| matches!(parameter, RefOr::T(one) if one.parameter_in == ParameterIn::Query))
    {
        codes.insert("request.invalid");
    }
    // `{"bearer": ["stores:read"]}`, as it is written.
    let rights: Vec<Value> =
        operation.security.iter().flatten().filter_map(|right| serde_json::to_value(right).ok()).collect();
    let has = |scheme: &str| rights.iter().any(|right| right.get(scheme).is_some());
    let is_scoped =
        rights.iter().any(|right| right["bearer"].as_array().is_some_and(|scopes| !scopes.is_empty()));
    if has("bearer") || has("session") {
        codes.extend(OF_A_TOKEN);
    }
    if is_scoped {
        codes.insert("auth.scope_missing");
    }
    if has("session") {
        codes.insert("auth.session_required");
    }
    codes.into_iter().map(ToOwned::to_owned).collect()
}

/// A code that the table does not know answers 500, and a test finds it.
fn by_status(codes: &BTreeSet<String>) -> BTreeMap<u16, Vec<&'static Kind>> {
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in codes.iter().filter_map(|code| problem::of(code)) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    by_status
}

fn response(kinds: &[&Kind]) -> Response {
    let said: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.code, kind.title)).collect();
    let examples = kinds.iter().map(|kind| {
        let place = format!("#/components/examples/{}", kind.code);
        (kind.code.to_owned(), RefOr::Ref::<Example>(Ref::new(place)))
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let header = |about: &str| HeaderBuilder::new().description(Some(about)).build();
    let mut response = ResponseBuilder::new()
        .description(said.join("; "))
        .content(problem::CONTENT_TYPE, content)
        .header("X-Correlation-Id", header("Also in the body"));
    if kinds.iter().any(|kind| matches!(kind.status, 423 | 429 | 503)) {
        response = response.header("Retry-After", header("Seconds; where waiting helps"));
    }
    if kinds.iter().any(|kind| kind.status == 401) {
        response = response.header("WWW-Authenticate", header("RFC 6750, section 3"));
    }
    response.build()
}

fn example(kind: &Kind) -> Example {
    let mut value = json!({
        "type": problem::urn(kind.code),
        "title": kind.title,
        "status": kind.status,
        "detail": kind.advice,
        "code": kind.code,
        "correlation_id": "7hq2x0c5p9mzk3tw4d8e",
    });
    if kind.code == "request.invalid" {
        value["detail"] = json!("Look at: name");
        value["errors"] = json!([{ "field": "name", "message": "must be 3 to 30 characters long" }]);
    }
    ExampleBuilder::new().summary(kind.title).description(kind.advice).value(Some(value)).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_a_route_names_is_in_the_table() {
        let (_, mut document) = utoipa_actix_web::AppExt::into_utoipa_app(actix_web::App::new())
            .configure(crate::routes::configure)
            .split_for_parts();
        let mut named = BTreeSet::new();
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            named.extend(codes(operation));
        }
        let unknown: Vec<&String> = named.iter().filter(|code| problem::of(code).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(named.len() > 40, "{named:?}");
        // These two are of addresses, not of operations.
        let of_no_route = ["request.not_found", "request.method_not_allowed"];
        let unnamed: Vec<&str> = problem::TABLE
            .iter()
            .map(|kind| kind.code)
            .filter(|code| !named.contains(*code) && !of_no_route.contains(code))
            .collect();
        assert!(unnamed.is_empty(), "no route names {unnamed:?}");
    }
}
