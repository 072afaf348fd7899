//! `GET /stores/{id}/events`

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get};
use futures::future::{Ready, ready};
use souk_domain::id::StoreId;

use crate::dto::{EventBody, EventQuery};
use crate::extract::{Authorized, Id, Query, StateData, StoresRead};
use crate::problem::{FieldError, Problem};
use crate::sse::{self, Follow};

const LAST_EVENT_ID: &str = "last-event-id";

/// What happens to a store, as it happens: `text/event-stream`. Each event has its number as `id`, its
/// kind as `event` and JSON as `data`. Read it with `fetch` and the `Authorization` header; go on after
/// a break with `Last-Event-ID`. It ends when the token does, and when the server stops.
#[utoipa::path(
    operation_id = "follow_store",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        ("after" = Option<i64>, Query, description = "Only events after this number", minimum = 0),
        ("Last-Event-ID" = Option<i64>, Header, description = "As `after`, and stronger", minimum = 0),
    ),
    responses(
        (status = 200, description = "Events, until the token ends", body = EventBody, content_type = "text/event-stream"),
    ),
    extensions(("x-problems" = json!(["store.not_found", "stream.limit"]))),
)]
#[get("/stores/{id}/events")]
pub async fn events(
    state: StateData,
    asked: Authorized<StoresRead, (Id<StoreId>, Query<EventQuery>, LastEventId)>,
) -> Result<HttpResponse, Problem> {
    let (Id(store), Query(query), LastEventId(last)) = asked.rest;
    let who = asked.principal;
    let slot = state.streams.open(who.user_id, state.settings.streams.max_per_user)?;
    let after = last.unwrap_or(query.after.0);
    // Before the first read, so that nothing falls between the two.
    let changes = state.app.changes();
    let read = souk_app::stores::events_after(&state.app, &who, store, after, sse::PAGE).await?;
    let token_left = (asked.expires_at - state.app.clock().now()).to_std().unwrap_or_default();
    let credential = asked.credential;
    let follow = Follow { state, who, credential, store, after, changes, token_left, slot };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(sse::stream(follow, read)))
}

/// The number of the last event that the client has seen.
#[derive(Debug, Clone, Copy)]
pub struct LastEventId(Option<i64>);

impl FromRequest for LastEventId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seq = req.headers().get(LAST_EVENT_ID).map(|value| {
            value.to_str().ok().and_then(|text| text.parse().ok()).filter(|seq: &i64| *seq >= 0).ok_or_else(
                || {
                    let message = "must be the number of an event: 0, 1, 2...".to_owned();
                    Problem::invalid(vec![FieldError { field: "Last-Event-ID".to_owned(), message }])
                },
            )
        });
        ready(seq.transpose().map(Self))
    }
}
