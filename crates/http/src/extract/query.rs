//! The parameters after the `?`. Those that a route does not know are ignored, as the web expects.

use std::collections::BTreeMap;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::{Ready, ready};
use serde_json::Value;

use super::fields::{Fields, Input};
use crate::problem::Problem;

#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Input> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = web::Query::<BTreeMap<String, String>>::from_query(req.query_string())
            .map(web::Query::into_inner)
            .unwrap_or_default();
        let values = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        let mut fields = Fields::new(values);
        let read = T::read(&mut fields);
        ready(fields.finish(read).map(Query))
    }
}
