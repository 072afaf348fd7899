//! `PATCH /admin/accounts/{id}`

use actix_web::{HttpResponse, patch};
use souk_domain::id::AccountId;

use crate::dto::{AdminAccountBody, TermsBody, TermsWish};
use crate::extract::{AdminScope, Body, Id, Operator, StateData};
use crate::problem::Problem;

/// Sets an account's plan, or how many stores it may have. What is absent stays; `max_stores: null` is the default
/// again. The plan counts from the next time that a store of the account is made, repaired or rebuilt.
#[utoipa::path(
    operation_id = "set_account_terms",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = String, Path, description = "The account", example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")),
    request_body = TermsBody,
    responses(
        (status = 200, description = "The account as it is now", body = AdminAccountBody),
    ),
    extensions(("x-problems" = json!(["auth.admin_only", "account.not_found"]))),
)]
#[patch("/admin/accounts/{id}")]
pub async fn set_terms(
    state: StateData,
    asked: Operator<AdminScope, (Id<AccountId>, Body<TermsWish>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(id), Body(wish)) = asked.rest;
    let (terms, reason) = (&wish.terms, wish.reason.as_ref());
    let account =
        souk_app::admin::set_terms(&state.app, &asked.principal, &asked.caller, id, terms, reason).await?;
    Ok(HttpResponse::Ok().json(AdminAccountBody::new(account, state.app.limits())))
}
