//! One side of `cargo xtask bench queue`: Souk's own queue, or apalis as it comes.
//!
//! Invariant: what is timed is the product's own code over a database that this process has made and drops
//! again. It measures on command, so that sides can take turns, and decides nothing about figures.
//!
//!     queue SIDE DONE      `souk` or `apalis`, with DONE finished jobs in its tables from the start
//!
//! Prints `ready`; then each line `claim N` or `start N` on stdin is answered by one line of JSON: for each
//! thing that was timed its name and the samples in microseconds. Ends with its stdin.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be taken should stop, and say where"
)]

mod claim;
mod souk;
mod stock;

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

/// Each command's first samples are thrown away: connections, plans and caches are cold.
const WARM_UP: usize = 10;
/// Between two samples, so that each meets a queue at rest.
const PAUSE: Duration = Duration::from_millis(10);
/// A job that has not started by then never will.
const START_LIMIT: Duration = Duration::from_secs(10);

/// Microseconds by what was timed.
type Samples = BTreeMap<&'static str, Vec<f64>>;

enum Side {
    Souk(Box<souk::Souk>),
    Stock(Box<stock::Stock>),
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let (name, done) = match &arguments[..] {
        [name, done] => (name.as_str(), done.parse().expect("DONE is a number")),
        _ => return println!("this is one side of `cargo xtask bench queue`, which starts it"),
    };
    let mut side = match name {
        "souk" => Side::Souk(Box::new(souk::Souk::new(done).await)),
        "apalis" => Side::Stock(Box::new(stock::Stock::new(done).await)),
        other => panic!("no side is called {other:?}"),
    };
    println!("ready");
    // This thread has nothing else to do meanwhile; the worker runs on others.
    for line in std::io::stdin().lines() {
        let line = line.expect("read a command");
        let (command, samples) = line.split_once(' ').expect("a command and its number of samples");
        let samples: usize = samples.parse().expect("a number of samples");
        let mut timed = Samples::new();
        for sample in 0..WARM_UP + samples {
            tokio::time::sleep(PAUSE).await;
            let measured = match (&mut side, command) {
                (Side::Souk(souk), "claim") => souk.claim().await,
                (Side::Souk(souk), "start") => souk.start().await,
                (Side::Stock(stock), "claim") => stock.claim().await,
                (Side::Stock(stock), "start") => stock.start().await,
                _ => panic!("no command is called {command:?}"),
            };
            if sample >= WARM_UP {
                for (what, time) in measured {
                    timed.entry(what).or_default().push(time.as_secs_f64() * 1e6);
                }
            }
        }
        println!("{}", serde_json::to_string(&timed).expect("JSON"));
    }
    match side {
        Side::Souk(souk) => souk.end().await,
        Side::Stock(stock) => stock.end().await,
    }
}
