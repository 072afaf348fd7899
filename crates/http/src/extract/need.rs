//! What a route asks of a token. Each handler names one of these in its arguments; there is no default.
//!
//! Who has signed in may do all that their user may. A personal access token may do what it was made for, and never
//! what would make it more: passwords, second factors, sessions and tokens are for who has signed in.

use souk_domain::principal::Credential;
use souk_domain::scope::Scope;

use crate::problem::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Any token that is good.
    AnyToken,
    Scope(Scope),
    /// To have signed in.
    Session,
}

pub trait Need {
    const NEEDED: Needed;
}

macro_rules! needs {
    ($($name:ident: $needed:expr),+ $(,)?) => {
        $(
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Need for $name {
                const NEEDED: Needed = $needed;
            }
        )+
    };
}

needs! {
    AnyToken: Needed::AnyToken,
    StoresRead: Needed::Scope(Scope::StoresRead),
    StoresWrite: Needed::Scope(Scope::StoresWrite),
    AuditRead: Needed::Scope(Scope::AuditRead),
    AdminScope: Needed::Scope(Scope::Admin),
    SignedIn: Needed::Session,
}

impl Needed {
    pub fn check(self, credential: Credential) -> Result<(), Problem> {
        match (self, credential) {
            (Self::AnyToken, _) | (Self::Session, Credential::Session(_)) => Ok(()),
            (Self::Session, Credential::Token(..)) => Err(Problem::session_required()),
            (Self::Scope(scope), _) if credential.allows(scope) => Ok(()),
            (Self::Scope(scope), _) => Err(Problem::scope_missing(scope)),
        }
    }
}
