//! Keys: what signs tokens, and what encrypts the stores' secrets.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox};
use souk_app::auth::token::TokenKey;
use souk_db::secrets::Keyring;

use super::reader::Reader;

const KEY_LEN: usize = 32;
const KEY_SHAPE: &str = "must be 32 bytes in base64; make them with `openssl rand -base64 32`";

struct EncryptionKey {
    id: String,
    bytes: SecretBox<[u8; KEY_LEN]>,
}

impl EncryptionKey {
    /// 32 random bytes have 30 different ones; fewer than 16 do not happen.
    fn is_pattern(&self) -> bool {
        self.bytes.expose_secret().iter().collect::<BTreeSet<_>>().len() < KEY_LEN / 2
    }
}

pub struct SecretsConfig {
    /// Signs new tokens.
    pub token: TokenKey,
    pub previous_token: Option<TokenKey>,
    encryption: EncryptionKey,
    old: Vec<EncryptionKey>,
}

impl fmt::Debug for SecretsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsConfig").finish_non_exhaustive()
    }
}

impl SecretsConfig {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let token = token(reader, "jwt_secret", "jwt_key_id");
        if token.is_none() {
            reader.refuse("jwt_secret", "is required; make one with `openssl rand -hex 32`");
        }
        let previous_token = token_before(reader);
        let encryption = encryption(reader);
        let old = old_keys(reader);
        let token = token?;
        if previous_token.as_ref().is_some_and(|previous| previous.id == token.id) {
            reader.refuse("jwt_previous_key_id", "must differ from SOUK_JWT_KEY_ID");
        }
        Some(Self { token, previous_token, encryption: encryption?, old: old? })
    }

    pub fn keyring(&self) -> Keyring {
        let current = Keyring::new(self.encryption.id.clone(), *self.encryption.bytes.expose_secret());
        self.old
            .iter()
            .fold(current, |keyring, key| keyring.with_old(key.id.clone(), *key.bytes.expose_secret()))
    }
}

/// Whether the setting is a key that nobody drew at random; leaves it for who reads it.
pub(super) fn is_pattern(reader: &Reader, name: &str) -> bool {
    let key = reader.peek_secret(name).and_then(|text| decode(String::new(), text.expose_secret()));
    key.is_some_and(|key| key.is_pattern())
}

/// As [`is_pattern`], of a list of pairs.
pub(super) fn has_pattern(reader: &Reader, name: &str) -> bool {
    let keys = reader.peek_secret(name).and_then(|text| pairs(text.expose_secret()));
    keys.is_some_and(|keys| keys.iter().any(EncryptionKey::is_pattern))
}

fn token(reader: &mut Reader, secret: &str, id: &str) -> Option<TokenKey> {
    let id = reader.text(id).unwrap_or_default();
    Some(TokenKey { id, secret: reader.secret(secret)? })
}

fn token_before(reader: &mut Reader) -> Option<TokenKey> {
    token(reader, "jwt_previous_secret", "jwt_previous_key_id")
}

fn encryption(reader: &mut Reader) -> Option<EncryptionKey> {
    let id = reader.text("encryption_key_id").unwrap_or_default();
    let Some(text) = reader.secret("encryption_key") else {
        reader.refuse("encryption_key", &format!("is required: it {KEY_SHAPE}"));
        return None;
    };
    let key = decode(id, text.expose_secret());
    if key.is_none() {
        reader.refuse("encryption_key", KEY_SHAPE);
    }
    key
}

/// `id:base64`, with commas between.
fn old_keys(reader: &mut Reader) -> Option<Vec<EncryptionKey>> {
    let Some(text) = reader.secret("encryption_old_keys") else { return Some(Vec::new()) };
    let keys = pairs(text.expose_secret());
    if keys.is_none() {
        reader.refuse(
            "encryption_old_keys",
            "must be pairs `id:key` with commas between, each key 32 bytes in base64",
        );
    }
    keys
}

fn pairs(text: &str) -> Option<Vec<EncryptionKey>> {
    let keys = text.split(',').map(|pair| {
        let (id, key) = pair.trim().split_once(':')?;
        decode(id.to_owned(), key)
    });
    keys.collect()
}

fn decode(id: String, text: &str) -> Option<EncryptionKey> {
    let bytes: [u8; KEY_LEN] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
    Some(EncryptionKey { id, bytes: SecretBox::new(Box::new(bytes)) })
}
