//! `GET /admin/dead-letters`

use actix_web::{HttpResponse, get};
use souk_app::admin::OperationFilter;

use crate::dto::{AdminOperationPage, DeadLetterQuery, DeadLetterWish};
use crate::extract::{AdminScope, Operator, Query, StateData};
use crate::problem::Problem;

/// Operations that were put aside because no worker survived them. Those that are `newest` can be queued again.
#[utoipa::path(
    operation_id = "list_dead_letters",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(DeadLetterQuery),
    responses(
        (status = 200, description = "One page", body = AdminOperationPage),
    ),
    extensions(("x-problems" = json!(["auth.admin_only"]))),
)]
#[get("/admin/dead-letters")]
pub async fn dead_letters(
    state: StateData,
    asked: Operator<AdminScope, Query<DeadLetterWish>>,
) -> Result<HttpResponse, Problem> {
    let Query(DeadLetterWish(paging)) = &asked.rest;
    let filter = OperationFilter { dead_letter: Some(true), ..OperationFilter::default() };
    let (sort, cursor) = (paging.sort, paging.cursor.as_ref());
    let page = souk_app::admin::operations(&state.app, &asked.principal, &filter, sort, cursor, paging.limit)
        .await?;
    Ok(HttpResponse::Ok().json(AdminOperationPage::from(page)))
}
