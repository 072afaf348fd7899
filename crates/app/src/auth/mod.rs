//! Who somebody is, and how they prove it.

mod login;
mod me;
pub mod password;
mod principal;
mod register;
pub mod token;

pub use login::login;
pub use me::{Me, me};
pub use principal::{Authenticated, authenticate, still_welcome};
pub use register::register;

use souk_domain::principal::Principal;

use crate::auth::token::AccessToken;

/// A user who has signed in.
#[derive(Debug)]
pub struct Session {
    pub principal: Principal,
    pub token: AccessToken,
}
