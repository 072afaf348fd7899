//! The setup token: what the first user of a production system has to show, so that no stranger who finds it
//! before its operator becomes its admin.
//!
//! Invariant: it is made of a secret and the installation's id, so all replicas agree on it and nothing keeps it;
//! it is worth nothing as soon as there is a user.

use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use souk_domain::id::InstallationId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 of 32 characters: 130 bits.
const LEN: usize = 26;

/// `secret` is one that every replica has and nobody else.
#[must_use]
pub fn token(secret: &SecretString, installation: InstallationId) -> SecretString {
    // As HMAC fills a short key up: with zeros.
    let mut key = Key::<Hmac<Sha256>>::default();
    for (place, byte) in key.iter_mut().zip(Sha256::digest(secret.expose_secret().as_bytes())) {
        *place = byte;
    }
    let mut mac = Hmac::<Sha256>::new(&key);
    mac.update(format!("souk setup token of {installation}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let text: String =
        bytes.iter().take(LEN).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    format!("setup-{text}").into()
}

/// Whether what was shown is what is wanted; where nothing is wanted, it is.
pub(super) fn is_shown(wanted: Option<&SecretString>, shown: Option<&SecretString>) -> bool {
    let Some(wanted) = wanted else { return true };
    // Hashes take the same time to compare wherever the texts differ.
    shown.is_some_and(|shown| {
        Sha256::digest(shown.expose_secret().trim()) == Sha256::digest(wanted.expose_secret())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::entropy::Entropy;

    #[test]
    fn each_installation_and_each_secret_has_its_own_and_always_the_same() {
        let installation =
            |seed| InstallationId::generate(chrono::DateTime::UNIX_EPOCH, &Entropy::seeded(seed));
        let of = |secret: &str, seed| token(&secret.into(), installation(seed)).expose_secret().to_owned();
        assert_eq!(of("a", 1), of("a", 1));
        assert!(of("a", 1) != of("b", 1) && of("a", 1) != of("a", 2));
        assert_eq!(of("a", 1).len(), "setup-".len() + LEN);
    }

    #[test]
    fn only_the_token_itself_is_taken() {
        let wanted = SecretString::from("setup-1");
        assert!(is_shown(Some(&wanted), Some(&" setup-1\n".into())));
        assert!(!is_shown(Some(&wanted), Some(&"setup-2".into())) && !is_shown(Some(&wanted), None));
        assert!(is_shown(None, None));
    }
}
