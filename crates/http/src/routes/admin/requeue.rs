//! `POST /admin/dead-letters/{id}/requeue`

use actix_web::http::header;
use actix_web::{HttpResponse, post};
use souk_domain::id::OperationId;

use crate::dto::{OperationDetailsBody, RequeueBody};
use crate::extract::{AdminScope, Body, Id, Operator, StateData};
use crate::problem::Problem;

/// Queues an operation again that was put aside: from its first step, with all its tries. A provisioning that had failed gets
/// a new namespace and new secrets, as by a retry. Limits of the account do not count.
#[utoipa::path(
    operation_id = "requeue_operation",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The operation", example = "op_01k0z3v8q4n5w6x7y8z9abcdef")),
    request_body = RequeueBody,
    responses(
        (status = 202, description = "Queued", body = OperationDetailsBody,
         headers(("Location" = String, description = "The operation to watch"))),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "operation.not_found", "operation.not_dead_letter", "operation.superseded", "store.name_taken"]))),
)]
#[post("/admin/dead-letters/{id}/requeue")]
pub async fn requeue(
    state: StateData,
    asked: Operator<AdminScope, (Id<OperationId>, Body<RequeueBody>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), Body(body)) = asked.rest;
    let details =
        souk_app::admin::requeue(&state.app, &asked.principal, &asked.caller, id, &body.reason).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/operations/{id}")))
        .json(OperationDetailsBody::from(details)))
}
