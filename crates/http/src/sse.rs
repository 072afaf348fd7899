//! A store's events as they happen.
//!
//! Invariant: nothing is lost and nothing comes twice. The stream listens before it first reads, reads
//! by number, and takes a notification only as a hint to read again; one that is lost costs a few
//! seconds, for it also looks by itself.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::web::{self, Bytes};
use souk_app::{AppError, Change, Event, Principal, auth, stores};
use souk_domain::id::StoreId;
use souk_domain::principal::Credential;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::dto::EventBody;
use crate::state::{State, StreamSlot};

/// Events read at once.
pub const PAGE: u32 = 200;
/// What a client is told to wait before it connects again.
const RECONNECT_MS: u32 = 1_000;

pub struct Follow {
    pub state: web::Data<State>,
    pub who: Principal,
    /// What it was begun with; it ends with that.
    pub credential: Credential,
    pub store: StoreId,
    /// The number of the last event sent.
    pub after: i64,
    pub changes: Receiver<Change>,
    /// How long the caller's token lasts.
    pub token_left: Duration,
    pub slot: StreamSlot,
}

/// Turns what [`Follow`] says into the stream's bytes, beginning with events that were read already.
pub fn stream(
    follow: Follow,
    read: Vec<Event>,
) -> impl futures::Stream<Item = Result<Bytes, actix_web::Error>> {
    let now = Instant::now();
    let settings = follow.state.settings.streams;
    let mut following = Following {
        ends_at: now + follow.token_left,
        next_comment: now + settings.comment_every,
        next_look: now + settings.look_every,
        may_have_more: read.len() >= PAGE as usize,
        ready: VecDeque::from([Bytes::from(format!(": following\nretry: {RECONNECT_MS}\n\n"))]),
        deaf: false,
        over: false,
        follow,
    };
    following.take(read);
    futures::stream::unfold(following, |mut following| async {
        following.next().await.map(|bytes| (Ok(bytes), following))
    })
}

struct Following {
    follow: Follow,
    ready: VecDeque<Bytes>,
    may_have_more: bool,
    /// Notifications have ended for good; only looking is left.
    deaf: bool,
    over: bool,
    ends_at: Instant,
    next_comment: Instant,
    next_look: Instant,
}

impl Following {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            if self.over {
                return None;
            }
            if self.may_have_more {
                self.read().await;
            } else {
                self.wait().await;
            }
        }
    }

    fn take(&mut self, events: Vec<Event>) {
        for event in events {
            self.follow.after = event.seq;
            match frame(&EventBody::from(event)) {
                Ok(bytes) => self.ready.push_back(bytes),
                Err(error) => {
                    tracing::error!(%error, "an event cannot be written");
                    self.end("error");
                }
            }
        }
    }

    async fn read(&mut self) {
        let Follow { state, who, store, after, .. } = &self.follow;
        self.may_have_more = false;
        match stores::events_after(&state.app, who, *store, *after, PAGE).await {
            Ok(events) => {
                self.may_have_more = events.len() >= PAGE as usize;
                self.take(events);
            }
            // The next look asks again.
            Err(AppError::DatabaseAway(_)) => {}
            Err(error) => {
                tracing::warn!(%error, "a stream ends early");
                self.end("error");
            }
        }
    }

    async fn wait(&mut self) {
        let settings = self.follow.state.settings.streams;
        tokio::select! {
            () = self.follow.state.draining.begun() => self.end("the server is stopping"),
            () = sleep_until(self.ends_at) => self.end("the token has expired"),
            () = sleep_until(self.next_comment) => {
                self.next_comment = Instant::now() + settings.comment_every;
                self.ready.push_back(Bytes::from_static(b": still here\n\n"));
            }
            () = sleep_until(self.next_look) => {
                self.next_look = Instant::now() + settings.look_every;
                self.look_by_itself().await;
            }
            change = self.follow.changes.recv(), if !self.deaf => match change {
                Ok(Change::Events(store)) => self.may_have_more = store == self.follow.store,
                Ok(Change::Anything) | Err(RecvError::Lagged(_)) => self.may_have_more = true,
                Ok(Change::Operation(_)) => {}
                Err(RecvError::Closed) => self.deaf = true,
            },
        }
    }

    async fn look_by_itself(&mut self) {
        match auth::still_welcome(&self.follow.state.app, self.follow.credential).await {
            Ok(()) => self.may_have_more = true,
            Err(AppError::DatabaseAway(_)) => {}
            Err(_) => self.end("the user may not follow any more"),
        }
    }

    fn end(&mut self, why: &str) {
        self.ready.push_back(Bytes::from(format!(": {why}\n\n")));
        self.over = true;
        tracing::debug!(store = %self.follow.store, slot = ?self.follow.slot, why, "a stream ends");
    }
}

/// JSON has no raw line breaks, so one `data:` line is enough.
fn frame(event: &EventBody) -> Result<Bytes, serde_json::Error> {
    let data = serde_json::to_string(event)?;
    Ok(Bytes::from(format!("id: {}\nevent: {}\ndata: {data}\n\n", event.seq, event.kind)))
}
