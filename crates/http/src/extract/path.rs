//! The id in a path. One that cannot be an id is answered like one that never was.

use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};
use souk_app::AppError;
use souk_domain::id::{AccountId, OperationId, SessionId, StoreId, TokenId, UserId};

use crate::problem::Problem;

/// What an id is the id of.
pub trait Identified: FromStr {
    const NOT_FOUND: AppError;
}

impl Identified for StoreId {
    const NOT_FOUND: AppError = AppError::StoreNotFound;
}

impl Identified for OperationId {
    const NOT_FOUND: AppError = AppError::OperationNotFound;
}

impl Identified for SessionId {
    const NOT_FOUND: AppError = AppError::SessionNotFound;
}

impl Identified for TokenId {
    const NOT_FOUND: AppError = AppError::TokenNotFound;
}

impl Identified for UserId {
    const NOT_FOUND: AppError = AppError::UserNotFound;
}

impl Identified for AccountId {
    const NOT_FOUND: AppError = AppError::AccountNotFound;
}

/// The path's `{id}`.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T: Identified> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.match_info().query("id").parse();
        ready(id.map(Id).map_err(|_| T::NOT_FOUND.into()))
    }
}
