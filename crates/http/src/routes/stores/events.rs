//! `GET /stores/{id}/events`

use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::{EventFrameBody, EventQuery};
use crate::extract::{Authorized, Id, LastEventId, Query, StateData, StoresRead};
use crate::problem::Problem;
use crate::sse::{self, Source};

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
        (status = 200, description = "Events, until the token ends", body = EventFrameBody, content_type = "text/event-stream"),
    ),
    extensions(("x-problems" = json!(["store.not_found", "stream.limit"]))),
)]
#[get("/stores/{id}/events")]
pub async fn events(
    state: StateData,
    asked: Authorized<StoresRead, (Id<StoreId>, Query<EventQuery>, LastEventId)>,
) -> Result<HttpResponse, Problem> {
    let follower = asked.follower();
    let (Id(store), Query(query), LastEventId(last)) = asked.rest;
    sse::follow(state, follower, Source::Store(store), Some(last.unwrap_or(query.after.0))).await
}
