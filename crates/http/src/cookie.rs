//! The cookie that keeps a browser signed in: no script can read it, no other site has it sent.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use secrecy::{ExposeSecret, SecretString};
use souk_app::auth::RefreshToken;

use crate::settings::HttpSettings;

/// `__Host-`: a browser takes it only over https, for this host alone and the whole of it (RFC 6265bis, 4.1.3.2).
const SECURE_NAME: &str = "__Host-souk_refresh";
/// Where there is no https: on a developer's machine.
const PLAIN_NAME: &str = "souk_refresh";

const fn name(settings: &HttpSettings) -> &'static str {
    if settings.is_secure() { SECURE_NAME } else { PLAIN_NAME }
}

pub fn read(req: &HttpRequest, settings: &HttpSettings) -> Option<SecretString> {
    let cookie = req.cookie(name(settings))?;
    Some(cookie.value().to_owned().into())
}

pub fn keep(token: &RefreshToken, settings: &HttpSettings) -> Cookie<'static> {
    let seconds = i64::try_from(token.lifetime.as_secs()).unwrap_or(i64::MAX);
    made(token.text.expose_secret().to_owned(), Duration::seconds(seconds), settings)
}

/// Makes the browser forget it.
pub fn clear(settings: &HttpSettings) -> Cookie<'static> {
    made(String::new(), Duration::ZERO, settings)
}

fn made(value: String, max_age: Duration, settings: &HttpSettings) -> Cookie<'static> {
    Cookie::build(name(settings), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(settings.is_secure())
        .max_age(max_age)
        .finish()
}
