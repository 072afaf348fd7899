//! The passwords and keys of a store: for its owner's eyes, and never without a trace.

use std::fmt;

use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::{Caller, audit, secrets};
use souk_domain::email::Email;
use souk_domain::id::StoreId;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;

use super::own;
use crate::{App, AppError};

pub struct Credentials {
    pub url: String,
    pub admin_url: String,
    pub admin_email: Email,
    pub admin_password: SecretString,
    pub publishable_key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a ready store has no secrets")]
struct SecretsMissing;

/// An admin who is not the owner is refused.
pub async fn credentials(
    app: &App,
    who: &Principal,
    caller: &Caller,
    id: StoreId,
) -> Result<Credentials, AppError> {
    let mut tx = app.tenant(who).await?;
    let store = own(&mut tx, who, id).await?;
    if store.state != StoreState::Ready {
        return Err(AppError::NotReady { current: store.state });
    }
    let secrets = secrets::get(&mut tx, &app.keyring, id, store.attempt)
        .await?
        .ok_or_else(|| AppError::internal(SecretsMissing))?;
    let details = json!({ "attempt": store.attempt });
    audit::store(&mut tx, AuditEvent::CredentialsViewed, who, id, caller, details).await?;
    tx.commit().await?;
    let url = app.addresses.url(&store.host);
    Ok(Credentials {
        admin_url: format!("{url}{}", store.engine.admin_path()),
        url,
        admin_email: secrets.admin_email,
        admin_password: secrets.admin_password.into(),
        publishable_key: secrets.publishable_key,
    })
}
