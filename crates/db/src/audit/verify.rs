//! Walks the whole chain of seals, and says what does not fit.
//!
//! It reads one snapshot, so that what is written and sealed meanwhile looks like no fault, and goes on behind each
//! fault from what stands there: one changed row is one finding, not a thousand.

use chrono::{DateTime, Utc};

use super::read::Entry;
use super::seal::{self, Hash, Head, NO_SEAL};
use crate::{DbError, Tx};

/// Seals read at one time.
const PAGE: i64 = 1_000;
/// Faults that are named; the rest is counted.
pub const MAX_NAMED: usize = 100;
/// A row waits for its seal at most so long while any worker runs; five seconds are the rule.
pub const UNSEALED_LIMIT_S: u32 = 60;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The row is not what was sealed.
    RowChanged { id: i64, seal: i64 },
    /// The row was sealed, and is gone.
    RowMissing { id: i64, seal: i64 },
    /// The row was written, and was gone before it could be sealed.
    RowVanished { id: i64 },
    /// The seal does not follow from its row and the seal before it.
    SealBroken { seal: i64, row: i64 },
    /// Seals are gone, the first to the last.
    SealsMissing { first: i64, last: i64 },
    /// The row has no seal, and should have had one long ago.
    NeverSealed { id: i64, at: DateTime<Utc> },
    /// The chain does not hold the seal that somebody kept a note of.
    OtherHead { noted: i64 },
}

/// Rows that are too young to have been sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    pub rows: i64,
    pub oldest: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub seals: i64,
    pub head: Option<Head>,
    /// The first [`MAX_NAMED`].
    pub faults: Vec<Fault>,
    /// All of them.
    pub fault_count: usize,
    pub tail: Option<Tail>,
}

impl Verdict {
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.fault_count == 0
    }

    fn note(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < MAX_NAMED {
            self.faults.push(fault);
        }
    }
}

/// Reads the whole log. `noted` is a head that was written down elsewhere: whoever removes the last rows together
/// with their seals, or seals everything anew, can be found out by nothing else.
pub async fn verify(tx: &mut Tx, noted: Option<&Head>) -> Result<Verdict, DbError> {
    sqlx::query!("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .execute(tx.connection())
        .await?;
    let mut verdict = Verdict { seals: 0, head: None, faults: Vec::new(), fault_count: 0, tail: None };
    let mut found_noted = noted.is_none();
    let mut last = Head { seq: 0, hash: NO_SEAL };
    loop {
        let page = page(tx, last.seq).await?;
        for (seal, row) in &page {
            look(&mut verdict, &last, seal, row.as_ref());
            last = Head { seq: seal.seq, hash: seal.hash };
            found_noted |= noted == Some(&last);
        }
        verdict.seals += i64::try_from(page.len()).unwrap_or(i64::MAX);
        if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
            break;
        }
    }
    verdict.head = (last.seq > 0).then_some(last);
    if let (false, Some(noted)) = (found_noted, noted) {
        verdict.note(Fault::OtherHead { noted: noted.seq });
    }
    unsealed(tx, &mut verdict).await?;
    Ok(verdict)
}

struct Seal {
    seq: i64,
    audit_id: i64,
    row_hash: Hash,
    hash: Hash,
    sealed_at: DateTime<Utc>,
}

fn look(verdict: &mut Verdict, before: &Head, seal: &Seal, row: Option<&Entry>) {
    let follows = seal.seq == before.seq + 1;
    if !follows {
        verdict.note(Fault::SealsMissing { first: before.seq + 1, last: seal.seq - 1 });
    }
    let expected = seal::seal_hash(seal.seq, seal.audit_id, &seal.row_hash, seal.sealed_at, &before.hash);
    // What it followed from is gone with those that are missing.
    if follows && expected != seal.hash {
        verdict.note(Fault::SealBroken { seal: seal.seq, row: seal.audit_id });
    }
    match row {
        None => verdict.note(Fault::RowMissing { id: seal.audit_id, seal: seal.seq }),
        Some(row) if seal::row_hash(row) != seal.row_hash => {
            verdict.note(Fault::RowChanged { id: row.id, seal: seal.seq });
        }
        Some(_) => {}
    }
}

async fn page(tx: &mut Tx, after: i64) -> Result<Vec<(Seal, Option<Entry>)>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT s.seq, s.audit_id, s.row_hash, s.hash, s.sealed_at, a.id AS "id?", a.at AS "at?",
                  a.event_type AS "event_type?", a.actor_user_id, a.account_id, a.store_id, a.ip::text AS ip,
                  a.user_agent, a.correlation_id, a.details::text AS details
           FROM audit_seals s LEFT JOIN audit_log a ON a.id = s.audit_id
           WHERE s.seq > $1 ORDER BY s.seq LIMIT $2"#,
        after,
        PAGE
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            // The schema allows no other length.
            let hash = |bytes: Vec<u8>| Hash::try_from(bytes).map_err(|_| DbError::Crypto);
            let seal = Seal {
                seq: row.seq,
                audit_id: row.audit_id,
                row_hash: hash(row.row_hash)?,
                hash: hash(row.hash)?,
                sealed_at: row.sealed_at,
            };
            let found = row.id.zip(row.at).zip(row.event_type).zip(row.details);
            let entry = found.map(|(((id, at), event_type), details)| Entry {
                id,
                at,
                event_type,
                actor_user_id: row.actor_user_id,
                account_id: row.account_id,
                store_id: row.store_id,
                ip: row.ip,
                user_agent: row.user_agent,
                correlation_id: row.correlation_id,
                details,
                seen_at: at,
            });
            Ok((seal, entry))
        })
        .collect()
}

/// What no seal stands for: the tail, rows that were kept from the sealer, and rows that were kept from their seal.
async fn unsealed(tx: &mut Tx, verdict: &mut Verdict) -> Result<(), DbError> {
    let vanished = sqlx::query!(
        "SELECT u.audit_id FROM audit_unsealed u
         WHERE NOT EXISTS (SELECT FROM audit_log a WHERE a.id = u.audit_id) ORDER BY 1"
    )
    .fetch_all(tx.connection())
    .await?;
    for row in vanished {
        verdict.note(Fault::RowVanished { id: row.audit_id });
    }
    let rows = sqlx::query!(
        r#"SELECT a.id, a.at, a.at < clock_timestamp() - make_interval(secs => $1) AS "late!"
           FROM audit_log a WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.audit_id = a.id) ORDER BY a.id"#,
        f64::from(UNSEALED_LIMIT_S)
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        if row.late {
            verdict.note(Fault::NeverSealed { id: row.id, at: row.at });
        } else {
            let tail = verdict.tail.get_or_insert(Tail { rows: 0, oldest: row.at });
            tail.rows += 1;
            tail.oldest = tail.oldest.min(row.at);
        }
    }
    Ok(())
}
