//! `GET /me/audit`

use actix_web::{HttpRequest, HttpResponse, get};

use super::{format, respond};
use crate::dto::{AuditPageBody, OwnAuditQuery, OwnAuditWish};
use crate::extract::{AuditRead, Authorized, Query, StateData};
use crate::problem::Problem;

/// What you did, and what was done to your account, newest first. As JSON, or as CSV with `format=csv` or
/// `Accept: text/csv`.
#[utoipa::path(
    operation_id = "list_own_audit",
    tag = "audit",
    security(("bearer" = ["audit:read"])),
    params(OwnAuditQuery),
    responses(
        (status = 200, description = "One page",
         content((AuditPageBody = "application/json"), (String = "text/csv")),
         headers(("Link" = String, description = "The next page, with `rel=\"next\"`, where there is one"))),
    ),
)]
#[get("/me/audit")]
pub async fn own(
    state: StateData,
    req: HttpRequest,
    asked: Authorized<AuditRead, Query<OwnAuditWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(OwnAuditWish(wish)) = &asked.rest;
    let format = format(wish.format, &req);
    let page = souk_app::audit::own(&state.app, &asked.principal, &wish.filter, wish.limit(format)).await?;
    respond(&req, page, format)
}
