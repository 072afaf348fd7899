//! What the person waiting is told: what begins, and how long each part took.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use crate::error::Result;

/// Parts quicker than this are not worth a line.
const WORTH_A_LINE: Duration = Duration::from_secs(2);

/// Says that something begins, before it does.
pub fn say(text: impl Display) {
    println!("          {text}");
}

/// Runs one part and prints its time when it was long enough to notice.
pub fn part<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let outcome = work();
    let took = started.elapsed();
    if outcome.is_err() {
        println!("{:>7.1} s {name}: FAILED", took.as_secs_f64());
    } else if took >= WORTH_A_LINE {
        println!("{:>7.1} s {name}", took.as_secs_f64());
    }
    outcome
}
