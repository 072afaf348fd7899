//! `GET /audit/logs`

use actix_web::{HttpRequest, HttpResponse, get};

use super::{format, respond};
use crate::dto::{AuditPageBody, AuditQuery, AuditWish};
use crate::extract::{AuditRead, Operator, Query, StateData};
use crate::problem::Problem;

/// Who did what on this Souk, newest first: for operators. As JSON, or as CSV with `format=csv` or `Accept: text/csv`.
#[utoipa::path(
    operation_id = "list_audit_logs",
    tag = "audit",
    security(("bearer" = ["audit:read", "admin"])),
    params(AuditQuery),
    responses(
        (status = 200, description = "One page",
         content((AuditPageBody = "application/json"), (String = "text/csv")),
         headers(("Link" = String, description = "The next page, with `rel=\"next\"`, where there is one"))),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/audit/logs")]
pub async fn logs(
    state: StateData,
    req: HttpRequest,
    asked: Operator<AuditRead, Query<AuditWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(wish) = &asked.rest;
    let format = format(wish.format, &req);
    let page = souk_app::audit::all(&state.app, &asked.principal, &wish.filter, wish.limit(format)).await?;
    respond(&req, page, format)
}
