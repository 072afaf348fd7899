//! How often somebody may try to sign in, and what they owe between password and code. Counted in the database,
//! by its clock: replicas agree.

use std::time::Duration;

use souk_domain::digest::Digest;
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};
use souk_domain::principal::Principal;
use souk_domain::sign_in::{
    AddressLimit, CHALLENGE_LIMIT, CHALLENGE_TRIES, FAILURE_WINDOW, LOCK, MAX_FAILURES,
};

use crate::convert::word;
use crate::{Caller, DbError, Tx};

/// How long there is to wait; zero when there is no need.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wait {
    /// Too many failures for this subject.
    pub locked: Duration,
    /// Too many failures from this address.
    pub limited: Duration,
}

/// What a failure has led to.
#[derive(Debug, Clone, Copy)]
pub struct Failed {
    /// It came too late to be told: what was wrong stays unsaid.
    pub wait: Wait,
    /// It was the one too many for its subject, or for its address.
    pub now_locked: bool,
    pub now_limited: bool,
}

/// Somebody who knew the password.
#[derive(Debug)]
pub struct Challenged {
    pub principal: Principal,
    pub email: Email,
    pub suspended: bool,
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.max(0.0))
}

fn max(limit: Option<AddressLimit>) -> Option<i32> {
    limit.map(|limit| limit.max.cast_signed())
}

fn window(limit: Option<AddressLimit>) -> f64 {
    limit.map_or(0.0, |limit| limit.window.as_secs_f64())
}

pub async fn wait(
    tx: &mut Tx,
    subject: &Digest,
    caller: &Caller,
    limit: Option<AddressLimit>,
) -> Result<Wait, DbError> {
    let row = sqlx::query!(
        r#"SELECT locked_s AS "locked_s!", limited_s AS "limited_s!"
           FROM sign_in_wait($1, $2::text::inet, $3, make_interval(secs => $4))"#,
        subject.as_bytes(),
        caller.ip.map(|ip| ip.to_string()),
        max(limit),
        window(limit)
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Wait { locked: seconds(row.locked_s), limited: seconds(row.limited_s) })
}

pub async fn failed(
    tx: &mut Tx,
    subject: &Digest,
    caller: &Caller,
    limit: Option<AddressLimit>,
) -> Result<Failed, DbError> {
    let row = sqlx::query!(
        r#"SELECT locked_s AS "locked_s!", limited_s AS "limited_s!", now_locked AS "now_locked!",
                  now_limited AS "now_limited!"
           FROM sign_in_failed($1, $2, make_interval(secs => $3), make_interval(secs => $4), $5::text::inet, $6,
                               make_interval(secs => $7))"#,
        subject.as_bytes(),
        MAX_FAILURES.cast_signed(),
        LOCK.as_secs_f64(),
        FAILURE_WINDOW.as_secs_f64(),
        caller.ip.map(|ip| ip.to_string()),
        max(limit),
        window(limit)
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Failed {
        wait: Wait { locked: seconds(row.locked_s), limited: seconds(row.limited_s) },
        now_locked: row.now_locked,
        now_limited: row.now_limited,
    })
}

/// Forgets the failures before it; the rest of the lock, when it came too late for that.
pub async fn succeeded(tx: &mut Tx, subject: &Digest) -> Result<Duration, DbError> {
    let row = sqlx::query!(r#"SELECT sign_in_succeeded($1) AS "locked_s!""#, subject.as_bytes())
        .fetch_one(tx.connection())
        .await?;
    Ok(seconds(row.locked_s))
}

/// Counts a registration: how long its address has to wait, and whether it is the first one that has to.
pub async fn count_registration(
    tx: &mut Tx,
    caller: &Caller,
    limit: Option<AddressLimit>,
) -> Result<(Duration, bool), DbError> {
    let (Some(limit), Some(ip)) = (limit, caller.ip) else { return Ok((Duration::ZERO, false)) };
    let row = sqlx::query!(
        r#"SELECT limited_s AS "limited_s!", first AS "first!"
           FROM count_registration($1::text::inet, $2, make_interval(secs => $3))"#,
        ip.to_string(),
        limit.max.cast_signed(),
        limit.window.as_secs_f64()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((seconds(row.limited_s), row.first))
}

pub async fn needs_second_factor(tx: &mut Tx, who: &Principal) -> Result<bool, DbError> {
    let row = sqlx::query!(r#"SELECT needs_second_factor($1) AS "needed!""#, who.user_id.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.needed)
}

pub async fn start_challenge(tx: &mut Tx, who: &Principal, challenge: &Digest) -> Result<(), DbError> {
    sqlx::query!(
        r#"SELECT start_challenge($1, $2, make_interval(secs => $3)) AS "done!: ()""#,
        challenge.as_bytes(),
        who.user_id.as_uuid(),
        CHALLENGE_LIMIT.as_secs_f64()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}

/// Takes one of the challenge's tries; `None` when none is left, or its time is over.
pub async fn try_challenge(tx: &mut Tx, challenge: &Digest) -> Result<Option<Challenged>, DbError> {
    let row = sqlx::query!(
        r#"SELECT user_id AS "user_id!", account_id AS "account_id!", role AS "role!", email AS "email!",
                  suspended AS "suspended!" FROM try_challenge($1, $2)"#,
        challenge.as_bytes(),
        CHALLENGE_TRIES.cast_signed()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Challenged {
        principal: Principal {
            user_id: UserId::from_uuid(row.user_id),
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        },
        email: word(&row.email)?,
        suspended: row.suspended,
    }))
}

/// Ends it; whether it was there still.
pub async fn end_challenge(tx: &mut Tx, challenge: &Digest) -> Result<bool, DbError> {
    let row = sqlx::query!(r#"SELECT end_challenge($1) AS "ended!""#, challenge.as_bytes())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.ended)
}
