//! `GET /stores/{id}/credentials`

use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::CredentialsBody;
use crate::extract::{Authorized, Id, StateData, StoresWrite};
use crate::problem::Problem;

/// How to sign in to a ready store. For its owner only; each look is noted in the audit log.
#[utoipa::path(
    operation_id = "get_store_credentials",
    tag = "stores",
    security(("bearer" = ["stores:write"])),
    params(("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef")),
    responses(
        (status = 200, description = "The credentials", body = CredentialsBody),
    ),
    extensions(("x-problems" = json!(["store.not_owner", "store.not_found", "store.not_ready"]))),
)]
#[get("/stores/{id}/credentials")]
pub async fn credentials(
    state: StateData,
    asked: Authorized<StoresWrite, Id<StoreId>>,
) -> Result<HttpResponse, Problem> {
    let found =
        souk_app::stores::credentials(&state.app, &asked.principal, &asked.caller, asked.rest.0).await?;
    Ok(HttpResponse::Ok().json(CredentialsBody::from(found)))
}
