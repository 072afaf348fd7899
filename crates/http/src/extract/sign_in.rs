//! A stranger who wants to prove who they are: their address limits how often they may try.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};
use souk_app::Caller;

use super::caller;
use crate::address;
use crate::problem::Problem;

#[derive(Debug)]
pub struct SignIn {
    pub caller: Caller,
}

impl FromRequest for SignIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(attempt(req))
    }
}

fn attempt(req: &HttpRequest) -> Result<SignIn, Problem> {
    let state = caller::state(req)?;
    if let Some(ip) = caller::ip(req, &state) {
        state.rates.sign_in.check(&address::neighbourhood(ip), req)?;
    }
    Ok(SignIn { caller: caller::of(req, &state) })
}
