//! `GET /stores/availability`

use actix_web::{HttpResponse, get};

use crate::dto::{AvailabilityBody, NameQuery};
use crate::extract::{Authorized, Query, StateData, StoresRead};
use crate::problem::Problem;

/// Whether a store of this name could be made now, for a form that asks while its user types. A name that can be none is
/// an answer, too. It keeps nothing: somebody of your account may be faster.
#[utoipa::path(
    operation_id = "get_name_availability",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(NameQuery),
    responses(
        (status = 200, description = "Whether it is free, and why not", body = AvailabilityBody),
    ),
)]
#[get("/stores/availability")]
pub async fn availability(
    state: StateData,
    asked: Authorized<StoresRead, Query<NameQuery>>,
) -> Result<HttpResponse, Problem> {
    let Query(NameQuery { name }) = asked.rest;
    let found = souk_app::stores::availability(&state.app, &asked.principal, &name).await?;
    Ok(HttpResponse::Ok().json(AvailabilityBody::new(name, found)))
}
