//! Takes settings one by one by their names, and collects what is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use super::table;

/// The word that switches an optional part off.
const OFF: &str = "off";

#[derive(Debug)]
pub struct Reader {
    values: BTreeMap<String, String>,
    faults: Vec<String>,
    /// What was worked out for settings that nobody has set.
    computed: BTreeMap<&'static str, String>,
    #[cfg(test)]
    asked: std::collections::BTreeSet<String>,
}

impl Reader {
    pub fn new(values: BTreeMap<String, String>) -> Self {
        Self {
            values,
            faults: Vec::new(),
            computed: BTreeMap::new(),
            #[cfg(test)]
            asked: std::collections::BTreeSet::new(),
        }
    }

    /// Says what is wrong with a setting, never what its value is.
    pub fn refuse(&mut self, name: &str, why: &str) {
        self.faults.push(format!("SOUK_{} {why}", name.to_uppercase()));
    }

    /// As it was set. An empty value is none.
    fn given(&mut self, name: &str) -> Option<String> {
        #[cfg(test)]
        self.asked.insert(name.to_owned());
        self.values.remove(name).filter(|value| !value.trim().is_empty())
    }

    /// As it was set, or the default of the table.
    fn take(&mut self, name: &str) -> Option<String> {
        self.given(name).or_else(|| default(name))
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        self.take(name)
    }

    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.take(name).map(SecretString::from)
    }

    /// Whether it was set, and nobody has taken it yet.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.trim().is_empty())
    }

    /// Leaves it for another part that reads it too.
    pub fn peek_secret(&self, name: &str) -> Option<SecretString> {
        let given = self.values.get(name).filter(|value| !value.trim().is_empty()).cloned();
        given.or_else(|| default(name)).map(SecretString::from)
    }

    /// Of a setting that the table has a default for. `None` when the value is wrong, which is noted.
    pub fn value<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.take(name).unwrap_or_default();
        self.parse(name, &text)
    }

    /// As [`Reader::value`], for a default that is not the same everywhere.
    pub fn or_computed<T: FromStr + Display>(&mut self, name: &'static str, default: T) -> Option<T>
    where
        T::Err: Display,
    {
        if let Some(text) = self.given(name) {
            return self.parse(name, &text);
        }
        self.computed.insert(name, default.to_string());
        Some(default)
    }

    /// As [`Reader::value`], for what need not be there.
    #[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
    pub fn maybe<T: FromStr>(&mut self, name: &str) -> Option<Option<T>>
    where
        T::Err: Display,
    {
        match self.take(name) {
            Some(text) => self.parse(name, &text).map(Some),
            None => Some(None),
        }
    }

    /// As [`Reader::value`], and `off` means without it.
    #[allow(clippy::option_option, reason = "wrong, off and on are three things")]
    pub fn or_off<T: FromStr>(&mut self, name: &str) -> Option<Option<T>>
    where
        T::Err: Display,
    {
        match self.take(name) {
            Some(text) if text.trim() == OFF => Some(None),
            text => self.parse(name, &text.unwrap_or_default()).map(Some),
        }
    }

    pub fn millis(&mut self, name: &str) -> Option<Duration> {
        self.value(name).map(Duration::from_millis)
    }

    /// Values with commas between.
    pub fn list<T: FromStr>(&mut self, name: &str) -> Option<Vec<T>>
    where
        T::Err: Display,
    {
        let text = self.take(name).unwrap_or_default();
        let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
        items.into_iter().map(|item| self.parse(name, item)).collect()
    }

    fn parse<T: FromStr>(&mut self, name: &str, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        text.trim().parse().map_err(|error: T::Err| self.refuse(name, &format!("is not right: {error}"))).ok()
    }

    /// Every name that was asked for so far.
    #[cfg(test)]
    pub fn asked(&self) -> &std::collections::BTreeSet<String> {
        &self.asked
    }

    /// What became of it all.
    pub fn finish(self) -> Read {
        Read { faults: self.faults, unknown: self.values.into_keys().collect(), computed: self.computed }
    }
}

/// What is left when everything has been read.
#[derive(Debug)]
pub struct Read {
    pub faults: Vec<String>,
    /// Names that nobody asked for.
    pub unknown: Vec<String>,
    /// What was worked out for settings that nobody has set.
    pub computed: BTreeMap<&'static str, String>,
}

fn default(name: &str) -> Option<String> {
    match table::find(name)?.unset {
        table::Unset::Is(value) => Some(value.to_owned()),
        table::Unset::Required | table::Unset::Computed(_) | table::Unset::Absent(_) => None,
    }
}
