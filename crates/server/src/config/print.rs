//! All settings as they count, for `souk config --print`.
//!
//! It is a file for `SOUK_CONFIG`, with a comment on each line that says where the value comes from; defaults are
//! comments as a whole. Invariant: no
//! secret is in it, and no password of a URL; where one would be, the line is a comment and says `(hidden)`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use url::Url;

use super::load::{Merged, Source};
use super::table::{self, Kind, Setting, Unset};

const HIDDEN: &str = "(hidden)";
const DEFAULT: &str = "default";

pub(super) fn toml(merged: &Merged, computed: &BTreeMap<&'static str, String>) -> String {
    let mut text = String::new();
    for (section, settings) in table::SECTIONS {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}# {section}", if text.is_empty() { "" } else { "\n" });
        for setting in *settings {
            let _ = writeln!(text, "{}", line(setting, merged, computed));
        }
    }
    text
}

fn line(setting: &Setting, merged: &Merged, computed: &BTreeMap<&'static str, String>) -> String {
    let name = setting.name;
    if name == "config" {
        // A file cannot name another one.
        return match &merged.file {
            Some(path) => format!("# config = {}", quoted(&path.to_string_lossy())),
            None => "# config is not set: none".to_owned(),
        };
    }
    let given = merged.values.get(name).filter(|value| !value.trim().is_empty());
    let (value, source) = match (given, merged.sources.get(name)) {
        (Some(value), Some(Source::File)) => (value.clone(), "file"),
        (Some(value), Some(Source::Flag)) => (value.clone(), "flag"),
        (Some(value), _) => (value.clone(), "environment"),
        (None, _) => match (setting.unset, computed.get(name)) {
            (Unset::Is(value), _) => (value.to_owned(), DEFAULT),
            (_, Some(value)) => (value.clone(), DEFAULT),
            (Unset::Required, None) => return format!("# {name} is not set: required"),
            (Unset::Computed(words) | Unset::Absent(words), None) => {
                return format!("# {name} is not set: {words}");
            }
        },
    };
    let hidden = match setting.kind {
        Kind::Plain => None,
        Kind::Secret => Some(HIDDEN.to_owned()),
        Kind::Url => without_password(&value),
    };
    match hidden {
        Some(hidden) => format!("# {name} = {}  # {source}", quoted(&hidden)),
        // Used as a file, it sets what was set, and the rest may have other defaults some day.
        None if source == DEFAULT => format!("# {name} = {}  # {source}", literal(setting, &value)),
        None => format!("{name} = {}  # {source}", literal(setting, &value)),
    }
}

/// `None` when there is nothing to hide.
fn without_password(text: &str) -> Option<String> {
    // What is no URL may be anything.
    let Ok(mut url) = Url::parse(text.trim()) else { return Some(HIDDEN.to_owned()) };
    // Drivers take a password there, too.
    if url.query().is_some() {
        url.set_query(Some(HIDDEN));
    } else if url.password().is_none() {
        return None;
    }
    let has_password = url.password().is_some();
    if has_password && url.set_password(Some(HIDDEN)).is_err() {
        return Some(HIDDEN.to_owned());
    }
    Some(url.into())
}

/// A number or a truth value as such, where the default is one.
fn literal(setting: &Setting, value: &str) -> String {
    let is_bare = |text: &str| {
        let number = text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
        number || text.parse::<bool>().is_ok()
    };
    match setting.unset {
        Unset::Is(default) if is_bare(default) && is_bare(value.trim()) => value.trim().to_owned(),
        _ => quoted(value),
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_hidden_wherever_a_driver_looks_for_it() {
        let hidden = |text| without_password(text);
        assert_eq!(hidden("postgres://a:b@c/d").as_deref(), Some("postgres://a:(hidden)@c/d"));
        assert_eq!(hidden("postgres://a@c/d?password=b").as_deref(), Some("postgres://a@c/d?(hidden)"));
        assert_eq!(
            hidden("postgres://a:b@c/d?password=b").as_deref(),
            Some("postgres://a:(hidden)@c/d?(hidden)")
        );
        assert_eq!(hidden("b").as_deref(), Some("(hidden)"));
        assert_eq!(hidden("postgres://a@c/d"), None);
    }
}
