//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who lost it.
//!
//! Invariant: a code is worth something once. Whoever checks one remembers its step, or strikes it out.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use totp_rs::{Builder, Secret, Totp};

use crate::email::Email;
use crate::entropy::Entropy;

/// RFC 4226, section 4, R6: 160 bits.
pub const SECRET_LEN: usize = 20;
/// Steps of 30 s before and after the present one that are accepted: clocks differ.
const SKEW_STEPS: u16 = 1;
const ISSUER: &str = "Souk";

pub const RECOVERY_CODES: usize = 10;
/// No letters that are taken for digits.
const RECOVERY_ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const RECOVERY_GROUPS: usize = 4;
/// With 4 groups: 16 of 31 characters, 79 bits.
const RECOVERY_GROUP_LEN: usize = 4;

#[derive(Debug, thiserror::Error)]
#[error("the secret of a second factor has the wrong length")]
pub struct UnusableSecret;

/// What an authenticator app is given.
#[derive(Debug)]
pub struct Enrolment {
    /// Base 32, to be typed where no picture can be taken.
    pub secret: SecretString,
    /// `otpauth://...`, to be shown as a QR code.
    pub uri: SecretString,
}

fn totp(secret: [u8; SECRET_LEN], email: Option<&Email>) -> Result<Totp, UnusableSecret> {
    let builder =
        Builder::new().with_secret(Secret::from(secret)).with_skew(SKEW_STEPS).with_issuer(Some(ISSUER));
    let builder = builder.with_account_name(email.map(Email::as_str).unwrap_or_default());
    builder.build().map_err(|_| UnusableSecret)
}

pub fn enrolment(secret: [u8; SECRET_LEN], email: &Email) -> Result<Enrolment, UnusableSecret> {
    let totp = totp(secret, Some(email))?;
    let uri = totp.to_url().map_err(|_| UnusableSecret)?;
    Ok(Enrolment { secret: totp.secret().to_base32().into(), uri: uri.into() })
}

/// The step whose code it is, if it is one of now.
pub fn step(secret: [u8; SECRET_LEN], code: &str, now: DateTime<Utc>) -> Result<Option<i64>, UnusableSecret> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let step = totp(secret, None)?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What somebody typed as their second factor.
#[derive(Debug)]
pub enum Proof {
    /// Six digits.
    Code(SecretString),
    /// As it was shown, in one spelling.
    Recovery(SecretString),
}

impl From<&str> for Proof {
    fn from(typed: &str) -> Self {
        let bare: String = typed.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        if bare.len() <= 8 && bare.bytes().all(|b| b.is_ascii_digit()) {
            Self::Code(bare.into())
        } else {
            Self::Recovery(grouped(&bare).into())
        }
    }
}

/// `abcd-efgh-jkmn-pqrs`
fn grouped(bare: &str) -> String {
    let letters: Vec<char> = bare.chars().collect();
    letters
        .chunks(RECOVERY_GROUP_LEN)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

#[must_use]
pub fn recovery_codes(entropy: &Entropy) -> Vec<String> {
    let code = || grouped(&entropy.text(RECOVERY_ALPHABET, RECOVERY_GROUPS * RECOVERY_GROUP_LEN));
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::collections::BTreeSet;

    /// RFC 6238, appendix B.
    const SECRET: [u8; SECRET_LEN] = *b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc_cut_to_six_digits() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(step(SECRET, code, at(seconds)).unwrap(), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_before_and_after_and_no_longer() {
        let found = |seconds: i64| step(SECRET, "081804", at(1_111_111_109 + seconds)).unwrap();
        let this = Some(1_111_111_109 / 30);
        assert_eq!((found(-30), found(0), found(30)), (this, this, this));
        assert_eq!((found(-60), found(60)), (None, None));
        assert_eq!(step(SECRET, "", at(59)).unwrap(), None);
        assert_eq!(step(SECRET, "28708x", at(59)).unwrap(), None);
    }

    #[test]
    fn an_app_is_told_the_secret_the_issuer_and_the_account() {
        let enrolment = enrolment(SECRET, &"leyla@example.com".parse().unwrap()).unwrap();
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(enrolment.secret.expose_secret(), secret);
        let uri = enrolment.uri.expose_secret();
        assert!(uri.starts_with("otpauth://totp/Souk:leyla%40example.com?"), "{uri}");
        assert!(uri.contains(&format!("secret={secret}")) && uri.contains("issuer=Souk"), "{uri}");
    }

    #[test]
    fn recovery_codes_differ_and_may_be_typed_in_any_way() {
        let codes = recovery_codes(&Entropy::seeded(1));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), RECOVERY_CODES);
        let code = &codes[0];
        assert_eq!(code.len(), 19);
        for typed in [code.clone(), code.replace('-', " "), code.replace('-', "").to_uppercase()] {
            let Proof::Recovery(read) = Proof::from(typed.as_str()) else { panic!("{typed} is a code") };
            assert_eq!(read.expose_secret(), code);
        }
        for typed in ["123456", "123 456", " 123456 "] {
            let Proof::Code(read) = Proof::from(typed) else { panic!("{typed} is no code") };
            assert_eq!(read.expose_secret(), "123456");
        }
    }
}
