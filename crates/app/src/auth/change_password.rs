//! Another password. Whoever knew the one before is signed out.

use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::sessions::{self, EndedBy};
use souk_db::{Caller, users};
use souk_domain::id::SessionId;
use souk_domain::principal::Principal;

use super::{confirm, count};
use crate::{App, AppError};

/// Ends all sessions but `keep`; returns how many. Personal access tokens stay: they are not made of the password.
pub async fn change_password(
    app: &App,
    who: &Principal,
    caller: &Caller,
    keep: Option<SessionId>,
    password: SecretString,
    new: SecretString,
) -> Result<u64, AppError> {
    let mut tx = app.tenant(who).await?;
    let email = users::me(&mut tx, who.user_id).await?.email;
    drop(tx);
    app.passwords.check(new.clone(), email).await?;
    confirm::password(app, who, caller, password).await?;
    let hash = app.passwords.hash(new, app.entropy().bytes()).await?;
    let mut tx = app.tenant(who).await?;
    users::set_own_password(&mut tx, &hash).await?;
    let ended = sessions::end_all(&mut tx, keep, EndedBy::PasswordChanged).await?;
    let details = json!({ "sessions_ended": ended });
    audit::account(&mut tx, AuditEvent::PasswordChanged, who, caller, details).await?;
    tx.commit().await?;
    count("password_changed");
    Ok(ended)
}
