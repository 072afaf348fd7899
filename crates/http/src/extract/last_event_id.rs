//! `Last-Event-ID`: the number of the last event that a client of a stream has seen.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};

use crate::problem::{FieldError, Problem};

const HEADER: &str = "last-event-id";

#[derive(Debug, Clone, Copy)]
pub struct LastEventId(pub Option<i64>);

impl FromRequest for LastEventId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seq = req.headers().get(HEADER).map(|value| {
            value.to_str().ok().and_then(|text| text.parse().ok()).filter(|seq: &i64| *seq >= 0).ok_or_else(
                || {
                    let message = "must be the number of an event: 0, 1, 2...".to_owned();
                    Problem::invalid(vec![FieldError { field: "Last-Event-ID".to_owned(), message }])
                },
            )
        });
        ready(seq.transpose().map(Self))
    }
}
