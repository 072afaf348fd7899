//! HTTP to one store, whatever resolves its name.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use url::Url;

/// One question and its answer; a store on two busy cores may take a moment.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    #[error("{0} is not an address")]
    Address(String),
    #[error("no answer to {method} {path}")]
    NoAnswer {
        method: Method,
        path: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("{method} {path} was answered with {status}: {body}")]
    Refused { method: Method, path: String, status: StatusCode, body: String },
    #[error("{what} is missing in the answer: {answer}")]
    Missing { what: &'static str, answer: String },
    #[error("the store failed: {0}")]
    Store(String),
    #[error("the order was not made: {0}")]
    NotAnOrder(String),
    #[error("the HTTP client could not be made")]
    Client(#[from] reqwest::Error),
}

/// A way to one store or one Souk.
#[derive(Debug, Clone)]
pub struct StoreClient {
    client: Client,
    base: Url,
    headers: Vec<(&'static str, String)>,
}

impl StoreClient {
    /// `connect` is an address to use in place of the name's own, for names that only browsers resolve.
    pub fn new(base: &str, connect: Option<std::net::SocketAddr>) -> Result<Self, ShopError> {
        // Two TLS stacks may be linked in; whoever was first is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let bad = || ShopError::Address(base.to_owned());
        let base = Url::parse(base).map_err(|_| bad())?;
        let host = base.host_str().ok_or_else(bad)?.to_owned();
        let mut builder = Client::builder().timeout(REQUEST_LIMIT).no_proxy();
        if let Some(connect) = connect {
            builder = builder.resolve(&host, connect);
        }
        Ok(Self { client: builder.build()?, base, headers: Vec::new() })
    }

    /// The same store, with one more header on every request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub async fn get(&self, path: &str) -> Result<Value, ShopError> {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Result<Value, ShopError> {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Result<Value, ShopError> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value, ShopError> {
        self.send(Method::DELETE, path, None).await
    }

    /// As [`Self::get`], with one header of the answer.
    pub async fn get_with(&self, path: &str, header: &str) -> Result<(Value, String), ShopError> {
        let answer = self.ask(Method::GET, path, None).await?;
        let value = answer.headers().get(header).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let no_answer = |source| ShopError::NoAnswer { method: Method::GET, path: path.to_owned(), source };
        let text = answer.text().await.map_err(no_answer)?;
        let value =
            value.ok_or_else(|| ShopError::Missing { what: "a header", answer: header.to_owned() })?;
        Ok((serde_json::from_str(&text).unwrap_or(Value::Null), value))
    }

    /// What is at the path as it is, with its content type.
    pub async fn file(&self, path: &str) -> Result<(String, Vec<u8>), ShopError> {
        let answer = self.ask(Method::GET, path, None).await?;
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_owned();
        let no_answer = |source| ShopError::NoAnswer { method: Method::GET, path: path.to_owned(), source };
        Ok((kind, answer.bytes().await.map_err(no_answer)?.to_vec()))
    }

    /// The lines at the path as they come, until `stop` says that it has seen enough; within one request's limit.
    pub async fn lines_until(
        &self,
        path: &str,
        mut stop: impl FnMut(&str) -> bool,
    ) -> Result<Vec<String>, ShopError> {
        let mut answer = self.ask(Method::GET, path, None).await?;
        let no_answer = |source| ShopError::NoAnswer { method: Method::GET, path: path.to_owned(), source };
        let (mut lines, mut rest) = (Vec::new(), Vec::new());
        while let Some(bytes) = answer.chunk().await.map_err(no_answer)? {
            rest.extend_from_slice(&bytes);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(&rest[..end]).into_owned();
                rest.drain(..=end);
                let enough = stop(&line);
                lines.push(line);
                if enough {
                    return Ok(lines);
                }
            }
        }
        Ok(lines)
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, ShopError> {
        let answer = self.ask(method.clone(), path, body).await?;
        let no_answer = |source| ShopError::NoAnswer { method, path: path.to_owned(), source };
        let text = answer.text().await.map_err(no_answer)?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// An answer that is a success.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Response, ShopError> {
        let no_answer =
            |source| ShopError::NoAnswer { method: method.clone(), path: path.to_owned(), source };
        let address = self.base.join(path).map_err(|_| ShopError::Address(path.to_owned()))?;
        let mut request = self.client.request(method.clone(), address);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(no_answer)?;
        let status = answer.status();
        if !status.is_success() {
            let body = answer.text().await.map_err(no_answer)?;
            return Err(ShopError::Refused { method, path: path.to_owned(), status, body });
        }
        Ok(answer)
    }
}

/// The text at `pointer`, or an error that shows where it should have been.
pub(crate) fn text_at(answer: &Value, pointer: &str, what: &'static str) -> Result<String, ShopError> {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| ShopError::Missing { what, answer: answer.to_string() })
}
