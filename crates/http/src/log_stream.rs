//! The log of a store's programs, line by line, for as long as its reader may read it.

use std::time::Duration;

use actix_web::web::{self, Bytes};
use futures::StreamExt as _;
use souk_app::stores::Lines;
use souk_app::{AppError, auth};
use souk_domain::principal::Credential;
use tokio::time::{Instant, sleep_until};

use crate::dto::{LogFormat, LogLineBody};
use crate::state::{State, StreamSlot};

/// Lines that are sent together, when so many are there.
const TOGETHER: usize = 64;

pub struct Followed {
    pub state: web::Data<State>,
    /// What it was begun with; it ends with that.
    pub credential: Credential,
    /// How long the caller's token lasts.
    pub token_left: Duration,
    pub format: LogFormat,
    pub slot: StreamSlot,
}

pub fn stream(
    followed: Followed,
    lines: Lines,
) -> impl futures::Stream<Item = Result<Bytes, actix_web::Error>> {
    let now = Instant::now();
    let settings = followed.state.settings.streams;
    let reading = Reading {
        ends_at: now + followed.token_left,
        next_sign: now + settings.comment_every,
        next_look: now + settings.look_every,
        lines: lines.ready_chunks(TOGETHER).boxed(),
        followed,
    };
    futures::stream::unfold(reading, |mut reading| async {
        reading.next().await.map(|bytes| (Ok(bytes), reading))
    })
}

struct Reading {
    followed: Followed,
    lines: futures::stream::BoxStream<'static, Vec<Result<souk_app::logs::LogLine, AppError>>>,
    ends_at: Instant,
    next_sign: Instant,
    next_look: Instant,
}

impl Reading {
    /// `None` at the end, whatever it ends for.
    async fn next(&mut self) -> Option<Bytes> {
        let settings = self.followed.state.settings.streams;
        loop {
            tokio::select! {
                () = self.followed.state.draining.begun() => return None,
                () = sleep_until(self.ends_at) => return None,
                () = sleep_until(self.next_sign) => {
                    self.next_sign = Instant::now() + settings.comment_every;
                    return Some(Bytes::from_static(b"\n"));
                }
                () = sleep_until(self.next_look) => {
                    self.next_look = Instant::now() + settings.look_every;
                    match auth::still_welcome(&self.followed.state.app, self.followed.credential).await {
                        Ok(()) | Err(AppError::DatabaseAway(_)) => {}
                        Err(_) => return None,
                    }
                }
                lines = self.lines.next() => return self.written(lines?),
            }
        }
    }

    fn written(&mut self, lines: Vec<Result<souk_app::logs::LogLine, AppError>>) -> Option<Bytes> {
        let mut text = String::new();
        for line in lines {
            let written = line.map(|line| LogLineBody::from(line).write(self.followed.format));
            match written {
                Ok(Ok(line)) => text += &line,
                Ok(Err(error)) => tracing::error!(%error, "a line of a log cannot be written"),
                Err(error) => {
                    tracing::warn!(%error, slot = ?self.followed.slot, "the log of a store's programs ends early");
                    self.lines = futures::stream::empty().boxed();
                    break;
                }
            }
        }
        (!text.is_empty()).then(|| Bytes::from(text))
    }
}
