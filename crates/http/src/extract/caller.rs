//! Where a request came from, for the audit log and the limits.

use std::net::IpAddr;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, web};
use souk_app::Caller;

use crate::problem::Problem;
use crate::state::State;
use crate::{address, correlation};

/// Characters of the user agent that the audit log keeps.
const USER_AGENT_CHARS: usize = 256;

pub fn state(req: &HttpRequest) -> Result<web::Data<State>, Problem> {
    req.app_data::<web::Data<State>>().cloned().ok_or_else(|| Problem::new("internal", "No state"))
}

pub fn ip(req: &HttpRequest, state: &State) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip();
    Some(address::client(peer, req.headers(), &state.settings.trusted_proxies))
}

pub fn of(req: &HttpRequest, state: &State) -> Caller {
    let user_agent = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Caller {
        ip: ip(req, state),
        user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS).collect()),
        correlation_id: correlation::current(),
    }
}
