//! Asks a store as a visitor would: through the ingress, under the store's own name.
//!
//! With `ingress_connect` the connection goes to that address while name, Host header and TLS stay
//! the store's: `*.localhost` resolves in browsers only. Every answer is bounded in time and size.

use std::time::Duration;

use reqwest::header::{HOST, HeaderValue, SET_COOKIE};
use reqwest::{Client, Method, StatusCode, redirect};
use serde_json::Value;
use souk_provisioner::{StepError, Target};
use tokio::net::lookup_host;
use url::Url;

/// One question and its answer.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// A page of a shop is shorter; of a longer answer only the beginning is looked at.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// A store as its visitors reach it.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    base: Url,
    host: HeaderValue,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
    /// `name=value` of each cookie that was set.
    cookies: Vec<String>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// What a browser would send along from now on.
    pub fn cookie_header(&self) -> String {
        self.cookies.join("; ")
    }
}

/// What is sent along with a question.
enum Body<'a> {
    None,
    Json(&'a Value),
    Form(&'a [(&'a str, &'a str)]),
}

/// Nobody answered. Whether that is a fault depends on how long it goes on.
#[derive(Debug, thiserror::Error)]
#[error("no answer to {method} {path}")]
pub struct NoAnswer {
    method: Method,
    path: String,
    #[source]
    source: reqwest::Error,
}

impl Visitor {
    pub async fn new(target: &Target, connect: Option<&str>) -> Result<Self, StepError> {
        let broken = |what: &str| StepError::permanent(format!("the store's address {} {what}", target.url));
        let mut base = Url::parse(&target.url).map_err(|error| broken("cannot be read").caused_by(error))?;
        let name = base.host_str().ok_or_else(|| broken("names no host"))?.to_owned();
        let authority = base.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"));
        let host =
            HeaderValue::from_str(&authority).map_err(|error| broken("cannot be asked").caused_by(error))?;
        // reqwest looks for the process's cryptography; whoever was first is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .timeout(REQUEST_LIMIT)
            .connect_timeout(CONNECT_LIMIT)
            .redirect(redirect::Policy::none())
            .no_proxy();
        if let Some(connect) = connect {
            let failed = || StepError::transient(format!("the ingress {connect} cannot be found"));
            let mut found = lookup_host(connect).await.map_err(|error| failed().caused_by(error))?;
            let address = found.next().ok_or_else(failed)?;
            builder = builder.resolve(&name, address);
            base.set_port(Some(address.port())).map_err(|()| broken("cannot be asked"))?;
        }
        let client = builder.build().map_err(|error| broken("cannot be asked").caused_by(error))?;
        Ok(Self { client, base, host })
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        self.ask(Method::GET, path, headers, Body::None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, NoAnswer> {
        self.ask(Method::POST, path, &[], Body::Json(body)).await
    }

    /// As a browser sends a form.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        self.ask(Method::POST, path, &[], Body::Form(form)).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body<'_>,
    ) -> Result<Answer, NoAnswer> {
        let failed = |source| NoAnswer { method: method.clone(), path: path.to_owned(), source };
        let mut url = self.base.clone();
        let (path_only, query) =
            path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(path_only);
        url.set_query(query);
        let mut request = self.client.request(method.clone(), url).header(HOST, self.host.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request = match body {
            Body::None => request,
            Body::Json(json) => request.json(json),
            Body::Form(form) => request.form(form),
        };
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies = set.filter_map(|cookie| cookie.split(';').next()).map(str::to_owned).collect();
        let mut kept = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            let room = BODY_LIMIT_BYTES.saturating_sub(kept.len()).min(chunk.len());
            kept.extend_from_slice(&chunk[..room]);
            if room < chunk.len() {
                break;
            }
        }
        Ok(Answer { status, body: kept, cookies })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{header, method, path, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::fake_api::target;

    #[tokio::test]
    async fn the_ingress_is_asked_at_its_address_under_the_stores_name() {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path("/store/products"))
            .and(query_param("limit", "100"))
            .and(header("host", "shop-x7k2mq.localhost:8080"))
            .and(header("x-publishable-api-key", "pk_1"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"products": []})))
            .mount(&server)
            .await;
        let visitor = Visitor::new(&target(), Some(&server.address().to_string())).await.unwrap();
        let answer =
            visitor.get("/store/products?limit=100", &[("x-publishable-api-key", "pk_1")]).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"products": []})));
        // The positive control: without its key the store answers otherwise.
        assert_eq!(visitor.get("/store/products?limit=100", &[]).await.unwrap().status.as_u16(), 404);
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_a_long_body_is_cut() {
        let server = MockServer::start().await;
        let redirect = ResponseTemplate::new(302).insert_header("location", "http://elsewhere.example.com/");
        Mock::given(path("/away")).respond_with(redirect).mount(&server).await;
        let long = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; BODY_LIMIT_BYTES + 10_000]);
        Mock::given(path("/long")).respond_with(long).mount(&server).await;
        let visitor = Visitor::new(&target(), Some(&server.address().to_string())).await.unwrap();
        assert_eq!(visitor.get("/away", &[]).await.unwrap().status.as_u16(), 302);
        assert_eq!(visitor.get("/long", &[]).await.unwrap().body.len(), BODY_LIMIT_BYTES);
    }

    #[tokio::test]
    async fn a_closed_door_is_no_answer() {
        let visitor = Visitor::new(&target(), Some("127.0.0.1:9")).await.unwrap();
        assert!(visitor.get("/health", &[]).await.is_err());
    }
}
