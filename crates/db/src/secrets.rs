//! Secrets are encrypted before they reach the database: those of each attempt at a store, here, and those of
//! second factors.
//!
//! AES-256-GCM with a fresh nonce each time. What a secret belongs to is authenticated along with the text, so
//! a row that was copied to another store or user does not decrypt there.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};
use souk_domain::credentials::StoreSecrets;
use souk_domain::entropy::Entropy;
use souk_domain::id::{AccountId, StoreId};

use crate::convert::count;
use crate::{DbError, Tx};

const NONCE_LEN: usize = 12;

/// What was encrypted, as it is kept.
#[derive(Debug)]
pub struct Sealed {
    pub key_id: String,
    pub nonce: [u8; NONCE_LEN],
    pub ciphertext: Vec<u8>,
}

impl Sealed {
    /// From the columns of a row.
    pub(crate) fn kept(key_id: String, nonce: Vec<u8>, ciphertext: Vec<u8>) -> Result<Self, DbError> {
        Ok(Self { key_id, nonce: nonce.try_into().map_err(|_| DbError::Crypto)?, ciphertext })
    }
}

/// The keys that rows may have been encrypted with, by their ids; the current one encrypts new rows.
#[derive(Clone)]
pub struct Keyring {
    current: String,
    keys: BTreeMap<String, [u8; 32]>,
}

impl Keyring {
    #[must_use]
    pub fn new(current_id: impl Into<String>, current_key: [u8; 32]) -> Self {
        let current = current_id.into();
        Self { keys: BTreeMap::from([(current.clone(), current_key)]), current }
    }

    /// A key of earlier days: it still decrypts.
    #[must_use]
    pub fn with_old(mut self, id: impl Into<String>, key: [u8; 32]) -> Self {
        self.keys.entry(id.into()).or_insert(key);
        self
    }

    /// Names the key that encrypts new rows.
    #[must_use]
    pub fn current_id(&self) -> &str {
        &self.current
    }

    fn cipher(&self, id: &str) -> Result<Aes256Gcm, DbError> {
        let key = self.keys.get(id).ok_or(DbError::Crypto)?;
        Ok(Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key)))
    }

    /// Encrypts with the current key. It opens only with the same `context`.
    pub(crate) fn seal(&self, entropy: &Entropy, text: &[u8], context: &[u8]) -> Result<Sealed, DbError> {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let payload = Payload { msg: text, aad: context };
        let cipher = self.cipher(&self.current)?;
        let ciphertext = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| DbError::Crypto)?;
        Ok(Sealed { key_id: self.current.clone(), nonce, ciphertext })
    }

    pub(crate) fn open(&self, sealed: &Sealed, context: &[u8]) -> Result<Vec<u8>, DbError> {
        let payload = Payload { msg: &sealed.ciphertext, aad: context };
        let cipher = self.cipher(&sealed.key_id)?;
        cipher.decrypt(&Nonce::from(sealed.nonce), payload).map_err(|_| DbError::Crypto)
    }

    /// Encrypts with the current key what was encrypted with whichever.
    pub(crate) fn seal_again(
        &self,
        entropy: &Entropy,
        sealed: &Sealed,
        context: &[u8],
    ) -> Result<Sealed, DbError> {
        let text = self.open(sealed, context)?;
        self.seal(entropy, &text, context)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("current", &self.current).finish_non_exhaustive()
    }
}

fn context(store: StoreId, attempt: u32) -> Vec<u8> {
    format!("{store}/{attempt}").into_bytes()
}

/// Keeps the secrets of an attempt, unless some are kept already: the first ones stay, whoever else
/// made some at the same time.
pub async fn keep_first(
    tx: &mut Tx,
    keyring: &Keyring,
    entropy: &Entropy,
    (store, account, attempt): (StoreId, AccountId, u32),
    secrets: &StoreSecrets,
) -> Result<(), DbError> {
    let text = serde_json::to_vec(secrets).map_err(|_| DbError::Crypto)?;
    let sealed = keyring.seal(entropy, &text, &context(store, attempt))?;
    sqlx::query!(
        "INSERT INTO store_secrets (store_id, account_id, attempt, key_id, nonce, ciphertext)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store_id, attempt) DO NOTHING",
        store.as_uuid(),
        account.as_uuid(),
        attempt.cast_signed(),
        sealed.key_id,
        sealed.nonce.as_slice(),
        sealed.ciphertext
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets the secrets of all attempts at a store that is gone.
pub async fn forget(tx: &mut Tx, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("DELETE FROM store_secrets WHERE store_id = $1", store.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

pub async fn get(
    tx: &mut Tx,
    keyring: &Keyring,
    store: StoreId,
    attempt: u32,
) -> Result<Option<StoreSecrets>, DbError> {
    let row = sqlx::query!(
        "SELECT key_id, nonce, ciphertext FROM store_secrets WHERE store_id = $1 AND attempt = $2",
        store.as_uuid(),
        attempt.cast_signed()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = Sealed::kept(row.key_id, row.nonce, row.ciphertext)?;
    let text = keyring.open(&sealed, &context(store, attempt))?;
    serde_json::from_slice(&text).map(Some).map_err(|_| DbError::Crypto)
}

/// Encrypts with the current key up to `limit` rows that are encrypted with another one. Returns how many; none left
/// is 0. A row that cannot be decrypted is an error that changes nothing: its key is not among the old ones.
pub async fn reencrypt(
    tx: &mut Tx,
    keyring: &Keyring,
    entropy: &Entropy,
    limit: i64,
) -> Result<u64, DbError> {
    let rows = sqlx::query!(
        "SELECT store_id, attempt, key_id, nonce, ciphertext FROM store_secrets
         WHERE key_id <> $1 ORDER BY store_id, attempt LIMIT $2 FOR UPDATE",
        keyring.current,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut done = 0;
    for row in rows {
        let context = context(StoreId::from_uuid(row.store_id), count(row.attempt)?);
        let sealed = Sealed::kept(row.key_id, row.nonce, row.ciphertext)?;
        let again = keyring.seal_again(entropy, &sealed, &context)?;
        sqlx::query!(
            "UPDATE store_secrets SET key_id = $3, nonce = $4, ciphertext = $5 WHERE store_id = $1 AND attempt = $2",
            row.store_id,
            row.attempt,
            again.key_id,
            again.nonce.as_slice(),
            again.ciphertext
        )
        .execute(tx.connection())
        .await?;
        done += 1;
    }
    Ok(done)
}
