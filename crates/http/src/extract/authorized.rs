//! The right to be here, and only then the rest of the request.
//!
//! Invariant: `T` is looked at after the token, so a stranger learns nothing about ids or bodies.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{Error, FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use futures::future::LocalBoxFuture;
use souk_app::{Caller, Principal, auth};
use souk_domain::id::SessionId;
use souk_domain::principal::{Credential, Role};

use super::caller;
use super::need::Need;
use crate::life::Follower;
use crate::problem::Problem;
use crate::rate;
use crate::state::State;

const SCHEME: &str = "Bearer";

/// Whoever asks, with a token that is good for `N`.
#[derive(Debug)]
pub struct Authorized<N, T = ()> {
    pub principal: Principal,
    pub credential: Credential,
    /// What was begun with this token ends with it.
    pub expires_at: DateTime<Utc>,
    pub caller: Caller,
    pub rest: T,
    need: PhantomData<N>,
}

impl<N: Need + 'static, T: FromRequest + 'static> FromRequest for Authorized<N, T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let state = caller::state(&req)?;
            let token = bearer(&req).ok_or_else(|| {
                Problem::new(
                    "auth.token_missing",
                    "Send `Authorization: Bearer` with a token from /auth/login, or a personal access token",
                )
            })?;
            let caller = caller::of(&req, &state);
            let found = match auth::authenticate(&state.app, &caller, token).await {
                Ok(found) => found,
                Err(error) => {
                    // Who tries tokens is a stranger, like one without any.
                    rate::check_address(&req, &state)?;
                    return Err(Problem::from(error).into());
                }
            };
            state.rates.user.check(&found.principal.user_id, &req)?;
            N::NEEDED.check(found.credential)?;
            let rest = T::from_request(&req, &mut payload).await.map_err(Into::into)?;
            Ok(Self {
                principal: found.principal,
                credential: found.credential,
                expires_at: found.expires_at,
                caller,
                rest,
                need: PhantomData,
            })
        })
    }
}

/// RFC 6750, section 2.1; the scheme's case does not matter.
pub(crate) fn bearer(req: &HttpRequest) -> Option<&str> {
    let (scheme, token) = req.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty()).then_some(token)
}

impl<N, T> Authorized<N, T> {
    /// Whoever begins a stream with this request, and how long it may last.
    pub fn follower(&self) -> Follower {
        Follower { who: self.principal, credential: self.credential, expires_at: self.expires_at }
    }

    /// Whether an operator asks.
    pub fn is_admin(&self) -> bool {
        self.principal.role == Role::Admin
    }

    /// The session that asks; `None` for a personal access token.
    pub const fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(..) => None,
        }
    }
}

pub type StateData = web::Data<State>;
