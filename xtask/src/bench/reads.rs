//! A client that keeps its rate: `xtask bench reads`, a process of its own that `bench limits` starts.
//!
//! Invariant: the time of each request counts from the moment it was due, not from when it could be sent. A server
//! that is slow is asked no less for it, and whatever waits behind a slow answer is counted with that wait.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::taken;
use crate::{
    error::{Doing, Error, Result},
    process,
};

const TOKEN: &str = "SOUK_BENCH_TOKEN";
/// Requests that may be under way at once. With as many as are due within a second there is always one free, unless
/// answers take longer than that.
const CONNECTIONS: usize = 64;
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Until the first request: every connection is open by then.
const LEAD: Duration = Duration::from_millis(200);
/// Before everything else on this machine, so that waiting for a core is no part of what is measured. Root only; for
/// others it stays as it is.
const NICE: &str = "-10";

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long)]
    address: String,
    #[arg(long)]
    path: String,
    #[arg(long)]
    per_second: u32,
    #[arg(long)]
    seconds: u32,
}

/// What the client tells.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// From when each was due to the end of its answer.
    pub took_ms: Vec<f64>,
    /// From when each was due to when it was sent.
    pub late_ms: Vec<f64>,
    /// Of one core, how much the client itself has used.
    pub cpu_share: f64,
}

/// Asks at that rate, in a process of its own.
pub fn keep_rate(address: &str, path: &str, token: &str, per_second: u32, seconds: u64) -> Result<Kept> {
    let this = env::current_exe().doing("finding this program")?;
    let mut client = Command::new("nice");
    client
        .args(["-n", NICE])
        .arg(this)
        .args(["bench", "reads", "--address", address, "--path", path])
        .args(["--per-second", &per_second.to_string(), "--seconds", &seconds.to_string()])
        .env(TOKEN, token);
    let output = process::mortal(&client)
        .stdin(Stdio::null())
        .output()
        .doing("running the client that keeps its rate")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Refused(format!("the client that keeps its rate: {said}")));
    }
    serde_json::from_slice(&output.stdout).doing("reading what the client measured")
}

/// The client's own process.
pub fn run(options: &Options) -> Result<()> {
    let token = env::var(TOKEN).map_err(|_| Error::Refused(format!("{TOKEN} is missing")))?;
    let total = options.per_second * options.seconds;
    let period = Duration::from_secs(1) / options.per_second.max(1);
    let question = format!(
        "GET {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n",
        options.path, options.address
    );
    let begins = Instant::now() + LEAD;
    let next = AtomicU32::new(0);
    let kept = Mutex::new(Kept::default());
    let ask = || -> Result<()> {
        let mut connection = BufReader::new(connect(&options.address)?);
        loop {
            // Taken in order: whoever is free waits for the next one that is due.
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return Ok(());
            }
            let due = begins + period * number;
            process::wait_until(due);
            let sent = Instant::now();
            exchange(&mut connection, &question)?;
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.took_ms.push(due.elapsed().as_secs_f64() * 1e3);
            kept.late_ms.push(sent.saturating_duration_since(due).as_secs_f64() * 1e3);
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().try_for_each(|client| {
            client.join().unwrap_or_else(|_| Err(Error::Refused("a client's thread stopped".into())))
        })
    })?;
    let mut kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    kept.cpu_share = taken::by(std::process::id())?.cpu_s / f64::from(options.seconds.max(1));
    println!("{}", serde_json::to_string(&kept).doing("writing what was measured")?);
    Ok(())
}

fn connect(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).doing(format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(ANSWER_LIMIT)).doing("setting a limit")?;
    stream.set_nodelay(true).doing("sending at once")?;
    Ok(stream)
}

/// One question and its whole answer, which has to be a good one.
fn exchange(connection: &mut BufReader<TcpStream>, question: &str) -> Result<()> {
    connection.get_mut().write_all(question.as_bytes()).doing("asking")?;
    let (mut status, mut length) = (String::new(), None);
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).doing("reading an answer")? == 0 {
            return Err(Error::Refused("an answer ended early".into()));
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if status.is_empty() {
            line.clone_into(&mut status);
        }
        length = length.or_else(|| length_in(line));
    }
    let length = length.ok_or_else(|| Error::Refused(format!("an answer without a length: {status}")))?;
    let mut body = vec![0; length];
    connection.read_exact(&mut body).doing("reading an answer's body")?;
    if status.split(' ').nth(1) == Some("200") {
        return Ok(());
    }
    Err(Error::Refused(format!("{status}: {}", String::from_utf8_lossy(&body))))
}

fn length_in(header: &str) -> Option<usize> {
    let (name, value) = header.split_once(':')?;
    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_length_is_known_by_its_name_however_it_is_written() {
        assert_eq!(length_in("Content-Length: 12"), Some(12));
        assert_eq!(length_in("content-length:7"), Some(7));
        assert_eq!(length_in("x-content-length: 7"), None);
    }

    /// Answers each of `answers` to one question, over one connection.
    fn served(answers: &'static [&'static str]) -> BufReader<TcpStream> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                let mut question = [0; 1024];
                let _ = stream.read(&mut question).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        BufReader::new(connect(&address).unwrap())
    }

    #[test]
    fn one_connection_serves_one_question_after_the_other_and_a_refusal_is_an_error() {
        let mut connection = served(&[
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 4\r\n\r\nlate",
        ]);
        exchange(&mut connection, "GET / HTTP/1.1\r\n\r\n").unwrap();
        let refused = exchange(&mut connection, "GET / HTTP/1.1\r\n\r\n").unwrap_err().to_string();
        assert!(refused.contains("429") && refused.contains("late"), "{refused}");
    }
}
