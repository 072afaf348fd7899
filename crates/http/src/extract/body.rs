//! A JSON object, in full or not at all.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures::StreamExt;
use futures::future::LocalBoxFuture;
use serde_json::{Map, Value};

use super::fields::{Fields, Input};
use crate::problem::Problem;
use crate::settings::MAX_BODY_BYTES;

#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: Input + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let whole = collect_checked(req, payload);
        Box::pin(async move { read(&whole.await?).map(Body) })
    }
}

/// As [`Body`], with its bytes: two requests are the same only if these are.
#[derive(Debug)]
pub struct BodyAndBytes<T>(pub T, pub Bytes);

impl<T: Input + 'static> FromRequest for BodyAndBytes<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let whole = collect_checked(req, payload);
        Box::pin(async move {
            let bytes = whole.await?;
            Ok(Self(read(&bytes)?, bytes))
        })
    }
}

fn collect_checked(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let head = check_head(req);
    let payload = payload.take();
    async move {
        head?;
        collect(payload).await
    }
}

/// The object that the bytes are, field by field.
pub fn read<T: Input>(body: &[u8]) -> Result<T, Problem> {
    let mut fields = Fields::new(object(body)?);
    let read = T::read(&mut fields);
    fields.refuse_the_rest();
    fields.finish(read)
}

fn check_head(req: &HttpRequest) -> Result<(), Problem> {
    let content_type =
        req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new("request.wrong_content_type", "Send `Content-Type: application/json`"));
    }
    let length =
        req.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) { Err(too_large()) } else { Ok(()) }
}

async fn collect(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new("request.not_json", "The body ended too early"))?;
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(values)) => Ok(values),
        Ok(_) => Err(Problem::new("request.not_json", "The body must be a JSON object")),
        Err(error) => {
            Err(Problem::new("request.not_json", format!("Line {}, column {}", error.line(), error.column())))
        }
    }
}

fn too_large() -> Problem {
    Problem::new("request.too_large", format!("At most {} KiB", MAX_BODY_BYTES / 1024))
}
