//! Why an operator did something: 1 to 500 characters on one line, for the audit log and for whom it was done to.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

pub const MAX_LEN: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    #[error("must be 1 to {MAX_LEN} characters long")]
    Length,
    #[error("may not hold control characters or line breaks")]
    Control,
}

impl Reason {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = InvalidReason;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let s = s.trim();
        if s.is_empty() || s.chars().count() > MAX_LEN {
            return Err(InvalidReason::Length);
        }
        if s.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(InvalidReason::Control);
        }
        Ok(Self(s.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_says_something() {
        assert_eq!(" spam ".parse::<Reason>().map(|reason| reason.0), Ok("spam".to_owned()));
        for empty in ["", "  ", &"x".repeat(501)] {
            assert_eq!(empty.parse::<Reason>(), Err(InvalidReason::Length));
        }
        assert_eq!("two\nlines".parse::<Reason>(), Err(InvalidReason::Control));
    }
}
