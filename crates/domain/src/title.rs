//! A store's `title`: what its visitors read. 1 to 120 characters of any script, on one line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub const MAX_LEN: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTitle {
    #[error("must be 1 to {MAX_LEN} characters long")]
    Length,
    #[error("may not hold control characters or line breaks")]
    Control,
}

impl Title {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Title {
    type Err = InvalidTitle;

    /// Space at both ends is dropped: it is never meant.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let s = s.trim_matches(is_space);
        if s.is_empty() || s.chars().count() > MAX_LEN {
            return Err(InvalidTitle::Length);
        }
        if s.chars().any(|c| c.is_control() || is_line_break(c)) {
            return Err(InvalidTitle::Control);
        }
        Ok(Self(s.to_owned()))
    }
}

/// What any reader of a title may take for space at its ends: JavaScript counts the byte order mark.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Those that are no control characters: LINE SEPARATOR and PARAGRAPH SEPARATOR.
fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

impl TryFrom<String> for Title {
    type Error = InvalidTitle;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_script_is_welcome_and_its_characters_are_counted_not_its_bytes() {
        for title in ["Anna's Shoes", "متجر", "花屋", &"é".repeat(120)] {
            assert_eq!(title.parse::<Title>().unwrap().as_str(), title);
        }
        for title in [" Shop ", "\u{feff}Shop\u{3000}"] {
            assert_eq!(title.parse::<Title>().unwrap().as_str(), "Shop");
        }
    }

    #[test]
    fn bad_titles_are_refused_with_the_reason() {
        assert_eq!("".parse::<Title>(), Err(InvalidTitle::Length));
        assert_eq!("  ".parse::<Title>(), Err(InvalidTitle::Length));
        assert_eq!("é".repeat(121).parse::<Title>(), Err(InvalidTitle::Length));
        assert_eq!("a\nb".parse::<Title>(), Err(InvalidTitle::Control));
        assert_eq!("a\0b".parse::<Title>(), Err(InvalidTitle::Control));
        assert_eq!("a\u{2028}b".parse::<Title>(), Err(InvalidTitle::Control));
        assert_eq!("\u{feff}".parse::<Title>(), Err(InvalidTitle::Length));
    }
}
