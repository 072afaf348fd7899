//! `GET /operations/{id}`

use actix_web::{HttpResponse, get};
use souk_domain::id::OperationId;

use crate::dto::OperationDetailsBody;
use crate::extract::{Authorized, Id, StateData, StoresRead};
use crate::problem::Problem;

/// One operation with its steps: how often each was tried, how long it took, why each failed try failed
/// and what to do; why it waits and until when; who asked, and the id that finds its log lines.
#[utoipa::path(
    operation_id = "get_operation",
    tag = "operations",
    security(("bearer" = ["stores:read"])),
    params(("id" = String, Path, description = "The operation", example = "op_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The operation", body = OperationDetailsBody),
    ),
    extensions(("x-problems" = json!(["operation.not_found"]))),
)]
#[get("/operations/{id}")]
pub async fn get(
    state: StateData,
    asked: Authorized<StoresRead, Id<OperationId>>,
) -> Result<HttpResponse, Problem> {
    let details = souk_app::operations::get(&state.app, &asked.principal, asked.rest.0).await?;
    Ok(HttpResponse::Ok().json(OperationDetailsBody::from(details)))
}
