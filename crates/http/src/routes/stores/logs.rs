//! `GET /stores/{id}/logs`

use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::{EventPage, EventQuery};
use crate::extract::{Authorized, Id, Query, StateData, StoresRead};
use crate::problem::Problem;

/// What happened to a store, oldest first.
#[utoipa::path(
    operation_id = "list_store_events",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        EventQuery,
    ),
    responses(
        (status = 200, description = "One page", body = EventPage),
    ),
    extensions(("x-problems" = json!(["store.not_found"]))),
)]
#[get("/stores/{id}/logs")]
pub async fn logs(
    state: StateData,
    asked: Authorized<StoresRead, (Id<StoreId>, Query<EventQuery>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), Query(query)) = asked.rest;
    let limit = query.limit.0;
    let events =
        souk_app::stores::events_after(&state.app, &asked.principal, id, query.after.0, limit).await?;
    Ok(HttpResponse::Ok().json(EventPage::new(events, limit)))
}
