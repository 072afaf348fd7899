//! Events as they happen: those of one store, or of all of an account's.
//!
//! Invariant: nothing is lost and nothing comes twice. The stream listens before it first reads, reads
//! by number, and takes a notification only as a hint to read again; one that is lost costs a few
//! seconds, for it also looks by itself.

use std::collections::VecDeque;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use souk_app::{AppError, Change, Event, Principal, events, stores};
use souk_domain::id::StoreId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::dto::EventBody;
use crate::life::{self, Follower, Life, Turn};
use crate::problem::Problem;
use crate::state::State;

/// Events read at once.
const PAGE: u32 = 200;
/// What a client is told to wait before it connects again.
const RECONNECT_MS: u32 = 1_000;

/// What a stream tells of. Its events have numbers that grow by one: a client goes on after the last one it has seen.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// One store, by its own numbers.
    Store(StoreId),
    /// All stores of the caller's account, by the account's numbers.
    Account,
}

impl Source {
    /// Where a stream begins that names no event: a store's with all that was, an account's with what comes.
    async fn beginning(self, state: &State, who: &Principal) -> Result<i64, AppError> {
        match self {
            Self::Store(_) => Ok(0),
            Self::Account => events::last_account_event(&state.app, who).await,
        }
    }

    /// The events after number `after`, each with its number.
    async fn read(self, state: &State, who: &Principal, after: i64) -> Result<Vec<(i64, Event)>, AppError> {
        match self {
            Self::Store(store) => {
                let events = stores::events_after(&state.app, who, store, after, PAGE).await?;
                Ok(events.into_iter().map(|event| (event.seq, event)).collect())
            }
            Self::Account => events::account_events_after(&state.app, who, after, PAGE).await,
        }
    }

    /// Whether there may be something to read now.
    fn concerns(self, who: &Principal, change: Change) -> bool {
        match (self, change) {
            (Self::Store(own), Change::Events(store, _)) => store == own,
            (Self::Account, Change::Events(_, account)) => account == who.account_id,
            (Self::Store(_) | Self::Account, Change::Anything) => true,
            (Self::Store(_) | Self::Account, Change::Operation(_)) => false,
        }
    }
}

/// Opens a stream of what comes after the event with the number `after`; when none is named, where the source begins.
pub async fn follow(
    state: web::Data<State>,
    follower: Follower,
    source: Source,
    after: Option<i64>,
) -> Result<HttpResponse, Problem> {
    let life = Life::begin(&state, &follower)?;
    let who = follower.who;
    // Before the first read, so that nothing falls between the two.
    let changes = state.app.changes();
    let after = match after {
        Some(after) => after,
        None => source.beginning(&state, &who).await?,
    };
    let read = source.read(&state, &who, after).await?;
    let follow = Follow { state, who, source, after, changes };
    Ok(life::answer("text/event-stream", stream(life, follow, read)))
}

struct Follow {
    state: web::Data<State>,
    who: Principal,
    source: Source,
    /// The number of the last event sent.
    after: i64,
    changes: Receiver<Change>,
}

/// Turns what [`Follow`] says into the stream's bytes, beginning with events that were read already.
fn stream(
    life: Life,
    follow: Follow,
    read: Vec<(i64, Event)>,
) -> impl futures::Stream<Item = Result<Bytes, actix_web::Error>> {
    let mut following = Following {
        life,
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
    life: Life,
    follow: Follow,
    ready: VecDeque<Bytes>,
    may_have_more: bool,
    /// Notifications have ended for good; only looking is left.
    deaf: bool,
    over: bool,
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

    fn take(&mut self, events: Vec<(i64, Event)>) {
        for (number, event) in events {
            self.follow.after = number;
            match frame(number, &EventBody::from(event)) {
                Ok(bytes) => self.ready.push_back(bytes),
                Err(error) => {
                    tracing::error!(%error, "an event cannot be written");
                    self.end("error");
                }
            }
        }
    }

    async fn read(&mut self) {
        let Follow { state, who, source, after, .. } = &self.follow;
        self.may_have_more = false;
        match source.read(state, who, *after).await {
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
        tokio::select! {
            turn = self.life.turn() => match turn {
                Turn::End(why) => self.end(why),
                Turn::Sign => self.ready.push_back(Bytes::from_static(b": still here\n\n")),
                Turn::Look => match self.life.may_stay().await {
                    Some(true) => self.may_have_more = true,
                    Some(false) => self.end("the user may not follow any more"),
                    None => {}
                },
            },
            change = self.follow.changes.recv(), if !self.deaf => match change {
                Ok(change) => self.may_have_more = self.follow.source.concerns(&self.follow.who, change),
                Err(RecvError::Lagged(_)) => self.may_have_more = true,
                Err(RecvError::Closed) => self.deaf = true,
            },
        }
    }

    fn end(&mut self, why: &str) {
        self.ready.push_back(Bytes::from(format!(": {why}\n\n")));
        self.over = true;
        tracing::debug!(source = ?self.follow.source, why, "a stream ends");
    }
}

/// JSON has no raw line breaks, so one `data:` line is enough.
fn frame(number: i64, event: &EventBody) -> Result<Bytes, serde_json::Error> {
    let data = serde_json::to_string(event)?;
    Ok(Bytes::from(format!("id: {number}\nevent: {}\ndata: {data}\n\n", event.kind)))
}
