//! A part of a text that somebody looks for: it means itself, letter by letter, and no pattern.

use std::str::FromStr;

/// Characters at most: as long as a title.
pub const MAX_LEN: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPart {
    #[error("must be at most {MAX_LEN} characters long")]
    Length,
    #[error("may not hold control characters")]
    Control,
}

impl Part {
    /// Nothing is the part of everything: see [`Part::is_empty`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is looked for, as by a field that nobody has typed in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Part {
    type Err = InvalidPart;

    fn from_str(s: &str) -> Result<Self, InvalidPart> {
        let s = s.trim();
        if s.chars().count() > MAX_LEN {
            return Err(InvalidPart::Length);
        }
        if s.chars().any(char::is_control) {
            return Err(InvalidPart::Control);
        }
        Ok(Self(s.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_short_and_plain() {
        assert_eq!(" 50% ".parse::<Part>().map(|part| part.0), Ok("50%".to_owned()));
        assert!("  ".parse::<Part>().unwrap().is_empty());
        assert_eq!("x".repeat(MAX_LEN + 1).parse::<Part>(), Err(InvalidPart::Length));
        assert_eq!("a\0b".parse::<Part>(), Err(InvalidPart::Control));
    }
}
