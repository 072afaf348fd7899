//! From a refresh token to the next one, or to the end of its session.

use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::sessions::{self, EndedBy, Refreshable};
use souk_db::{Caller, Tx};
use souk_domain::digest::Digest;
use souk_domain::session::{Worth, judge, refresh_token};

use super::{RefreshToken, Session, count};
use crate::{App, AppError};

/// A token is used once. One that comes again a moment later has lost its answer; one that comes again after that
/// ends its session, for then two have it.
pub async fn refresh(app: &App, caller: &Caller, shown: &str) -> Result<Session, AppError> {
    let mut tx = app.pool.anonymous().await?;
    let found = living(&mut tx, shown).await?;
    if found.suspended {
        return Err(AppError::Suspended);
    }
    let rotate = match judge(found.generation, found.current_generation, found.rotated_ago) {
        Worth::Current => true,
        Worth::Repeated => false,
        Worth::Reused => {
            end(&mut tx, &found, caller, EndedBy::TokenReused).await?;
            tx.commit().await?;
            count("refresh_token_reused");
            return Err(AppError::RefreshInvalid);
        }
    };
    let text = refresh_token(app.entropy());
    let lifetime =
        sessions::add_refresh_token(&mut tx, found.session, &Digest::of(&text), rotate, caller).await?;
    tx.commit().await?;
    let token = app.tokens.issue(found.principal.user_id, found.session, app.clock().now())?;
    let refresh = RefreshToken { text: text.into(), lifetime };
    Ok(Session { id: found.session, principal: found.principal, token, refresh })
}

/// Ends the session of a refresh token. Whoever has none that is good is as signed out as they can be.
pub async fn logout(app: &App, caller: &Caller, shown: &str) -> Result<(), AppError> {
    let mut tx = app.pool.anonymous().await?;
    let found = match living(&mut tx, shown).await {
        Ok(found) => found,
        Err(AppError::RefreshInvalid) => return Ok(()),
        Err(error) => return Err(error),
    };
    end(&mut tx, &found, caller, EndedBy::Logout).await?;
    tx.commit().await?;
    count("session_ended");
    Ok(())
}

async fn living(tx: &mut Tx, shown: &str) -> Result<Refreshable, AppError> {
    let found = sessions::find_refresh_token(tx, &Digest::of(shown)).await?;
    found.filter(|found| found.alive).ok_or(AppError::RefreshInvalid)
}

async fn end(tx: &mut Tx, found: &Refreshable, caller: &Caller, why: EndedBy) -> Result<(), AppError> {
    sessions::end_found(tx, found.session, why).await?;
    let details = json!({ "session": found.session, "reason": why.as_str() });
    audit::sign_in(tx, AuditEvent::SessionEnded, Some(&found.principal), caller, details).await?;
    Ok(())
}
