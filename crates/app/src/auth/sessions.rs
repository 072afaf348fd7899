//! Sessions: begun by signing in, seen and ended by their user.

use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::sessions::{self, EndedBy, Session as LiveSession};
use souk_db::{Caller, Tx};
use souk_domain::digest::Digest;
use souk_domain::id::SessionId;
use souk_domain::principal::Principal;
use souk_domain::session::{IDLE_LIMIT, refresh_token};

use super::{RefreshToken, Session, count};
use crate::{App, AppError};

/// Sessions of one user that are shown.
const MAX_SHOWN: u32 = 100;

/// Begins one in the transaction of the sign-in.
pub(super) async fn start(
    app: &App,
    tx: &mut Tx,
    principal: Principal,
    caller: &Caller,
) -> Result<Session, AppError> {
    let now = app.clock().now();
    let id = SessionId::generate(now, app.entropy());
    let text = refresh_token(app.entropy());
    sessions::start(tx, id, &principal, &Digest::of(&text), caller).await?;
    let token = app.tokens.issue(principal.user_id, id, now)?;
    let refresh = RefreshToken { text: text.into(), lifetime: IDLE_LIMIT };
    Ok(Session { id, principal, token, refresh })
}

/// Those that live, the newest first.
pub async fn list_sessions(app: &App, who: &Principal) -> Result<Vec<LiveSession>, AppError> {
    let mut tx = app.tenant(who).await?;
    Ok(sessions::list(&mut tx, MAX_SHOWN).await?)
}

/// Ends one; its access tokens stop with it.
pub async fn end_session(app: &App, who: &Principal, caller: &Caller, id: SessionId) -> Result<(), AppError> {
    let mut tx = app.tenant(who).await?;
    if !sessions::end(&mut tx, id, EndedBy::User).await? {
        return Err(AppError::SessionNotFound);
    }
    let details = json!({ "session": id, "reason": EndedBy::User.as_str() });
    audit::account(&mut tx, AuditEvent::SessionEnded, who, caller, details).await?;
    tx.commit().await?;
    count("session_ended");
    Ok(())
}

/// Ends all but `keep`; how many there were.
pub async fn end_all_sessions(
    app: &App,
    who: &Principal,
    caller: &Caller,
    keep: Option<SessionId>,
) -> Result<u64, AppError> {
    let mut tx = app.tenant(who).await?;
    let ended = sessions::end_all(&mut tx, keep, EndedBy::User).await?;
    let details = json!({ "sessions": ended, "reason": EndedBy::User.as_str() });
    audit::account(&mut tx, AuditEvent::SessionEnded, who, caller, details).await?;
    tx.commit().await?;
    count("session_ended");
    Ok(ended)
}
