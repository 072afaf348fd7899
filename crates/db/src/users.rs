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

/// Makes the user, their personal account and the audit row; the first user of all becomes admin.
pub async fn register(tx: &mut Tx, user: &NewUser, caller: &Caller) -> Result<Principal, DbError> {
    let row = sqlx::query!(
        r#"SELECT register_user($1, $2, $3, $4, $5::text::inet, $6, $7) AS "role!""#,
        user.id.as_uuid(),
        user.account_id.as_uuid(),
        user.email.as_str(),
        user.password_hash,
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Principal { user_id: user.id, account_id: user.account_id, role: word(&row.role)? })
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

/// Who a valid token speaks for now; `None` when the user is gone or suspended.
pub async fn find_principal(tx: &mut Tx, user: UserId) -> Result<Option<Principal>, DbError> {
    let row = sqlx::query!(
        r#"SELECT account_id AS "account_id!", role AS "role!", suspended AS "suspended!" FROM find_principal($1)"#,
        user.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    match row {
        Some(row) if !row.suspended => Ok(Some(Principal {
            user_id: user,
            account_id: AccountId::from_uuid(row.account_id),
            role: word(&row.role)?,
        })),
        _ => Ok(None),
    }
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
