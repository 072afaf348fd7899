//! What happened, and who did it.

pub mod logs;
pub mod own;

use actix_web::http::header::{self, Accept, Header};
use actix_web::{HttpRequest, HttpResponse};
use souk_app::AppError;
use souk_app::audit::AuditPage;

use crate::dto::{AuditPageBody, Format, audit_csv};
use crate::problem::Problem;

const CSV: &str = "text/csv; charset=utf-8; header=present";

/// What the address asks for, else what the client prefers, else JSON.
fn format(asked: Option<Format>, req: &HttpRequest) -> Format {
    asked.unwrap_or_else(|| {
        let accepted = Accept::parse(req).map(|accept| accept.ranked()).unwrap_or_default();
        let known = accepted.iter().find_map(|kind| match kind.essence_str() {
            "text/csv" => Some(Format::Csv),
            "application/json" | "application/*" | "*/*" => Some(Format::Json),
            _ => None,
        });
        known.unwrap_or(Format::Json)
    })
}

fn respond(req: &HttpRequest, page: AuditPage, format: Format) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::VARY, "Accept"));
    if let Some(next) = page.next {
        response.insert_header((header::LINK, format!("<{}>; rel=\"next\"", address_of(req, next))));
    }
    Ok(match format {
        Format::Json => response.json(AuditPageBody::from(page)),
        Format::Csv => {
            let text = audit_csv(page).map_err(AppError::internal)?;
            response
                .content_type(CSV)
                .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"souk-audit.csv\""))
                .body(text)
        }
    })
}

/// This request's address, for the page after it.
fn address_of(req: &HttpRequest, cursor: i64) -> String {
    let others =
        req.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<_> = others.map(ToOwned::to_owned).chain([format!("cursor={cursor}")]).collect();
    format!("{}?{}", req.path(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_address_decides_then_the_client_then_it_is_json() {
        let prefers = |accept: &str| {
            format(None, &TestRequest::get().insert_header((header::ACCEPT, accept)).to_http_request())
        };
        assert_eq!(prefers("text/csv"), Format::Csv);
        assert_eq!(prefers("application/json;q=0.5, text/csv"), Format::Csv);
        assert_eq!(prefers("text/csv;q=0.5, application/json"), Format::Json);
        assert_eq!(prefers("*/*"), Format::Json);
        let plain = TestRequest::get().to_http_request();
        assert_eq!(format(None, &plain), Format::Json);
        assert_eq!(format(Some(Format::Csv), &plain), Format::Csv);
    }

    #[test]
    fn the_next_page_is_asked_for_as_this_one_was() {
        let req = TestRequest::get().uri("/api/v1/me/audit?cursor=9&limit=2&format=csv").to_http_request();
        assert_eq!(address_of(&req, 7), "/api/v1/me/audit?limit=2&format=csv&cursor=7");
    }
}
