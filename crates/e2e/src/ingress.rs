//! Requests from outside, through the ingress, as a browser would make them.

use std::{env, time::Duration};

use souk_test_support::until;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const REQUEST_LIMIT: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long a new route may take to be known to the ingress.
const ROUTE_LIMIT: Duration = Duration::from_secs(20);

/// One GET with a Host header, over a connection of its own: the status line and everything after it.
///
/// # Errors
/// Those of the connection, in words.
pub async fn get(host: &str, path: &str) -> Result<String, String> {
    let address = env::var("SOUK_INGRESS_CONNECT").unwrap_or_else(|_| "127.0.0.1:8080".into());
    let ask = async {
        let mut stream = TcpStream::connect(&address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    timeout(REQUEST_LIMIT, ask)
        .await
        .map_err(|_| format!("{address} has not answered in {} s", REQUEST_LIMIT.as_secs()))?
        .map_err(|error| format!("{address}: {error}"))
}

/// Asks until the answer is a 200, since a route becomes known a moment after its Ingress.
///
/// # Panics
/// When it still is not after [`ROUTE_LIMIT`].
pub async fn get_when_routed(host: &str, path: &str) -> String {
    let mut last = None;
    let answer = until(ROUTE_LIMIT, LOOK_EVERY, async || {
        let answer = get(host, path).await;
        match answer {
            Ok(answer) if answer.starts_with("HTTP/1.1 200") => Some(answer),
            other => {
                last = Some(other);
                None
            }
        }
    })
    .await;
    answer.unwrap_or_else(|| panic!("no 200 for {host}{path}; the last answer: {last:?}"))
}
