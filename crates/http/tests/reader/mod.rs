//! Reads a stream of events as a browser would.
#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::time::Duration;

use futures::StreamExt;
use reqwest::Response;
use serde_json::Value;

/// Bounds a broken test.
const LIMIT: Duration = Duration::from_secs(20);

/// Reads a stream of events as a browser would.
pub struct Stream {
    /// Whether an event's `id` is its number in its store.
    by_seq: bool,
    bytes: futures::stream::BoxStream<'static, Vec<u8>>,
    text: String,
}

#[derive(Debug, PartialEq)]
pub enum Frame {
    Event { id: i64, kind: String, data: Value },
    Comment(String),
}

impl Stream {
    pub fn of_a_store(response: Response) -> Self {
        Self::new(response, true)
    }

    pub fn of_an_account(response: Response) -> Self {
        Self::new(response, false)
    }

    fn new(response: Response, by_seq: bool) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(response.headers().get("content-encoding").is_none());
        let bytes =
            response.bytes_stream().map(|bytes| bytes.map(|bytes| bytes.to_vec()).unwrap_or_default());
        Self { by_seq, bytes: bytes.boxed(), text: String::new() }
    }

    /// The next frame; `None` at the end of the stream.
    pub async fn frame(&mut self) -> Option<Frame> {
        let read = async {
            while !self.text.contains("\n\n") {
                let bytes = self.bytes.next().await?;
                self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            }
            let (frame, rest) = self.text.split_once("\n\n").unwrap();
            let (frame, rest) = (frame.to_owned(), rest.to_owned());
            self.text = rest;
            Some(parse(&frame))
        };
        tokio::time::timeout(LIMIT, read).await.expect("a frame in time")
    }

    pub async fn event(&mut self) -> (i64, String, Value) {
        loop {
            if let Frame::Event { id, kind, data } = self.frame().await.expect("an event, not the end") {
                assert!(!self.by_seq || data["seq"] == id, "{id}: {data}");
                return (id, kind, data);
            }
        }
    }

    /// Everything up to event `last`: the numbers.
    pub async fn until(&mut self, last: i64) -> Vec<i64> {
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            seen.push(self.event().await.0);
            assert!(seen.len() <= usize::try_from(last).unwrap(), "something came twice: {seen:?}");
        }
        seen
    }

    /// The comments before the end.
    pub async fn end(&mut self) -> Vec<String> {
        let mut comments = Vec::new();
        while let Some(frame) = self.frame().await {
            if let Frame::Comment(text) = frame {
                comments.push(text);
            }
        }
        comments
    }
}

fn parse(frame: &str) -> Frame {
    let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    match field("id:") {
        Some(id) => {
            let (id, kind) = (id.parse().unwrap(), field("event:").unwrap().to_owned());
            let data: Value = serde_json::from_str(field("data:").unwrap()).unwrap();
            assert_eq!(data["kind"], kind.as_str());
            Frame::Event { id, kind, data }
        }
        None => Frame::Comment(field(":").unwrap_or_default().to_owned()),
    }
}
