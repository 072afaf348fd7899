//! Who did what: rows written in the transaction of what they record, and never changed.

use serde_json::Value;
use souk_domain::id::{AccountId, StoreId, UserId};
use souk_domain::principal::Principal;

use crate::{Caller, DbError, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditEvent {
    StoreCreated,
    StoreRetried,
    StoreRebuilt,
    StoreDeleted,
    CredentialsViewed,
    NamespaceRemoved,
}

impl AuditEvent {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StoreCreated => "store_created",
            Self::StoreRetried => "store_retried",
            Self::StoreRebuilt => "store_rebuilt",
            Self::StoreDeleted => "store_deleted",
            Self::CredentialsViewed => "credentials_viewed",
            Self::NamespaceRemoved => "namespace_removed",
        }
    }
}

/// What a principal did to a store.
pub async fn store(
    tx: &mut Tx,
    event: AuditEvent,
    principal: &Principal,
    store: StoreId,
    caller: &Caller,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO audit_log (event_type, actor_user_id, account_id, store_id, ip, user_agent, correlation_id, details)
         VALUES ($1, $2, $3, $4, $5::text::inet, $6, $7, $8)",
        event.as_str(),
        principal.user_id.as_uuid(),
        principal.account_id.as_uuid(),
        store.as_uuid(),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id,
        details
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What the operator of this Souk did at its command line: there is no principal, and often no store.
pub async fn operator(
    tx: &mut Tx,
    event: AuditEvent,
    correlation_id: &str,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO audit_log (event_type, correlation_id, details) VALUES ($1, $2, $3)",
        event.as_str(),
        correlation_id,
        details
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A sign-in that went well (`who` is known) or not.
pub async fn sign_in(
    tx: &mut Tx,
    success: bool,
    who: Option<(UserId, AccountId)>,
    caller: &Caller,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"SELECT audit_sign_in($1, $2, $3, $4::text::inet, $5, $6, $7) AS "done!: ()""#,
        if success { "login_success" } else { "login_failed" },
        who.map(|(user, _)| user.as_uuid()),
        who.map(|(_, account)| account.as_uuid()),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id,
        details
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}
