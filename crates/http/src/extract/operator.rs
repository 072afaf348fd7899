//! The right of an operator, and only then the rest of the request.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use souk_app::{AppError, Caller, Principal};

use super::Authorized;
use super::need::Need;
use crate::problem::Problem;

/// As [`Authorized`], for admins: nobody else learns anything about ids or bodies.
#[derive(Debug)]
pub struct Operator<N, T = ()> {
    pub principal: Principal,
    pub caller: Caller,
    pub rest: T,
    need: PhantomData<N>,
}

impl<N: Need + 'static, T: FromRequest + 'static> FromRequest for Operator<N, T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let asked = Authorized::<N>::from_request(&req, &mut Payload::None).await?;
            if !asked.is_admin() {
                return Err(Problem::from(AppError::AdminOnly).into());
            }
            let rest = T::from_request(&req, &mut payload).await.map_err(Into::into)?;
            Ok(Self { principal: asked.principal, caller: asked.caller, rest, need: PhantomData })
        })
    }
}
