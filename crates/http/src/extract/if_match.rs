//! `If-Match`: RFC 9110, section 13.1.1.

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};
use souk_app::Precondition;

use crate::problem::Problem;

#[derive(Debug, Clone)]
pub struct IfMatch(pub Precondition);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values: Vec<&str> =
            req.headers().get_all(IF_MATCH).map(|value| value.to_str().unwrap_or_default()).collect();
        ready(Ok(Self(read(&values))))
    }
}

/// What is no tag of ours (a weak one, another text) matches nothing.
fn read(values: &[&str]) -> Precondition {
    if values.is_empty() || values.iter().any(|value| value.trim() == "*") {
        return Precondition::any();
    }
    let tags = values.iter().flat_map(|value| value.split(',')).map(str::trim);
    let versions = tags.filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    Precondition::one_of(versions.collect())
}

/// The tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_versions_in_quotes() {
        assert_eq!(read(&[]), Precondition::any());
        assert_eq!(read(&["*"]), Precondition::any());
        assert_eq!(read(&[r#""3", "4""#, r#""5""#]), Precondition::one_of(vec![3, 4, 5]));
        assert_eq!(read(&[&etag(7)]), Precondition::one_of(vec![7]));
    }

    #[test]
    fn what_is_no_tag_of_ours_matches_nothing() {
        for other in ["3", "W/\"3\"", "\"abc\"", ""] {
            assert_eq!(read(&[other]), Precondition::one_of(vec![]), "{other}");
        }
    }
}
