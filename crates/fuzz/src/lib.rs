//! What the fuzzers run: each entry takes any bytes, and panics when something that always holds does not.
//!
//! `fuzz/` builds a libFuzzer program of each (`cargo fuzz run NAME`); the gate replays what they found worth keeping,
//! which is in `fuzz/corpus/NAME`.

mod words;

pub use souk_http::fuzz::{body, headers, query};
pub use words::words;

/// One that takes bytes.
pub type Entry = fn(&[u8]);

/// By the name of its corpus.
pub const ENTRIES: [(&str, Entry); 4] =
    [("body", body), ("headers", headers), ("query", query), ("words", words)];
