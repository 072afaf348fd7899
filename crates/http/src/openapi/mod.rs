//! The OpenAPI 3.1 document, made of the routes themselves.
//!
//! `docs/openapi.json` is a copy; a test compares them, so the document cannot drift from the code.

mod bodies;
mod problems;

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_actix_web::AppExt;

use crate::problem::{FieldError, ProblemBody};
use crate::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Souk",
        description = "Isolated stores on Kubernetes, one request each.\n\nWork is answered with 202 and the \
                       address of an operation to watch. Errors are problem+json (RFC 9457) with a stable `code` \
                       and a correlation id. A store of another account is answered with 404, like one that \
                       never was.",
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "This Souk")),
    tags(
        (name = "auth", description = "Who you are"),
        (name = "me", description = "Your own sessions, password, second factor and tokens"),
        (name = "account", description = "What your account has and may have"),
        (name = "stores", description = "Shops, each with a namespace of its own"),
        (name = "operations", description = "Durable work that can be watched"),
        (name = "audit", description = "What happened, and who did it"),
        (name = "admin", description = "For operators"),
        (name = "health", description = "How this Souk is doing"),
    ),
    components(schemas(ProblemBody, FieldError)),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The `access_token` of /auth/login, or a personal access token with the scope that the operation names",
            ))
            .build();
        let session = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("The `access_token` of /auth/login; a personal access token is not enough"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        components.add_security_scheme("session", SecurityScheme::Http(session));
    }
}

/// The operations at one address.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

#[must_use]
pub fn document() -> OpenApi {
    let (_, routes) = actix_web::App::new().into_utoipa_app().configure(routes::configure).split_for_parts();
    let mut document = Document::openapi();
    document.merge(routes);
    problems::Problems.modify(&mut document);
    bodies::Bodies.modify(&mut document);
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document
}

/// As it is kept in `docs/openapi.json`.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}
