//! The log of a store's programs, line by line, for as long as its reader may read it.

use actix_web::web::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream, Stream};
use souk_app::AppError;
use souk_app::logs::LogLine;
use souk_app::stores::Lines;

use crate::dto::{LogFormat, LogLineBody};
use crate::life::{Life, Turn};

/// Lines that are sent together, when so many are there.
const TOGETHER: usize = 64;

type Read = Vec<Result<LogLine, AppError>>;

pub fn stream(
    life: Life,
    format: LogFormat,
    lines: Lines,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    let reading = Reading { life, format, lines: lines.ready_chunks(TOGETHER).boxed() };
    stream::unfold(reading, |mut reading| async { reading.next().await.map(|bytes| (Ok(bytes), reading)) })
}

struct Reading {
    life: Life,
    format: LogFormat,
    lines: BoxStream<'static, Read>,
}

impl Reading {
    /// `None` at the end, whatever it ends for.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                turn = self.life.turn() => match turn {
                    Turn::End(_) => return None,
                    Turn::Sign => return Some(Bytes::from_static(b"\n")),
                    Turn::Look if self.life.may_stay().await == Some(false) => return None,
                    Turn::Look => {}
                },
                lines = self.lines.next() => return self.written(lines?),
            }
        }
    }

    fn written(&mut self, lines: Read) -> Option<Bytes> {
        let mut text = String::new();
        for line in lines {
            match line.map(|line| LogLineBody::from(line).write(self.format)) {
                Ok(Ok(line)) => text += &line,
                Ok(Err(error)) => tracing::error!(%error, "a line of a log cannot be written"),
                Err(error) => {
                    tracing::warn!(%error, "the log of a store's programs ends early");
                    self.lines = stream::empty().boxed();
                    break;
                }
            }
        }
        (!text.is_empty()).then(|| Bytes::from(text))
    }
}
