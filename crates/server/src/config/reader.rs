//! Takes settings one by one by their names, and collects what is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

/// The word that switches an optional part off.
const OFF: &str = "off";

#[derive(Debug)]
pub struct Reader {
    values: BTreeMap<String, String>,
    faults: Vec<String>,
    #[cfg(test)]
    asked: std::collections::BTreeSet<String>,
}

impl Reader {
    pub fn new(values: BTreeMap<String, String>) -> Self {
        Self {
            values,
            faults: Vec::new(),
            #[cfg(test)]
            asked: std::collections::BTreeSet::new(),
        }
    }

    /// Says what is wrong with a setting, never what its value is.
    pub fn refuse(&mut self, name: &str, why: &str) {
        self.faults.push(format!("SOUK_{} {why}", name.to_uppercase()));
    }

    /// An empty value is none.
    fn take(&mut self, name: &str) -> Option<String> {
        #[cfg(test)]
        self.asked.insert(name.to_owned());
        self.values.remove(name).filter(|value| !value.trim().is_empty())
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        self.take(name)
    }

    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.take(name).map(SecretString::from)
    }

    /// Whether it has a value that nobody has taken yet.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.trim().is_empty())
    }

    /// Leaves it for another part that reads it too.
    pub fn peek_secret(&self, name: &str) -> Option<SecretString> {
        self.values.get(name).filter(|value| !value.trim().is_empty()).map(|value| value.as_str().into())
    }

    /// `None` when the value is wrong, which is noted.
    pub fn or<T: FromStr>(&mut self, name: &str, default: T) -> Option<T>
    where
        T::Err: Display,
    {
        match self.take(name) {
            Some(text) => self.parse(name, &text),
            None => Some(default),
        }
    }

    /// As [`Reader::or`], for what need not be there.
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

    /// As [`Reader::or`], and `off` means without it.
    #[allow(clippy::option_option, reason = "wrong, off and on are three things")]
    pub fn or_off<T: FromStr>(&mut self, name: &str, default: T) -> Option<Option<T>>
    where
        T::Err: Display,
    {
        match self.take(name) {
            Some(text) if text.trim() == OFF => Some(None),
            Some(text) => self.parse(name, &text).map(Some),
            None => Some(Some(default)),
        }
    }

    pub fn millis(&mut self, name: &str, default: Duration) -> Option<Duration> {
        let default_ms = u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
        self.or(name, default_ms).map(Duration::from_millis)
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

    /// What is wrong, and the names that nobody asked for.
    pub fn finish(self) -> (Vec<String>, Vec<String>) {
        (self.faults, self.values.into_keys().collect())
    }
}
