//! One id for everything that a request sets off: log lines, events, jobs, errors.
//!
//! A client may bring its own. Invariant: what it brings is short and plain, so that it can stand in
//! a log line and a header without escaping; anything else is replaced.

use actix_web::http::header::{HeaderMap, HeaderName};
use souk_domain::entropy::Entropy;

pub const HEADER: HeaderName = HeaderName::from_static("x-correlation-id");
/// Taken where the first one is absent: proxies set it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LEN: usize = 128;
/// 20 of 32 characters: 100 bits.
const ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
const GENERATED_LEN: usize = 20;

tokio::task_local! {
    static CURRENT: String;
}

/// Runs `work` as part of the request that `id` names.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    CURRENT.scope(id, work).await
}

/// The id of the request that this code runs for.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// The client's id if it is fit, else a new one.
pub fn of(headers: &HeaderMap, entropy: &Entropy) -> String {
    [&HEADER, &REQUEST_ID]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok().filter(|id| is_fit(id)))
        .map_or_else(|| entropy.text(ALPHABET, GENERATED_LEN), ToOwned::to_owned)
}

fn is_fit(id: &str) -> bool {
    (1..=MAX_LEN).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn with(name: HeaderName, value: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        of(&headers, &Entropy::seeded(1))
    }

    #[test]
    fn a_fit_id_of_the_client_is_kept() {
        assert_eq!(with(HEADER, "order-42/a.b:c"), "order-42/a.b:c");
        assert_eq!(with(REQUEST_ID, "from-a-proxy"), "from-a-proxy");
    }

    #[test]
    fn an_unfit_one_is_replaced() {
        for bad in ["", "with space", "quote\"", "<b>", &"x".repeat(129)] {
            let id = with(HEADER, bad);
            assert!(id.len() == GENERATED_LEN && is_fit(&id), "{bad:?} became {id:?}");
        }
    }
}
