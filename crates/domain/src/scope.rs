//! What a personal access token may be used for.

use std::fmt;

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    StoresRead,
    StoresWrite,
    AuditRead,
    /// To act as the operator that the user is; without it, an operator's token sees what a merchant's would.
    Admin,
}

words!(Scope is "a scope":
    StoresRead = "stores:read", StoresWrite = "stores:write", AuditRead = "audit:read", Admin = "admin");

/// A set of scopes. None implies another: `stores:write` does not read.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & bit(scope) != 0
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of [`Scope`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }
}

const fn bit(scope: Scope) -> u8 {
    1 << scope as u8
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Scope::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_implies_another() {
        for one in Scope::ALL {
            let alone: Scopes = [*one].into_iter().collect();
            for other in Scope::ALL {
                assert_eq!(alone.contains(*other), one == other, "{one} and {other}");
                assert!(Scopes::all().contains(*other) && !Scopes::default().contains(*other));
            }
            assert_eq!(one.as_str().parse::<Scope>().ok(), Some(*one));
        }
        assert!("stores".parse::<Scope>().is_err());
    }
}
