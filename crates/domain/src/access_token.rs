//! Personal access tokens: `souk_`, 30 random characters, and 6 that are a checksum of those.
//!
//! The shape is GitHub's: the prefix lets secret scanners find a token that was published, and the
//! checksum lets them, and Souk, tell a token from a text that only looks like one, without asking anybody.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use crate::entropy::Entropy;

pub const PREFIX: &str = "souk_";
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 178 bits.
const RANDOM_LEN: usize = 30;
/// Enough for any 32 bits: 62^6 is 5.6e10.
const CHECKSUM_LEN: usize = 6;

#[derive(Debug, Clone)]
pub struct AccessTokenText(SecretString);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no personal access token, or one with a typing error")]
pub struct NoAccessToken;

impl AccessTokenText {
    #[must_use]
    pub fn generate(entropy: &Entropy) -> Self {
        let random = entropy.text(ALPHABET, RANDOM_LEN);
        Self(format!("{PREFIX}{random}{}", checksum(&random)).into())
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for AccessTokenText {
    type Err = NoAccessToken;

    fn from_str(s: &str) -> Result<Self, NoAccessToken> {
        let rest = s.strip_prefix(PREFIX).filter(|rest| rest.len() == RANDOM_LEN + CHECKSUM_LEN);
        let (random, sum) = rest.and_then(|rest| rest.split_at_checked(RANDOM_LEN)).ok_or(NoAccessToken)?;
        let plain = random.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain && sum == checksum(random) { Ok(Self(s.to_owned().into())) } else { Err(NoAccessToken) }
    }
}

/// CRC-32 in base 62, with zeros in front.
fn checksum(random: &str) -> String {
    let mut left = crc32fast::hash(random.as_bytes()) as usize;
    let mut digits = [ALPHABET[0]; CHECKSUM_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[left % ALPHABET.len()];
        left /= ALPHABET.len();
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_is_crc32_in_base_62() {
        // The check value of CRC-32/ISO-HDLC, 0xCBF43926 = 3_421_780_262, in base 62.
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn a_token_with_one_wrong_character_is_none() {
        let text = AccessTokenText::generate(&Entropy::seeded(1)).expose().to_owned();
        assert!(text.parse::<AccessTokenText>().is_ok());
        for place in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(wrong.parse::<AccessTokenText>().err(), Some(NoAccessToken), "{wrong}");
        }
        assert!(text[..text.len() - 1].parse::<AccessTokenText>().is_err());
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        let token = AccessTokenText::generate(&Entropy::seeded(1));
        assert!(!format!("{token:?}").contains(&token.expose()[5..]));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "souk_.{0,40}") {
            let _ = text.parse::<AccessTokenText>();
        }
    }
}
