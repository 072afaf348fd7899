//! `Prefer: wait=N`: RFC 7240, section 4.3. What is no preference of ours is ignored, as that says.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};

use crate::problem::Problem;

pub const PREFER: HeaderName = HeaderName::from_static("prefer");
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Longer, and connections would be held that a look now and then serves as well.
const MAX_WAIT: Duration = Duration::from_secs(25);

/// How long the client would rather wait for the end of the work, than be told at once that it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreferWait(pub Option<Duration>);

impl FromRequest for PreferWait {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let preferences = req.headers().get_all(PREFER).filter_map(|value| value.to_str().ok());
        ready(Ok(Self(preferences.flat_map(|value| value.split(',')).find_map(read))))
    }
}

/// The first one counts.
fn read(preference: &str) -> Option<Duration> {
    let (name, value) = preference.split(';').next()?.split_once('=')?;
    let seconds = value.trim().trim_matches('"').parse().ok().filter(|seconds| *seconds > 0)?;
    name.trim().eq_ignore_ascii_case("wait").then(|| Duration::from_secs(seconds).min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn wait(values: &[&str]) -> Option<u64> {
        let request =
            values.iter().fold(TestRequest::post(), |request, value| request.append_header((PREFER, *value)));
        let read = PreferWait::extract(&request.to_http_request()).into_inner().unwrap();
        read.0.map(|wait| wait.as_secs())
    }

    #[test]
    fn it_waits_as_long_as_the_client_prefers_and_no_longer_than_a_connection_may_be_held() {
        assert_eq!(wait(&["wait=10"]), Some(10));
        assert_eq!(wait(&["respond-async, Wait=\"5\"; x=1"]), Some(5));
        assert_eq!(wait(&["return=minimal", "wait=7, wait=9"]), Some(7));
        assert_eq!(wait(&["wait=600"]), Some(25));
    }

    #[test]
    fn what_is_no_such_preference_is_ignored() {
        for other in
            [&[][..], &[""], &["wait"], &["wait="], &["wait=0"], &["wait=-1"], &["wait=soon"], &["awaits=3"]]
        {
            assert_eq!(wait(other), None, "{other:?}");
        }
    }
}
