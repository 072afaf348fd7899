//! An answer that waits for the end of the work, as its client prefers.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use souk_app::once::Answered;
use souk_app::{AppError, Principal, stores};
use souk_domain::state::StoreState;

use super::{OPERATIONS, accepted, respond};
use crate::extract::{PREFERENCE_APPLIED, StateData};
use crate::problem::Problem;

/// What is left of a request's own limit for everything else.
const REST: Duration = Duration::from_secs(2);

/// 201 and the store's address when it is ready; else what was answered without waiting, as it stands now. The work itself
/// is durable and waits for nobody, so a client that goes away loses nothing.
pub async fn waited(
    state: &StateData,
    who: &Principal,
    mut done: Answered,
    limit: Duration,
) -> Result<HttpResponse, Problem> {
    let limit = limit.min(state.settings.request_limit.saturating_sub(REST));
    let id = done.answer.location.strip_prefix(OPERATIONS).and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| AppError::internal("an answer that names no operation"))?;
    let now = tokio::select! {
        now = stores::wait(&state.app, who, id, limit) => now?,
        // Whoever stops answers what is known.
        () = state.draining.begun() => stores::wait(&state.app, who, id, Duration::ZERO).await?,
    };
    done.answer = accepted(&now, state.app.addresses())?;
    if now.store.state == StoreState::Ready {
        done.answer.status = StatusCode::CREATED.as_u16();
        done.answer.location = format!("/api/v1/stores/{}", now.store.id);
    }
    let mut response = respond(done);
    if let Ok(applied) = HeaderValue::from_str(&format!("wait={}", limit.as_secs())) {
        response.headers_mut().insert(PREFERENCE_APPLIED, applied);
    }
    Ok(response)
}
