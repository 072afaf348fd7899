//! `GET /events`

use actix_web::{HttpResponse, get};

use crate::dto::{AccountEventQuery, EventFrameBody};
use crate::extract::{Authorized, LastEventId, Query, StateData, StoresRead};
use crate::problem::Problem;
use crate::sse::{self, Source};

/// What happens to all stores of your account, as it happens: `text/event-stream`, as `/stores/{id}/events`. Each event's `id`
/// is its number in your account: 1, 2, 3... without gaps, in the order in which they became true; `seq`, in its data, is
/// the one in its store. Without `after` or `Last-Event-ID` it begins with what comes next.
#[utoipa::path(
    operation_id = "follow_account",
    tag = "account",
    security(("bearer" = ["stores:read"])),
    params(
        AccountEventQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "As `after`, and stronger", minimum = 0),
    ),
    responses(
        (status = 200, description = "Events, until the token ends", body = EventFrameBody, content_type = "text/event-stream"),
    ),
    extensions(("x-problems" = json!(["stream.limit"]))),
)]
#[get("/events")]
pub async fn follow(
    state: StateData,
    asked: Authorized<StoresRead, (Query<AccountEventQuery>, LastEventId)>,
) -> Result<HttpResponse, Problem> {
    let follower = asked.follower();
    let (Query(query), LastEventId(last)) = asked.rest;
    sse::follow(state, follower, Source::Account, last.or(query.after.map(|seq| seq.0))).await
}
