//! Second factors and recovery codes of the caller; the shared secret is encrypted before it gets here.

use chrono::{DateTime, Utc};
use souk_domain::digest::Digest;
use souk_domain::entropy::Entropy;
use souk_domain::id::UserId;
use souk_domain::principal::Principal;
use souk_domain::second_factor::SECRET_LEN;

use crate::secrets::{Keyring, Sealed};
use crate::{DbError, Tx};

#[derive(Debug)]
pub struct SecondFactor {
    pub secret: [u8; SECRET_LEN],
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// What a row that was copied to another user does not decrypt with.
fn context(user: UserId) -> Vec<u8> {
    format!("second factor of {user}").into_bytes()
}

/// Keeps the secret of an enrolment that is not confirmed yet, in place of one before it; whether there was
/// none that is confirmed.
pub async fn enrol(
    tx: &mut Tx,
    keyring: &Keyring,
    entropy: &Entropy,
    who: &Principal,
    secret: [u8; SECRET_LEN],
) -> Result<bool, DbError> {
    let sealed = keyring.seal(entropy, &secret, &context(who.user_id))?;
    let done = sqlx::query!(
        "INSERT INTO second_factors AS f (user_id, key_id, nonce, ciphertext) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET key_id = excluded.key_id, nonce = excluded.nonce,
             ciphertext = excluded.ciphertext, created_at = now() WHERE f.confirmed_at IS NULL",
        who.user_id.as_uuid(),
        sealed.key_id,
        sealed.nonce.as_slice(),
        sealed.ciphertext
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The caller's, confirmed or not.
pub async fn get(tx: &mut Tx, keyring: &Keyring, who: &Principal) -> Result<Option<SecondFactor>, DbError> {
    let row = sqlx::query!(
        "SELECT key_id, nonce, ciphertext, confirmed_at FROM second_factors WHERE user_id = $1",
        who.user_id.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = Sealed::kept(row.key_id, row.nonce, row.ciphertext)?;
    let secret = keyring.open(&sealed, &context(who.user_id))?;
    Ok(Some(SecondFactor {
        secret: secret.try_into().map_err(|_| DbError::Crypto)?,
        confirmed_at: row.confirmed_at,
    }))
}

/// Takes the code of a step, unless it or a later one was taken already.
pub async fn take_step(tx: &mut Tx, who: &Principal, step: i64) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
        who.user_id.as_uuid(),
        step
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// From now on a code is asked for; whether none was before.
pub async fn confirm(tx: &mut Tx, who: &Principal) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE second_factors SET confirmed_at = now() WHERE user_id = $1 AND confirmed_at IS NULL",
        who.user_id.as_uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes the caller's, with the recovery codes.
pub async fn remove(tx: &mut Tx, who: &Principal) -> Result<(), DbError> {
    sqlx::query!("DELETE FROM second_factors WHERE user_id = $1", who.user_id.as_uuid())
        .execute(tx.connection())
        .await?;
    sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", who.user_id.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// These and no others are the caller's recovery codes.
pub async fn set_recovery_codes(tx: &mut Tx, who: &Principal, codes: &[Digest]) -> Result<(), DbError> {
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code.as_bytes().to_vec()).collect();
    sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", who.user_id.as_uuid())
        .execute(tx.connection())
        .await?;
    sqlx::query!(
        "INSERT INTO recovery_codes (user_id, hash) SELECT $1, unnest($2::bytea[])",
        who.user_id.as_uuid(),
        &hashes
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Strikes a recovery code out; whether it was one that was still good.
pub async fn take_recovery_code(tx: &mut Tx, who: &Principal, code: &Digest) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
        who.user_id.as_uuid(),
        code.as_bytes()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub async fn recovery_codes_left(tx: &mut Tx, who: &Principal) -> Result<i64, DbError> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "left!" FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"#,
        who.user_id.as_uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.left)
}

/// As `secrets::reencrypt`, for what users share with their apps: at the command line, as the worker.
pub async fn reencrypt(
    tx: &mut Tx,
    keyring: &Keyring,
    entropy: &Entropy,
    limit: i64,
) -> Result<u64, DbError> {
    let rows = sqlx::query!(
        "SELECT user_id, key_id, nonce, ciphertext FROM second_factors
         WHERE key_id <> $1 ORDER BY user_id LIMIT $2 FOR UPDATE",
        keyring.current_id(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut done = 0;
    for row in rows {
        let context = context(UserId::from_uuid(row.user_id));
        let sealed = Sealed::kept(row.key_id, row.nonce, row.ciphertext)?;
        let again = keyring.seal_again(entropy, &sealed, &context)?;
        sqlx::query!(
            "UPDATE second_factors SET key_id = $2, nonce = $3, ciphertext = $4 WHERE user_id = $1",
            row.user_id,
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
