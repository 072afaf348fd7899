//! The chain of seals over the audit log: what is hashed, and how the worker goes on with it.
//!
//! Invariants:
//! - A seal is made over committed rows only, in the order in which they are found, not by their numbers: a row with
//!   a smaller number may be committed after one with a larger one was sealed, and numbers of transactions that were
//!   rolled back never come.
//! - One sealer at a time, over all replicas; whoever comes meanwhile goes away again.
//! - Each seal holds the one before it, so the last one vouches for all.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::read::Entry;
use crate::{DbError, Tx};

/// Held by the transaction that seals.
const SEALER_LOCK: i64 = 0x736f_756b_0005;
/// Of what comes before the first row.
pub(crate) const NO_SEAL: Hash = [0; 32];

pub type Hash = [u8; 32];

/// The last link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: Hash,
}

/// As people note it: `1042:3f0c...`.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a head; it looks like 1042: and 64 hexadecimal digits, as `souk admin verify-audit` shows it"
)]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(s: &str) -> Result<Self, NotAHead> {
        let (seq, hex) = s.trim().split_once(':').ok_or(NotAHead)?;
        let mut hash = NO_SEAL;
        if hex.len() != 2 * hash.len() || !hex.is_ascii() {
            return Err(NotAHead);
        }
        for (byte, place) in hash.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&hex[place..place + 2], 16).map_err(|_| NotAHead)?;
        }
        Ok(Self { seq: seq.parse().map_err(|_| NotAHead)?, hash })
    }
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    pub sealed: usize,
    /// Where the chain ends now; `None` when nothing was ever sealed.
    pub head: Option<Head>,
}

/// Seals at most `limit` rows; `None` when another sealer is at work.
pub async fn seal(tx: &mut Tx, limit: i64) -> Result<Option<Round>, DbError> {
    let lock = sqlx::query!(r#"SELECT pg_try_advisory_xact_lock($1) AS "taken!""#, SEALER_LOCK)
        .fetch_one(tx.connection())
        .await?;
    if !lock.taken {
        return Ok(None);
    }
    // A statement of its own, after the lock: it sees all that the sealer before has committed.
    let mut head = head(tx).await?;
    let waiting = sqlx::query_as!(
        Entry,
        r#"SELECT a.id, a.at, a.event_type, a.actor_user_id, a.account_id, a.store_id, a.ip::text AS ip, a.user_agent,
                  a.correlation_id, a.details::text AS "details!", clock_timestamp() AS "seen_at!"
           FROM audit_unsealed u JOIN audit_log a ON a.id = u.audit_id ORDER BY a.id LIMIT $1"#,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut seals = Seals::default();
    for entry in &waiting {
        let (seq, before) = head.map_or((1, NO_SEAL), |head| (head.seq + 1, head.hash));
        let row_hash = row_hash(entry);
        let hash = seal_hash(seq, entry.id, &row_hash, entry.seen_at, &before);
        seals.push(seq, entry, &row_hash, &hash);
        head = Some(Head { seq, hash });
    }
    seals.write(tx).await?;
    Ok(Some(Round { sealed: waiting.len(), head }))
}

/// The last seal.
pub async fn head(tx: &mut Tx) -> Result<Option<Head>, DbError> {
    let row = sqlx::query!("SELECT seq, hash FROM audit_seals ORDER BY seq DESC LIMIT 1")
        .fetch_optional(tx.connection())
        .await?;
    let Some(row) = row else { return Ok(None) };
    // The schema allows no other length.
    let hash = row.hash.try_into().map_err(|_| DbError::Crypto)?;
    Ok(Some(Head { seq: row.seq, hash }))
}

#[derive(Debug, Default)]
struct Seals {
    seq: Vec<i64>,
    audit_id: Vec<i64>,
    row_hash: Vec<Vec<u8>>,
    hash: Vec<Vec<u8>>,
    sealed_at: Vec<DateTime<Utc>>,
}

impl Seals {
    fn push(&mut self, seq: i64, entry: &Entry, row_hash: &Hash, hash: &Hash) {
        self.seq.push(seq);
        self.audit_id.push(entry.id);
        self.row_hash.push(row_hash.to_vec());
        self.hash.push(hash.to_vec());
        self.sealed_at.push(entry.seen_at);
    }

    async fn write(&self, tx: &mut Tx) -> Result<(), DbError> {
        if self.seq.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "INSERT INTO audit_seals (seq, audit_id, row_hash, hash, sealed_at)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::timestamptz[])",
            &self.seq,
            &self.audit_id,
            &self.row_hash,
            &self.hash,
            &self.sealed_at
        )
        .execute(tx.connection())
        .await?;
        sqlx::query!("DELETE FROM audit_unsealed WHERE audit_id = ANY($1)", &self.audit_id)
            .execute(tx.connection())
            .await?;
        Ok(())
    }
}

/// Over every column, each with its length, so that no two rows are written alike.
pub(crate) fn row_hash(entry: &Entry) -> Hash {
    let mut digest = Sha256::new_with_prefix("souk.audit.row.1");
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
    for field in [
        Some(entry.id.to_string()),
        Some(entry.at.timestamp_micros().to_string()),
        Some(entry.event_type.clone()),
        id(entry.actor_user_id),
        id(entry.account_id),
        id(entry.store_id),
        entry.ip.clone(),
        entry.user_agent.clone(),
        entry.correlation_id.clone(),
        Some(entry.details.clone()),
    ] {
        match field {
            None => digest.update([0]),
            Some(text) => {
                digest.update([1]);
                digest.update((text.len() as u64).to_be_bytes());
                digest.update(text);
            }
        }
    }
    digest.finalize().into()
}

pub(crate) fn seal_hash(
    seq: i64,
    audit_id: i64,
    row: &Hash,
    sealed_at: DateTime<Utc>,
    before: &Hash,
) -> Hash {
    Sha256::new_with_prefix("souk.audit.seal.1")
        .chain_update(seq.to_be_bytes())
        .chain_update(audit_id.to_be_bytes())
        .chain_update(row)
        .chain_update(sealed_at.timestamp_micros().to_be_bytes())
        .chain_update(before)
        .finalize()
        .into()
}
