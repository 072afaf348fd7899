//! The dashboard: everything that is not the API's.
//!
//! Files whose name holds a hash of what is in them (`assets/`) may be kept for ever; everything else is asked for anew
//! each time, by its tag. An address that is no file is a page of the dashboard, which finds out itself which one.

use std::borrow::Cow;

use actix_web::http::Method;
use actix_web::http::header::{self, AcceptEncoding, ETag, EntityTag, Header as _, IfNoneMatch, Quality};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use souk_dashboard::{File, PAGE, Packing};

use crate::problem::Problem;

/// What answers here, as metrics and limits know it.
pub const PATTERN: &str = "/{page:.*}";
const HASHED: &str = "assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_ANEW: &str = "no-cache";

/// Whether an address is the API's, which then answers whatever is asked of it.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

pub async fn dashboard(req: HttpRequest) -> HttpResponse {
    if !matches!(*req.method(), Method::GET | Method::HEAD) {
        return Problem::method_not_allowed("GET, HEAD".to_owned()).error_response();
    }
    let path = req.path().trim_start_matches('/');
    let accepted = accepted(&req);
    let named = (!path.is_empty()).then(|| souk_dashboard::file(path, &accepted)).flatten();
    let is_hashed = path.starts_with(HASHED);
    let found = match named {
        // A page of an earlier build asks for what is no more: it must not take a page for it.
        None if is_hashed => None,
        None => souk_dashboard::file(PAGE, &accepted),
        found => found,
    };
    match found {
        Some(file) => answer(&req, file, if is_hashed { FOR_EVER } else { ASK_ANEW }),
        None if is_hashed => Problem::new("request.not_found", "Load the page anew").error_response(),
        None => {
            let advice =
                "This Souk was built without its dashboard; the API's addresses are listed at /api/docs";
            Problem::new("request.not_found", advice).error_response()
        }
    }
}

/// The smallest first that the client understands.
fn accepted(req: &HttpRequest) -> Vec<Packing> {
    let Ok(wanted) = AcceptEncoding::parse(req) else { return Vec::new() };
    let wants = |packing: &Packing| {
        wanted.iter().any(|item| item.quality > Quality::ZERO && item.item.to_string() == packing.as_str())
    };
    Packing::ALL.into_iter().filter(wants).collect()
}

fn answer(req: &HttpRequest, file: File, keep: &'static str) -> HttpResponse {
    let tag = EntityTag::new_strong(hex(&file.sha256));
    let known = match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header(ETag(tag))
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::VARY, header::ACCEPT_ENCODING.as_str()));
    if known {
        return response.finish();
    }
    if let Some(packing) = file.packing {
        response.insert_header((header::CONTENT_ENCODING, packing.as_str()));
    }
    response.content_type(file.content_type).body(bytes(file.bytes))
}

/// What is in the binary is sent from there.
fn bytes(file: Cow<'static, [u8]>) -> Bytes {
    match file {
        Cow::Borrowed(built_in) => Bytes::from_static(built_in),
        Cow::Owned(read) => read.into(),
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    bytes.iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
