//! Reads a request field by field, so that one answer names everything that is wrong with it.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::problem::{FieldError, Problem};

/// What a body or a query is read into.
pub trait Input: Sized {
    /// Takes its fields; `None` where one of them was not right, which `fields` has noted.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// What a request says of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting<T> {
    /// Nothing: it stays.
    Left,
    /// Null: as if it had never been set.
    Cleared,
    To(T),
}

#[derive(Debug)]
pub struct Fields {
    values: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    pub fn new(values: Map<String, Value>) -> Self {
        Self { values, errors: Vec::new() }
    }

    pub fn required<T: FromStr>(&mut self, field: &str) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.required_text(field)?;
        self.parse(field, &text)
    }

    /// `Some(None)` when it is absent or null, which is right.
    #[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
    pub fn optional<T: FromStr>(&mut self, field: &str) -> Option<Option<T>>
    where
        T::Err: Display,
    {
        match self.text(field)? {
            Some(text) => self.parse(field, &text).map(Some),
            None => Some(None),
        }
    }

    /// A word, or null, or absent.
    pub fn setting<T: FromStr>(&mut self, field: &str) -> Option<Setting<T>>
    where
        T::Err: Display,
    {
        match self.values.get(field) {
            None => Some(Setting::Left),
            Some(Value::Null) => {
                self.values.remove(field);
                Some(Setting::Cleared)
            }
            Some(_) => self.required(field).map(Setting::To),
        }
    }

    /// A number from 0 to `max`, or null, or absent.
    pub fn number_setting(&mut self, field: &str, max: u32) -> Option<Setting<u32>> {
        let number = match self.values.remove(field) {
            None => return Some(Setting::Left),
            Some(Value::Null) => return Some(Setting::Cleared),
            Some(value) => value.as_u64().and_then(|number| u32::try_from(number).ok()),
        };
        let number = number.filter(|number| *number <= max);
        if number.is_none() {
            self.refuse(field, format!("must be a whole number from 0 to {max}, or null"));
        }
        number.map(Setting::To)
    }

    pub fn secret(&mut self, field: &str) -> Option<SecretString> {
        self.required_text(field).map(SecretString::from)
    }

    /// As [`Fields::optional`].
    #[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
    pub fn optional_secret(&mut self, field: &str) -> Option<Option<SecretString>> {
        Some(self.text(field)?.map(SecretString::from))
    }

    /// A list of words.
    pub fn list<T: FromStr>(&mut self, field: &str) -> Option<Vec<T>>
    where
        T::Err: Display,
    {
        let words = match self.values.remove(field) {
            None | Some(Value::Null) => {
                self.refuse(field, "is required");
                return None;
            }
            Some(Value::Array(values)) => values.into_iter().map(|value| match value {
                Value::String(text) => Some(text),
                _ => None,
            }),
            Some(_) => {
                self.refuse(field, "must be a list");
                return None;
            }
        };
        let Some(words) = words.collect::<Option<Vec<_>>>() else {
            self.refuse(field, "must be a list of strings");
            return None;
        };
        words.iter().map(|word| self.parse(field, word)).collect()
    }

    /// A whole number within these bounds; `default` when it is absent.
    pub fn whole(&mut self, field: &str, bounds: RangeInclusive<u32>, default: u32) -> Option<u32> {
        let number = match self.values.remove(field) {
            None | Some(Value::Null) => return Some(default),
            Some(Value::Number(number)) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            Some(_) => None,
        };
        let within = number.filter(|number| bounds.contains(number));
        if within.is_none() {
            let message = format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
            self.refuse(field, message);
        }
        within
    }

    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Notes every field that nobody took.
    pub fn refuse_the_rest(&mut self) {
        for (field, _) in std::mem::take(&mut self.values) {
            self.refuse(&field, "is not a field of this request");
        }
    }

    pub fn finish<T>(self, read: Option<T>) -> Result<T, Problem> {
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(Problem::invalid(self.errors)),
        }
    }

    fn required_text(&mut self, field: &str) -> Option<String> {
        let text = self.text(field)?;
        if text.is_none() {
            self.refuse(field, "is required");
        }
        text
    }

    #[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
    fn text(&mut self, field: &str) -> Option<Option<String>> {
        match self.values.remove(field) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(text)) => Some(Some(text)),
            Some(_) => {
                self.refuse(field, "must be a string");
                None
            }
        }
    }

    fn parse<T: FromStr>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        text.parse().map_err(|error: T::Err| self.refuse(field, error.to_string())).ok()
    }
}
