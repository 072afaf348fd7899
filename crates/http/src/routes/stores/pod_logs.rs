//! `GET /stores/{id}/pods/logs`

use actix_web::http::header;
use actix_web::{HttpResponse, get};
use souk_domain::id::StoreId;

use crate::dto::{LogLineBody, PodLogQuery, PodLogWish};
use crate::extract::{Authorized, Id, Query, StateData, StoresRead};
use crate::log_stream::{self, Followed};
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
    extensions(("x-problems" = json!(["store.not_found", "request.invalid", "stream.limit", "cluster.unavailable"]))),
)]
#[get("/stores/{id}/pods/logs")]
pub async fn pod_logs(
    state: StateData,
    asked: Authorized<StoresRead, (Id<StoreId>, Query<PodLogWish>)>,
) -> Result<HttpResponse, Problem> {
    let (Id(store), Query(PodLogWish { query, format })) = asked.rest;
    let slot = state.streams.open(asked.principal.user_id, state.settings.streams.max_per_user)?;
    let lines = souk_app::stores::pod_logs(&state.app, &asked.principal, store, query).await?;
    let token_left = (asked.expires_at - state.app.clock().now()).to_std().unwrap_or_default();
    let followed = Followed { state, credential: asked.credential, token_left, format, slot };
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(log_stream::stream(followed, lines)))
}
