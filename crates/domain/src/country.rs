//! Where a shop sells from: a country of ISO 3166-1, by its two letters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(iso_currency::Country);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a country of ISO 3166-1; write its two letters, like DE")]
pub struct UnknownCountry;

impl Country {
    pub const GERMANY: Self = Self(iso_currency::Country::DE);
    pub const UNITED_STATES: Self = Self(iso_currency::Country::US);
    pub const UNITED_KINGDOM: Self = Self(iso_currency::Country::GB);

    pub(crate) fn iso(self) -> iso_currency::Country {
        self.0
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    /// Small letters are taken too: both are common.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        // The standard's list here has one entry more, of no letters, for "unspecified".
        if s.len() != 2 {
            return Err(UnknownCountry);
        }
        s.to_ascii_uppercase().parse().map(Self).map_err(|_| UnknownCountry)
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

/// Its two letters, large.
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_country_is_written_in_large_letters_however_it_was_read() {
        for text in ["DE", "de", "De"] {
            assert_eq!(text.parse::<Country>().unwrap().to_string(), "DE");
        }
    }

    #[test]
    fn what_is_no_country_of_the_standard_is_refused() {
        // XK, EU and UK are in wide use and not in the standard.
        for text in ["", " ", "D", "DEU", "XX", "XK", "EU", "UK", "D\u{0}", "é", "Germany", " DE"] {
            assert_eq!(text.parse::<Country>(), Err(UnknownCountry), "{text:?}");
        }
    }

    #[test]
    fn the_standard_has_249_countries() {
        let letters = || 'A'..='Z';
        let known = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        assert_eq!(known.filter(|code| code.parse::<Country>().is_ok()).count(), 249);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over_and_what_it_takes_comes_back(text in ".{0,3}") {
            if let Ok(country) = text.parse::<Country>() {
                prop_assert_eq!(country.to_string(), text.to_ascii_uppercase());
            }
        }
    }
}
