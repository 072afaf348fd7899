//! Users, and the few things that happen before there is a principal.

pub mod list;

use chrono::{DateTime, Utc};
use serde_json::Value;
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};
use souk_domain::principal::{Principal, Role};
use souk_domain::reason::Reason;

use crate::convert::word;
use crate::{Caller, DbError, Tx};

#[derive(Debug)]
pub struct NewUser {
    pub id: UserId,
    pub account_id: AccountId,
    pub email: Email,
    /// PHC string.
    pub password_hash: String,
    /// Whether they may be the first user, who becomes admin.
    pub may_be_first: bool,
}

/// What is needed to check a password.
#[derive(Debug)]
pub struct PasswordRecord {
    pub principal: Principal,
    pub hash: String,
    pub suspended: bool,
}

#[derive(Debug)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub role: Role,
    pub created_at: DateTime<Utc>,
}

/// What became of a wish for an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeAdmin {
    Created,
    /// There was a user with the address; their password is as before.
    Promoted,
    /// They were one already.
    Unchanged,
}

/// Makes the user, their personal account and the audit row; the first user of all becomes admin. `None`, and
/// nothing done, where that would be one who may not be the first.
pub async fn register(tx: &mut Tx, user: &NewUser, caller: &Caller) -> Result<Option<Principal>, DbError> {
    let row = sqlx::query!(
        "SELECT register_user($1, $2, $3, $4, $5, $6::text::inet, $7, $8) AS role",
        user.id.as_uuid(),
        user.account_id.as_uuid(),
        user.email.as_str(),
        user.password_hash,
        user.may_be_first,
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    let Some(role) = row.role else { return Ok(None) };
    Ok(Some(Principal { user_id: user.id, account_id: user.account_id, role: word(&role)? }))
}

/// Whether anybody has registered yet.
pub async fn is_any(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(sqlx::query!(r#"SELECT has_users() AS "any!""#).fetch_one(tx.connection()).await?.any)
}

pub async fn find_password(tx: &mut Tx, email: &Email) -> Result<Option<PasswordRecord>, DbError> {
    let row = sqlx::query!(
        r#"SELECT user_id AS "user_id!", account_id AS "account_id!", role AS "role!", hash AS "hash!",
                  suspended AS "suspended!" FROM find_password($1)"#,
        email.as_str()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PasswordRecord {
        principal: Principal {
            user_id: UserId::from_uuid(row.user_id),
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        },
        hash: row.hash,
        suspended: row.suspended,
    }))
}

/// The caller's own PHC string.
pub async fn own_password(tx: &mut Tx) -> Result<Option<String>, DbError> {
    Ok(sqlx::query!("SELECT own_password() AS hash").fetch_one(tx.connection()).await?.hash)
}

pub async fn set_own_password(tx: &mut Tx, hash: &str) -> Result<(), DbError> {
    sqlx::query!(r#"SELECT set_own_password($1) AS "done!: ()""#, hash).fetch_one(tx.connection()).await?;
    Ok(())
}

/// The caller's own row.
pub async fn me(tx: &mut Tx, user: UserId) -> Result<User, DbError> {
    let row = sqlx::query!("SELECT id, email, role, created_at FROM users WHERE id = $1", user.as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(User {
        id: UserId::from_uuid(row.id),
        email: word(&row.email)?,
        role: word(&row.role)?,
        created_at: row.created_at,
    })
}

/// Who has the address, and their account: for the command line.
pub async fn by_email(tx: &mut Tx, email: &Email) -> Result<Option<(UserId, AccountId)>, DbError> {
    let row = sqlx::query!(
        "SELECT u.id, m.account_id FROM users u JOIN memberships m ON m.user_id = u.id
         WHERE u.email = $1 ORDER BY m.created_at LIMIT 1",
        email.as_str()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (UserId::from_uuid(row.id), AccountId::from_uuid(row.account_id))))
}

/// The user's own account: for the command line.
pub async fn account_of(tx: &mut Tx, user: UserId) -> Result<Option<AccountId>, DbError> {
    let row = sqlx::query!(
        "SELECT account_id FROM memberships WHERE user_id = $1 ORDER BY created_at LIMIT 1",
        user.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| AccountId::from_uuid(row.account_id)))
}

/// Suspends or restores, and notes it in the audit log. Returns whether anything changed; what is so already leaves
/// no trace.
pub async fn set_suspension(
    tx: &mut Tx,
    user: UserId,
    suspend: bool,
    reason: Option<&Reason>,
    more: Value,
    caller: &Caller,
) -> Result<bool, DbError> {
    let row = sqlx::query!(
        r#"SELECT set_suspension($1, $2, $3, $4, $5::text::inet, $6, $7) AS changed"#,
        user.as_uuid(),
        suspend,
        reason.map(Reason::as_str),
        more,
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    row.changed.ok_or(DbError::NotFound)
}

/// An admin with this address. The ids and the hash are for a new user; who has the address keeps theirs.
pub async fn make_admin(
    tx: &mut Tx,
    (user, account): (UserId, AccountId),
    email: &Email,
    password_hash: &str,
    more: Value,
    caller: &Caller,
) -> Result<MadeAdmin, DbError> {
    let row = sqlx::query!(
        r#"SELECT make_admin($1, $2, $3, $4, $5, $6) AS "outcome!""#,
        user.as_uuid(),
        account.as_uuid(),
        email.as_str(),
        password_hash,
        more,
        caller.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(match row.outcome.as_str() {
        "created" => MadeAdmin::Created,
        "promoted" => MadeAdmin::Promoted,
        _ => MadeAdmin::Unchanged,
    })
}
