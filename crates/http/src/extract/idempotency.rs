//! `Idempotency-Key`: the client may send the request again, and it is done once.
//!
//! As in draft-ietf-httpapi-idempotency-key-header, but for the quotes: a key is what stands in the
//! header, 1 to 255 visible ASCII characters.

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};
use sha2::{Digest, Sha256};
use souk_app::idempotency::Request;

use crate::problem::{FieldError, Problem};

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_LEN: usize = 255;

/// The request's key, if it has one, and what the request is so far.
#[derive(Debug, Clone)]
pub struct Idempotency {
    key: Option<String>,
    route: String,
    digest: Sha256,
}

impl FromRequest for Idempotency {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(key(req).map(|key| Self { key, route: route(req), digest: head(req) }))
    }
}

impl Idempotency {
    /// The request as the use cases know it. A route that reads no body has none.
    pub fn request(self, body: &[u8]) -> Option<Request> {
        let fingerprint = self.digest.chain_update(body).finalize().into();
        Some(Request { route: self.route, key: self.key?, fingerprint })
    }
}

fn key(req: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut values = req.headers().get_all(IDEMPOTENCY_KEY);
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| values.next().is_none() && is_fit(key));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let message = format!("must be one key of 1 to {MAX_LEN} visible ASCII characters");
        Problem::invalid(vec![FieldError { field: "Idempotency-Key".to_owned(), message }])
    })
}

fn is_fit(key: &str) -> bool {
    (1..=MAX_LEN).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn route(req: &HttpRequest) -> String {
    let pattern = req.match_pattern().unwrap_or_else(|| req.path().to_owned());
    format!("{} {pattern}", req.method())
}

/// What makes it this request apart from its body. Each part ends with a byte that none of them holds.
fn head(req: &HttpRequest) -> Sha256 {
    let mut digest = Sha256::new_with_prefix(req.path());
    for value in req.headers().get_all(IF_MATCH) {
        digest.update([0]);
        digest.update(value.as_bytes());
    }
    digest.chain_update([0, 0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;

    fn request(keys: &[&[u8]]) -> HttpRequest {
        let mut request = TestRequest::post().uri("/api/v1/stores");
        for key in keys {
            request = request.append_header((IDEMPOTENCY_KEY, HeaderValue::from_bytes(key).unwrap()));
        }
        request.to_http_request()
    }

    #[test]
    fn a_key_is_1_to_255_visible_ascii_characters() {
        assert_eq!(key(&request(&[])).unwrap(), None);
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\"", &"x".repeat(255)] {
            assert_eq!(key(&request(&[good.as_bytes()])).unwrap().as_deref(), Some(good));
        }
        for bad in ["".as_bytes(), b"a b", b"a\tb", "ключ".as_bytes(), &[b'x'; 256]] {
            assert!(key(&request(&[bad])).is_err(), "{bad:?}");
        }
        assert!(key(&request(&[b"a", b"b"])).is_err(), "two keys are none");
    }

    #[test]
    fn address_precondition_and_body_make_a_request_what_it_is() {
        let of = |path: &str, tags: &[&str], body: &str| {
            let mut request = TestRequest::post().uri(path).insert_header((IDEMPOTENCY_KEY, "k"));
            for tag in tags {
                request = request.append_header((IF_MATCH, *tag));
            }
            let request = request.to_http_request();
            let idempotency = Idempotency::extract(&request).into_inner().unwrap();
            idempotency.request(body.as_bytes()).unwrap().fingerprint
        };
        let one = of("/a", &["1"], "{}");
        assert_eq!(one, of("/a", &["1"], "{}"));
        let others = [
            of("/b", &["1"], "{}"),
            of("/a", &[], "{}"),
            of("/a", &["1", "2"], "{}"),
            of("/a", &["1"], "{ }"),
        ];
        assert!(others.iter().all(|other| *other != one));
    }
}
