//! Who are you?

pub mod login;
pub mod logout;
pub mod me;
pub mod refresh;
pub mod register;
pub mod second_step;

use actix_web::{HttpResponse, HttpResponseBuilder};
use souk_app::auth::Session;

use crate::cookie;
use crate::dto::{RefreshPlace, SessionBody};
use crate::state::State;

/// The session, with its refresh token where the client wants it.
fn session(
    mut response: HttpResponseBuilder,
    session: &Session,
    place: RefreshPlace,
    state: &State,
) -> HttpResponse {
    if place == RefreshPlace::Cookie {
        response.cookie(cookie::keep(&session.refresh, &state.settings));
    }
    response.json(SessionBody::new(session, place))
}
