//! `GET /admin/accounts/{id}`

use actix_web::{HttpResponse, get};
use souk_domain::id::AccountId;

use crate::dto::AdminAccountBody;
use crate::extract::{AdminScope, Id, Operator, StateData};
use crate::problem::Problem;

/// One account: its plan, and how many stores it has and may have.
#[utoipa::path(
    operation_id = "get_account",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The account", example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The account", body = AdminAccountBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "account.not_found"]))),
)]
#[get("/admin/accounts/{id}")]
pub async fn account(
    state: StateData,
    asked: Operator<AdminScope, Id<AccountId>>,
) -> Result<HttpResponse, Problem> {
    let account = souk_app::admin::account(&state.app, &asked.principal, asked.rest.0).await?;
    Ok(HttpResponse::Ok().json(AdminAccountBody::new(account, state.app.limits())))
}
