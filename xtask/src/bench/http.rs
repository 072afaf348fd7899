//! Questions over HTTP, as few as a bench has: one connection each, the whole answer, a limit.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use serde_json::Value;

use crate::error::{Doing, Error, Result};

const CONNECT_LIMIT: Duration = Duration::from_secs(2);
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    body: Vec<u8>,
}

impl Answer {
    /// Null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Somebody who is asked, and the headers that every question carries.
#[derive(Debug, Clone)]
pub struct Client {
    address: String,
    headers: String,
}

impl Client {
    pub fn new(address: &str) -> Self {
        Self { address: address.into(), headers: String::new() }
    }

    pub fn bearing(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn with(self, header: &str, value: &str) -> Self {
        Self { headers: format!("{}{header}: {value}\r\n", self.headers), ..self }
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.ask("GET", path, None)
    }

    pub fn delete(&self, path: &str) -> Result<Answer> {
        self.ask("DELETE", path, None)
    }

    /// An answer of another status than `wanted` is an error that says what was answered.
    pub fn post(&self, path: &str, body: &Value, wanted: u16) -> Result<Value> {
        let answer = self.ask("POST", path, Some(&body.to_string()))?;
        if answer.status == wanted {
            return Ok(answer.json());
        }
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        Err(Error::Refused(format!("POST {path} was answered with {}: {said}", answer.status)))
    }

    fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Result<Answer> {
        self.exchange(method, path, body).doing(format!("{method} {path} at {}", self.address))
    }

    /// HTTP/1.0: the answer ends with its connection, in one piece.
    fn exchange(&self, method: &str, path: &str, body: Option<&str>) -> io::Result<Answer> {
        let (address, headers) = (&self.address, &self.headers);
        let place: SocketAddr = address.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let mut stream = TcpStream::connect_timeout(&place, CONNECT_LIMIT)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        let content = body.map_or_else(String::new, |body| {
            format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
        });
        let question = format!(
            "{method} {path} HTTP/1.0\r\nhost: {address}\r\n{headers}{content}\r\n{}",
            body.unwrap_or_default()
        );
        stream.write_all(question.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parse(&answer).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: answer[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_status_and_its_body() {
        let answer =
            parse(b"HTTP/1.0 202 Accepted\r\ncontent-type: application/json\r\n\r\n{\"a\":1}").unwrap();
        assert_eq!((answer.status, answer.json()["a"].as_u64()), (202, Some(1)));
        assert_eq!(parse(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().json(), Value::Null);
        assert!(parse(b"").is_none());
    }
}
