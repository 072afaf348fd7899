//! `GET /stores/{id}/pods/logs`

use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::{LogLineBody, PodLogQuery, PodLogWish};
use crate::extract::{Authorized, Id, Query, StateData, StoresRead};
use crate::life::{self, Life};
use crate::log_stream;
use crate::problem::Problem;

/// What a store's programs write: the last lines of each container in the order of their time and, with `follow`, what
/// comes then, in containers that come later too. Secrets of the store are struck out. Each line of the answer is
/// an object; an empty line, every 15 seconds, says that the stream is alive. It ends when the token does, and when
/// the server stops; go on with `since`.
#[utoipa::path(
    operation_id = "read_pod_logs",
    tag = "stores",
    security(("bearer" = ["stores:read"])),
    params(
        ("id" = String, Path, description = "The store", example = "store_01k0z3v8q4n5w6x7y8z9abcdef"),
        PodLogQuery,
    ),
    responses(
        (status = 200, description = "Lines; none before the store's pods have begun", content(
            (LogLineBody = "application/x-ndjson"),
            (String = "text/plain"),
        )),
    ),
    extensions(("x-problems" = json!(["store.not_found", "stream.limit", "cluster.unavailable"]))),
)]
#[get("/stores/{id}/pods/logs")]
pub async fn pod_logs(
    state: StateData,
    asked: Authorized<StoresRead, (Id<StoreId>, Query<PodLogWish>)>,
) -> Result<HttpResponse, Problem> {
    let life = Life::begin(&state, &asked.follower())?;
    let (Id(store), Query(PodLogWish { query, format })) = asked.rest;
    let lines = souk_app::stores::pod_logs(&state.app, &asked.principal, store, query).await?;
    Ok(life::answer(format.content_type(), log_stream::stream(life, format, lines)))
}
