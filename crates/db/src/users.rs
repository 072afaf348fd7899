//! Users, and the few things that happen before there is a principal.

use chrono::{DateTime, Utc};
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};
use souk_domain::principal::{Principal, Role};

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
