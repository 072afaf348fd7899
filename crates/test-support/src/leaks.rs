//! Looks for secrets where none may be: in logs, answers, rows, command lines.
//!
//! A secret is looked for as it is, and in the spellings in which it could pass a careless reader: base64,
//! hexadecimal, percent-encoded, inside JSON.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A shorter one would be found in what it has nothing to do with.
const MIN_LEN: usize = 10;

/// Secrets with what they are, for the message of a test.
#[derive(Debug, Default)]
pub struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Takes one more to look for.
    ///
    /// # Panics
    /// When it is too short to be looked for.
    pub fn add(&mut self, what: impl Into<String>, secret: impl Into<String>) {
        let (what, secret) = (what.into(), secret.into());
        assert!(secret.len() >= MIN_LEN, "{what} is too short to be looked for");
        self.0.push((what, secret));
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which of them stand in the text, and how; never the secret itself.
    #[must_use]
    pub fn in_text(&self, place: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (what, secret) in &self.0 {
            for (spelling, written) in spellings(secret) {
                if text.contains(&written) {
                    found.push(format!("{what} stands in {place} ({spelling})"));
                    break;
                }
            }
        }
        found
    }
}

fn spellings(secret: &str) -> [(&'static str, String); 6] {
    let bytes = secret.as_bytes();
    let hex = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let percent = bytes.iter().fold(String::new(), |mut text, byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
        let _ = if plain { write!(text, "{}", *byte as char) } else { write!(text, "%{byte:02X}") };
        text
    });
    let json = serde_json::Value::from(secret).to_string();
    [
        ("as it is", secret.to_owned()),
        ("base64", STANDARD_NO_PAD.encode(bytes)),
        ("base64url", URL_SAFE_NO_PAD.encode(bytes)),
        ("hexadecimal", hex),
        ("percent-encoded", percent),
        ("JSON", json.trim_matches('"').to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling_and_never_shown() {
        let mut secrets = Secrets::default();
        secrets.add("the password", "a \"good\" sentence");
        for text in [
            "x a \"good\" sentence x",
            "YSAiZ29vZCIgc2VudGVuY2U=",
            "612022676f6f64222073656e74656e6365",
            "a%20%22good%22%20sentence",
            r#"{"x":"a \"good\" sentence"}"#,
        ] {
            let found = secrets.in_text("a log", text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(!found[0].contains("good"), "{found:?}");
        }
        assert!(secrets.in_text("a log", "a good sentence").is_empty());
    }
}
