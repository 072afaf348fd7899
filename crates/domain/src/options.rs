//! How a new shop opens: what is on its shelves, what it is paid in, where it is, what it looks like.
//!
//! Invariant: options that exist fit each other and their engine. What a request left open is filled in once,
//! when it is read; a retry and a rebuild open the shop as it was asked for.

use std::fmt;

use crate::catalogue::Catalogue;
use crate::country::Country;
use crate::currency::Currency;
use crate::engine::Engine;
use crate::theme::Theme;

/// What was asked for, with what was left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    pub catalogue: Option<Catalogue>,
    pub currency: Option<Currency>,
    pub country: Option<Country>,
    pub theme: Option<Theme>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    catalogue: Catalogue,
    currency: Currency,
    country: Country,
    theme: Option<Theme>,
}

/// The theme is not one of the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct ForeignTheme {
    pub engine: Engine,
}

impl fmt::Display for ForeignTheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is not a theme of {}", self.engine)?;
        for engine in Engine::ALL.iter().filter(|engine| !engine.themes().is_empty()) {
            let themes: Vec<&str> = engine.themes().iter().map(|theme| theme.as_str()).collect();
            write!(f, "; those of {engine} are {}", themes.join(", "))?;
        }
        Ok(())
    }
}

impl StoreOptions {
    /// Fills in what was left open: a country decides the currency, a currency the country, a catalogue the theme.
    pub fn new(engine: Engine, wishes: Wishes) -> Result<Self, ForeignTheme> {
        match wishes.theme {
            Some(theme) if !engine.themes().contains(&theme) => Err(ForeignTheme { engine }),
            _ => Ok(Self::filled(engine, wishes)),
        }
    }

    fn filled(engine: Engine, wishes: Wishes) -> Self {
        let catalogue = wishes.catalogue.unwrap_or_default();
        let (currency, country) = match (wishes.currency, wishes.country) {
            (Some(currency), Some(country)) => (currency, country),
            (Some(currency), None) => (currency, currency.home()),
            (None, Some(country)) => (Currency::of(country).unwrap_or_default(), country),
            (None, None) => (Currency::default(), Currency::default().home()),
        };
        let drawn_for_it = || engine.themes().iter().copied().find(|theme| *theme == Theme::from(catalogue));
        Self { catalogue, currency, country, theme: wishes.theme.or_else(drawn_for_it) }
    }

    /// What a request gets that asks for nothing.
    #[must_use]
    pub fn defaults(engine: Engine) -> Self {
        Self::filled(engine, Wishes::default())
    }

    #[must_use]
    pub const fn catalogue(self) -> Catalogue {
        self.catalogue
    }

    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    #[must_use]
    pub const fn country(self) -> Country {
        self.country
    }

    /// Present exactly where the engine has themes.
    #[must_use]
    pub const fn theme(self) -> Option<Theme> {
        self.theme
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn options(currency: Option<&str>, country: Option<&str>) -> (String, String) {
        let wishes = Wishes {
            currency: currency.map(|code| code.parse().unwrap()),
            country: country.map(|code| code.parse().unwrap()),
            ..Wishes::default()
        };
        let options = StoreOptions::new(Engine::Medusa, wishes).unwrap();
        (options.currency().to_string(), options.country().to_string())
    }

    #[test]
    fn a_country_decides_the_currency_and_a_currency_the_country() {
        for (currency, country, expected) in [
            (None, None, ("EUR", "DE")),
            (None, Some("FR"), ("EUR", "FR")),
            (None, Some("US"), ("USD", "US")),
            (None, Some("GB"), ("GBP", "GB")),
            // No prices in yen: the default's.
            (None, Some("JP"), ("EUR", "JP")),
            (Some("USD"), None, ("USD", "US")),
            (Some("GBP"), None, ("GBP", "GB")),
            // Asked for, however odd.
            (Some("USD"), Some("DE"), ("USD", "DE")),
        ] {
            let (found_currency, found_country) = options(currency, country);
            assert_eq!((&*found_currency, &*found_country), expected, "{currency:?} {country:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_asked_for_is_what_there_is_and_filled_in_options_stay_as_they_are(
            engine in select(Engine::ALL),
            catalogue in proptest::option::of(select(Catalogue::ALL)),
            currency in proptest::option::of(select(&Currency::PRICED[..])),
            country in proptest::option::of("[A-Z]{2}".prop_filter_map("no country", |code| code.parse().ok())),
            theme in proptest::option::of(select(Theme::ALL)),
        ) {
            let wishes = Wishes { catalogue, currency, country, theme };
            match StoreOptions::new(engine, wishes) {
                Err(error) => {
                    prop_assert!(!engine.themes().contains(&theme.unwrap()));
                    prop_assert!(error.to_string().contains(engine.as_str()));
                }
                Ok(options) => {
                    prop_assert_eq!(options.catalogue(), catalogue.unwrap_or_default());
                    prop_assert!(currency.is_none_or(|asked| asked == options.currency()));
                    prop_assert!(country.is_none_or(|asked| asked == options.country()));
                    prop_assert!(theme.is_none_or(|asked| Some(asked) == options.theme()));
                    prop_assert_eq!(options.theme().is_some(), !engine.themes().is_empty());
                    let again = Wishes {
                        catalogue: Some(options.catalogue()),
                        currency: Some(options.currency()),
                        country: Some(options.country()),
                        theme: options.theme(),
                    };
                    prop_assert_eq!(StoreOptions::new(engine, again), Ok(options));
                }
            }
        }
    }
}
