//! Entries for the fuzzers: everything that reads a request, without a server and a database around it.
//!
//! What holds for any bytes at all is asserted here: reading ends, nothing panics, and what is refused is refused with a
//! 4xx problem of the table. The corpus under `fuzz/corpus` is replayed by the gate.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{StatusCode, Uri};
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpRequest, ResponseError as _};
use futures::FutureExt as _;
use ipnet::IpNet;
use souk_app::auth::NewToken;
use souk_app::stores::{Edit, NewStore};
use souk_domain::entropy::Entropy;

use crate::dto::{
    AccountEventQuery, AdminOperationWish, AdminStoreWish, AdminUserWish, AuditWish, CodeBody,
    DeadLetterWish, EnrolBody, EventQuery, LoginBody, NameQuery, OwnAuditWish, PasswordAndCodeBody,
    PasswordBody, PodLogWish, ProvisioningQuery, RebuildStoreBody, RegisterBody, RequeueBody, RestoreBody,
    SecondStepBody, SessionQuery, StoreWish, SuspendBody, TermsWish,
};
use crate::extract::{Idempotency, IfMatch, Input, PreferWait, Query, bearer, read_body};
use crate::problem::{self, Problem};
use crate::{address, correlation};

macro_rules! each {
    ($check:ident($data:expr): $($input:ty),+ $(,)?) => { $($check::<$input>($data);)+ };
}

/// As the body of each request that has one.
pub fn body(data: &[u8]) {
    each!(as_body(data):
        NewStore, Edit, RebuildStoreBody, RegisterBody, LoginBody, SecondStepBody, PasswordBody, EnrolBody, CodeBody,
        PasswordAndCodeBody, NewToken, SuspendBody, RestoreBody, TermsWish, RequeueBody,
    );
}

fn as_body<T: Input>(data: &[u8]) {
    if let Err(problem) = read_body::<T>(data) {
        check(&problem);
    }
}

/// As what stands behind the `?` of each address.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(uri) = format!("/?{text}").parse::<Uri>() else { return };
    let request = TestRequest::get().uri(&uri.to_string()).to_http_request();
    each!(as_query(&request):
        StoreWish, EventQuery, AccountEventQuery, PodLogWish, SessionQuery, NameQuery, AuditWish, OwnAuditWish,
        AdminStoreWish, AdminUserWish, AdminOperationWish, DeadLetterWish, ProvisioningQuery,
    );
}

fn as_query<T: Input>(request: &HttpRequest) {
    extract::<Query<T>>(request);
}

/// As headers, each on a line: those that Souk reads are read.
///
/// # Panics
/// When something that always holds does not, as every entry here.
pub fn headers(data: &[u8]) {
    let mut request = TestRequest::post().uri("/api/v1/stores");
    for line in data.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) =
            (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(&line[colon + 1..]));
        if let (Ok(name), Ok(value)) = (name, value) {
            request = request.append_header((name, value));
        }
    }
    let request = request.to_http_request();
    extract::<IfMatch>(&request);
    extract::<Idempotency>(&request);
    extract::<PreferWait>(&request);
    let _ = bearer(&request);
    let id = correlation::of(request.headers(), &Entropy::seeded(1));
    assert!(HeaderValue::from_str(&id).is_ok(), "a correlation id can stand in a header: {id:?}");
    let (peer, trusted) = (IpAddr::V4(Ipv4Addr::LOCALHOST), [IpNet::from(IpAddr::V4(Ipv4Addr::LOCALHOST))]);
    let client = address::client(peer, request.headers(), &trusted);
    assert_eq!(
        address::client(peer, request.headers(), &[]),
        peer,
        "who is not trusted names nobody: {client}"
    );
}

/// None of these waits for anything.
fn extract<T: FromRequest<Error = Problem>>(request: &HttpRequest) {
    let extracted = T::from_request(request, &mut Payload::None).now_or_never();
    match extracted {
        Some(Err(problem)) => check(&problem),
        Some(Ok(_)) => {}
        None => panic!("reading a request's head waits for something"),
    }
}

fn check(problem: &Problem) {
    let status = problem.status_code();
    assert!(status.is_client_error() && status != StatusCode::NOT_FOUND, "{problem:?}");
    assert!(problem::of(problem.code()).is_some(), "{problem:?}");
}
