//! The refresh token that a request shows: in its body, or in the browser's cookie.
//!
//! Invariant: a cookie counts only for a page of our own. Browsers send it along by themselves, and say in
//! `Origin`, which no page can forge, whose page asked.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use secrecy::SecretString;
use souk_app::Caller;

use super::body::Body;
use super::caller;
use super::fields::{Fields, Input};
use crate::cookie;
use crate::dto::RefreshPlace;
use crate::problem::Problem;
use crate::state::State;

#[derive(Debug)]
pub struct ShownRefresh {
    pub token: SecretString,
    /// Where it was, and where the next one belongs.
    pub place: RefreshPlace,
    pub caller: Caller,
}

/// The body that may be there.
#[derive(Debug)]
struct InBody(Option<SecretString>);

impl Input for InBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.optional_secret("refresh_token").map(Self)
    }
}

impl FromRequest for ShownRefresh {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let state = caller::state(&req)?;
            let caller = caller::of(&req, &state);
            if has_body(&req) {
                let Body(InBody(token)) = Body::from_request(&req, &mut payload).await?;
                if let Some(token) = token {
                    return Ok(Self { token, place: RefreshPlace::Body, caller });
                }
            }
            let Some(token) = cookie::read(&req, &state.settings) else {
                let detail = "Send the cookie that /auth/login has set, or `refresh_token` in the body";
                return Err(Problem::new("auth.refresh_missing", detail));
            };
            if !is_own_page(&req, &state) {
                let detail = "The cookie counts only with the `Origin` of Souk's own pages";
                return Err(Problem::new("auth.wrong_origin", detail));
            }
            Ok(Self { token, place: RefreshPlace::Cookie, caller })
        })
    }
}

fn has_body(req: &HttpRequest) -> bool {
    let length = req.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > 0) || req.headers().contains_key(TRANSFER_ENCODING)
}

/// The page's origin is the public one; where that is not set, it is on the host that was asked.
fn is_own_page(req: &HttpRequest, state: &State) -> bool {
    let text =
        |value: Option<&actix_web::http::header::HeaderValue>| value?.to_str().ok().map(str::to_lowercase);
    let Some(origin) = text(req.headers().get(ORIGIN)) else { return false };
    if let Some(public) = &state.settings.public_url {
        return origin == public.as_str();
    }
    let host = text(req.headers().get(HOST)).or_else(|| req.uri().authority().map(ToString::to_string));
    host.is_some_and(|host| origin == format!("http://{host}") || origin == format!("https://{host}"))
}
