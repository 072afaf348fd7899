//! Who somebody is, and how they prove it.

mod access_tokens;
mod change_password;
mod confirm;
mod hasher;
mod limits;
mod login;
mod me;
pub mod password;
mod principal;
mod refresh;
mod register;
mod second_factor;
mod second_step;
mod sessions;
pub mod setup;
pub mod token;

pub use access_tokens::{MAX_DAYS, MAX_TOKENS, NewToken, create_token, list_tokens, revoke_token};
pub use change_password::change_password;
pub use login::login;
pub use me::{Me, me};
pub use principal::{Authenticated, authenticate, still_welcome};
pub use refresh::{logout, refresh};
pub use register::{Registration, register, wants_setup_token};
pub use second_factor::{
    FactorStatus, confirm_factor, disable_factor, enrol_factor, factor_status, renew_recovery_codes,
};
pub use second_step::second_step;
pub use sessions::{end_all_sessions, end_session, list_sessions};
pub use souk_db::access_tokens::AccessToken as PersonalToken;
pub use souk_db::sessions::Session as LiveSession;

use std::time::Duration;

use secrecy::SecretString;
use souk_domain::id::SessionId;
use souk_domain::principal::Principal;

use crate::auth::token::AccessToken;
use crate::security::count;

/// A user who has signed in.
#[derive(Debug)]
pub struct Session {
    pub id: SessionId,
    pub principal: Principal,
    pub token: AccessToken,
    pub refresh: RefreshToken,
}

/// Used once, for the next access token and the next refresh token.
#[derive(Debug, Clone)]
pub struct RefreshToken {
    pub text: SecretString,
    /// How long the session lives if nobody uses it.
    pub lifetime: Duration,
}

/// What the right password has led to.
#[derive(Debug)]
pub enum SignedIn {
    Session(Session),
    /// A code is owed.
    Challenge(Challenge),
}

#[derive(Debug)]
pub struct Challenge {
    pub text: SecretString,
    pub lifetime: Duration,
}
