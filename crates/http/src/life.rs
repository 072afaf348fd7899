//! How long a stream lives, and what it does by the clock meanwhile: the same for events and for logs.
//!
//! Invariant: a stream ends with the token that it was begun with, with its user's right to be here, and when the server
//! stops; a user has only so many.

use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpResponse};
use chrono::{DateTime, Utc};
use futures::Stream;
use souk_app::{AppError, Principal, auth};
use souk_domain::principal::Credential;
use tokio::time::{Instant, sleep_until};

use crate::problem::Problem;
use crate::state::{State, StreamSlot};

/// Who follows, and how long they may.
#[derive(Debug)]
pub struct Follower {
    pub who: Principal,
    /// What the stream was begun with; it ends with that.
    pub credential: Credential,
    pub expires_at: DateTime<Utc>,
}

/// What it is time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To end, and why.
    End(&'static str),
    /// To say that it is alive, so that proxies do not take a quiet stream for a dead one.
    Sign,
    /// To look, with [`Life::may_stay`] first.
    Look,
}

#[derive(Debug)]
pub struct Life {
    state: web::Data<State>,
    credential: Credential,
    ends_at: Instant,
    next_sign: Instant,
    next_look: Instant,
    /// Held for as long as the stream lives.
    _slot: StreamSlot,
}

impl Life {
    /// Refused where the user has as many streams as one may have.
    pub fn begin(state: &web::Data<State>, follower: &Follower) -> Result<Self, Problem> {
        let settings = state.settings.streams;
        let slot = state.streams.open(follower.who.user_id, settings.max_per_user)?;
        let token_left = (follower.expires_at - state.app.clock().now()).to_std().unwrap_or_default();
        let now = Instant::now();
        Ok(Self {
            state: state.clone(),
            credential: follower.credential,
            ends_at: now + token_left,
            next_sign: now + settings.comment_every,
            next_look: now + settings.look_every,
            _slot: slot,
        })
    }

    /// Waits for the next of them. Dropped while it waits, it has lost nothing.
    pub async fn turn(&mut self) -> Turn {
        let settings = self.state.settings.streams;
        tokio::select! {
            () = self.state.draining.begun() => Turn::End("the server is stopping"),
            () = sleep_until(self.ends_at) => Turn::End("the token has expired"),
            () = sleep_until(self.next_sign) => {
                self.next_sign = Instant::now() + settings.comment_every;
                Turn::Sign
            }
            () = sleep_until(self.next_look) => {
                self.next_look = Instant::now() + settings.look_every;
                Turn::Look
            }
        }
    }

    /// Whether the follower may still be here; `None` while the database does not say.
    pub async fn may_stay(&self) -> Option<bool> {
        match auth::still_welcome(&self.state.app, self.credential).await {
            Ok(()) => Some(true),
            Err(AppError::DatabaseAway(_)) => None,
            Err(_) => Some(false),
        }
    }
}

/// The head of a stream: nobody keeps it, and no proxy holds it back.
pub fn answer(
    content_type: &'static str,
    stream: impl Stream<Item = Result<Bytes, Error>> + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream)
}
