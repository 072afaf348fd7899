//! What a shop asks to be paid in: a currency of ISO 4217 in which the sample catalogues have prices.
//!
//! Prices are never converted: whoever opens a shop would have to correct each of them. A shop's owner can sell
//! in any currency later, with prices of their own.

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency as Iso;
use serde::{Deserialize, Serialize};

use crate::country::Country;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(Iso);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableCurrency {
    #[error("is not a currency of ISO 4217; write its three letters, like {}", Currency::default())]
    Unknown,
    #[error("is a currency without prices in the sample catalogues; they have {}", priced())]
    Unpriced,
}

impl Currency {
    /// Those that each catalogue has prices in; a test compares.
    pub const PRICED: [Self; 3] = [Self(Iso::EUR), Self(Iso::USD), Self(Iso::GBP)];

    /// What is paid in the country, if the catalogues have prices in that.
    #[must_use]
    pub fn of(country: Country) -> Option<Self> {
        // Some countries have two, and Antarctica has none.
        let own = Iso::from_country(country.iso());
        Self::PRICED.into_iter().find(|currency| own.contains(&currency.0))
    }

    /// A shop that names its currency only is most likely there.
    #[must_use]
    pub fn home(self) -> Country {
        match self.0 {
            Iso::USD => Country::UNITED_STATES,
            Iso::GBP => Country::UNITED_KINGDOM,
            _ => Country::GERMANY,
        }
    }

    /// Its three letters, large.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self(Iso::EUR)
    }
}

fn priced() -> String {
    Currency::PRICED.map(Currency::code).join(", ")
}

impl FromStr for Currency {
    type Err = UnusableCurrency;

    /// Small letters are taken too: both are common.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let iso = Iso::from_code(&s.to_ascii_uppercase()).ok_or(UnusableCurrency::Unknown)?;
        let priced = Self::PRICED.into_iter().find(|currency| currency.0 == iso);
        priced.ok_or(UnusableCurrency::Unpriced)
    }
}

impl TryFrom<String> for Currency {
    type Error = UnusableCurrency;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.to_string()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn each_catalogue_has_a_price_in_exactly_these_currencies_for_everything() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../images/catalogues");
        let known: BTreeSet<&str> = Currency::PRICED.iter().map(|currency| currency.code()).collect();
        for catalogue in Catalogue::ALL {
            let text = std::fs::read_to_string(folder.join(format!("{catalogue}.json"))).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(file["name"], catalogue.as_str());
            let products = file["products"].as_array().unwrap();
            let variants = products.iter().flat_map(|product| product["variants"].as_array().unwrap());
            let mut seen = 0;
            for variant in variants {
                let prices = variant["prices"].as_object().unwrap();
                assert_eq!(prices.keys().map(String::as_str).collect::<BTreeSet<_>>(), known, "{variant}");
                seen += 1;
            }
            assert!(seen >= 12, "{catalogue}: {seen}");
        }
    }

    #[test]
    fn a_currency_is_written_in_large_letters_however_it_was_read() {
        for text in ["USD", "usd", "Usd"] {
            assert_eq!(text.parse::<Currency>().unwrap().to_string(), "USD");
        }
    }

    #[test]
    fn a_currency_without_prices_is_told_from_what_is_none() {
        // BGN was one until Bulgaria took the euro; XAU is gold.
        for text in ["JPY", "CHF", "BGN", "XAU"] {
            let error = text.parse::<Currency>().unwrap_err();
            assert_eq!(error, UnusableCurrency::Unpriced, "{text}");
            assert!(error.to_string().ends_with("they have EUR, USD, GBP"), "{error}");
        }
        for text in ["", "E", "EURO", "XYZ", "€", "EUR ", "E\u{0}R"] {
            assert_eq!(text.parse::<Currency>(), Err(UnusableCurrency::Unknown), "{text:?}");
        }
    }

    #[test]
    fn a_country_has_its_currency_and_a_currency_its_home() {
        let of = |country: &str| Currency::of(country.parse().unwrap()).map(Currency::code);
        for (country, currency) in [
            ("DE", Some("EUR")),
            ("FR", Some("EUR")),
            ("BG", Some("EUR")),
            ("US", Some("USD")),
            ("EC", Some("USD")),
            ("GB", Some("GBP")),
            ("JP", None),
            ("AQ", None),
        ] {
            assert_eq!(of(country), currency, "{country}");
        }
        for currency in Currency::PRICED {
            assert_eq!(Currency::of(currency.home()), Some(currency));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over_and_what_it_takes_comes_back(text in ".{0,4}") {
            if let Ok(currency) = text.parse::<Currency>() {
                prop_assert_eq!(currency.code(), text.to_ascii_uppercase());
            }
        }
    }
}
