//! The secrets of one attempt at a store, made once and by a CSPRNG.
//!
//! `Debug` never shows a value. Serialisation does, for it is what gets encrypted into the database;
//! nothing else serialises them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::engine::Engine;
use crate::entropy::Entropy;

const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const HEX: &[u8] = b"0123456789abcdef";
/// 24 of 57 characters: 139 bits.
const PASSWORD_LEN: usize = 24;
/// 64 hexadecimal digits: 256 bits.
const KEY_LEN: usize = 64;

/// What a store's owner is shown, and what the cluster's Secret holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSecrets {
    pub admin_email: Email,
    pub admin_password: String,
    /// The key that a shopper's browser sends. Not secret by design, but each store's own.
    pub publishable_key: String,
    /// The engine's inner secrets, by the key that the chart reads from the Secret.
    pub internal: BTreeMap<String, String>,
}

impl StoreSecrets {
    pub fn generate(engine: Engine, admin_email: Email, entropy: &Entropy) -> Self {
        let password = || entropy.text(LETTERS_AND_DIGITS, PASSWORD_LEN);
        let key = || entropy.text(HEX, KEY_LEN);
        let internal = match engine {
            Engine::Medusa => BTreeMap::from([
                ("postgres-password".to_owned(), password()),
                ("redis-password".to_owned(), password()),
                ("jwt-secret".to_owned(), key()),
                ("cookie-secret".to_owned(), key()),
                ("mfa-encryption-key".to_owned(), key()),
            ]),
            Engine::Woocommerce => BTreeMap::from([
                ("mariadb-password".to_owned(), password()),
                // WordPress's eight keys and salts are made of it.
                ("wordpress-salt".to_owned(), key()),
            ]),
        };
        Self { admin_email, admin_password: password(), publishable_key: format!("pk_{}", key()), internal }
    }

    /// What nobody may read where its programs write. The publishable key is in every shopper's browser.
    pub fn to_hide(&self) -> impl Iterator<Item = &str> {
        let all = self.internal.values().chain([&self.admin_password]);
        all.map(String::as_str).filter(|secret| !secret.is_empty())
    }
}

impl fmt::Debug for StoreSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreSecrets").field("admin_email", &self.admin_email).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_stores_share_no_value_and_debug_shows_none() {
        let entropy = Entropy::seeded(7);
        let email: Email = "owner@example.com".parse().unwrap();
        for &engine in Engine::ALL {
            let one = StoreSecrets::generate(engine, email.clone(), &entropy);
            let two = StoreSecrets::generate(engine, email.clone(), &entropy);
            assert!(!one.internal.is_empty(), "{engine}");
            let shown = format!("{one:?}");
            for (key, value) in &one.internal {
                assert_ne!(Some(value), two.internal.get(key), "{engine}: {key}");
                assert!(!shown.contains(value), "{engine}: {key}");
            }
            assert_ne!(one.admin_password, two.admin_password);
            assert_ne!(one.publishable_key, two.publishable_key);
            assert!(!shown.contains(&one.admin_password));
        }
    }
}
