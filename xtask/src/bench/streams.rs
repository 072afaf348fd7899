//! Clients that follow a store in which nothing happens.
//!
//! Invariant: a stream that is counted was answered with 200, and is still open when it is looked at.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use super::http::Client;
use crate::error::{Doing, Error, Result};

const HEAD_LIMIT: Duration = Duration::from_secs(10);
const PIECE_BYTES: usize = 16 * 1024;

#[derive(Debug)]
pub struct Stream(TcpStream);

/// Somebody who follows, and what.
#[derive(Debug, Clone)]
pub struct Follower {
    pub token: String,
    pub store: String,
}

impl Follower {
    /// Who has this token, and their newest store.
    pub fn of(address: &str, token: String) -> Result<Self> {
        let page = Client::new(address).bearing(&token).get("/api/v1/stores?limit=1")?.json();
        let store = page.pointer("/items/0/id").and_then(Value::as_str);
        let store = store.ok_or_else(|| Error::Refused("a follower without a store".into()))?.to_owned();
        Ok(Self { token, store })
    }
}

impl Stream {
    pub fn open(address: &str, follower: &Follower) -> Result<Self> {
        let doing = || format!("following a store at {address}");
        let mut stream = TcpStream::connect(address).doing(doing())?;
        stream.set_read_timeout(Some(HEAD_LIMIT)).doing(doing())?;
        let Follower { token, store } = follower;
        let question = format!(
            "GET /api/v1/stores/{store}/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(question.as_bytes()).doing(doing())?;
        let mut head = vec![0; PIECE_BYTES];
        let read = stream.read(&mut head).doing(doing())?;
        let head = String::from_utf8_lossy(&head[..read]).into_owned();
        if !head.starts_with("HTTP/1.1 200") {
            return Err(Error::Refused(format!("a stream was refused: {head}")));
        }
        stream.set_nonblocking(true).doing(doing())?;
        Ok(Self(stream))
    }

    /// Whether it is open still. What has come meanwhile is read and forgotten.
    pub fn is_open(&mut self) -> Result<bool> {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match self.0.read(&mut piece) {
                Ok(0) => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error).doing("reading a stream"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;
    use crate::process;

    #[test]
    fn a_stream_is_open_until_its_server_ends_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n: still here\n\n").unwrap();
            stream
        });
        let follower = Follower { token: "t".into(), store: "s".into() };
        let mut stream = Stream::open(&address, &follower).unwrap();
        let theirs = server.join().unwrap();
        assert!(stream.is_open().unwrap());
        drop(theirs);
        process::wait_for("the end is seen", HEAD_LIMIT, || Ok(!stream.is_open()?)).unwrap();
    }
}
