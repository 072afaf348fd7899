//! Who did what: rows written in the transaction of what they record, never changed, and sealed soon after.

pub mod read;
pub mod seal;
pub mod verify;

use serde_json::Value;
use souk_domain::id::{AccountId, StoreId};
use souk_domain::principal::Principal;

use crate::{Caller, DbError, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditEvent {
    StoreCreated,
    StoreRetried,
    StoreRebuilt,
    StoreDeleted,
    StoreChanged,
    CredentialsViewed,
    NamespaceRemoved,
    LoginSuccess,
    LoginFailed,
    LoginRateLimited,
    AccountLocked,
    RegistrationRateLimited,
    PasswordChanged,
    SessionEnded,
    TokenMade,
    TokenRevoked,
    FactorEnabled,
    FactorDisabled,
    RecoveryCodesMade,
    SecretsReencrypted,
    OperationRequeued,
}

impl AuditEvent {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StoreCreated => "store_created",
            Self::StoreRetried => "store_retried",
            Self::StoreRebuilt => "store_rebuilt",
            Self::StoreDeleted => "store_deleted",
            Self::StoreChanged => "store_changed",
            Self::CredentialsViewed => "credentials_viewed",
            Self::NamespaceRemoved => "namespace_removed",
            Self::LoginSuccess => "login_success",
            Self::LoginFailed => "login_failed",
            Self::LoginRateLimited => "login_rate_limited",
            Self::AccountLocked => "account_locked",
            Self::RegistrationRateLimited => "registration_rate_limited",
            Self::PasswordChanged => "password_changed",
            Self::SessionEnded => "session_ended",
            Self::TokenMade => "token_made",
            Self::TokenRevoked => "token_revoked",
            Self::FactorEnabled => "factor_enabled",
            Self::FactorDisabled => "factor_disabled",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::SecretsReencrypted => "secrets_reencrypted",
            Self::OperationRequeued => "operation_requeued",
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
    by_principal(tx, event, principal, Some(store), caller, details).await
}

/// What a principal did to their own account.
pub async fn account(
    tx: &mut Tx,
    event: AuditEvent,
    principal: &Principal,
    caller: &Caller,
    details: Value,
) -> Result<(), DbError> {
    by_principal(tx, event, principal, None, caller, details).await
}

async fn by_principal(
    tx: &mut Tx,
    event: AuditEvent,
    principal: &Principal,
    store: Option<StoreId>,
    caller: &Caller,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO audit_log (event_type, actor_user_id, account_id, store_id, ip, user_agent, correlation_id, details)
         VALUES ($1, $2, $3, $4, $5::text::inet, $6, $7, $8)",
        event.as_str(),
        principal.user_id.as_uuid(),
        principal.account_id.as_uuid(),
        store.map(StoreId::as_uuid),
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

/// What the operator did at the command line to somebody's store.
pub async fn operator_store(
    tx: &mut Tx,
    event: AuditEvent,
    (store, account): (StoreId, AccountId),
    correlation_id: &str,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        "INSERT INTO audit_log (event_type, account_id, store_id, correlation_id, details) VALUES ($1, $2, $3, $4, $5)",
        event.as_str(),
        account.as_uuid(),
        store.as_uuid(),
        correlation_id,
        details
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What happens before there is a principal: `who` is whom it concerns, where that is known.
pub async fn sign_in(
    tx: &mut Tx,
    event: AuditEvent,
    who: Option<&Principal>,
    caller: &Caller,
    details: Value,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"SELECT audit_sign_in($1, $2, $3, $4::text::inet, $5, $6, $7) AS "done!: ()""#,
        event.as_str(),
        who.map(|who| who.user_id.as_uuid()),
        who.map(|who| who.account_id.as_uuid()),
        caller.ip.map(|ip| ip.to_string()),
        caller.user_agent,
        caller.correlation_id,
        details
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}
