//! The code after the password.
//!
//! Invariant: a wrong code counts against the account as a wrong password does, and only a right one forgets
//! them. So whoever has stolen the password guesses five codes a quarter of an hour, not five a sign-in.

use serde_json::json;
use souk_db::Caller;
use souk_db::audit::{self, AuditEvent};
use souk_db::sign_in::{self, Challenged};
use souk_domain::digest::Digest;
use souk_domain::second_factor::Proof;

use super::{Session, confirm, count, limits, sessions};
use crate::{App, AppError};

pub async fn second_step(
    app: &App,
    caller: &Caller,
    challenge: &str,
    proof: &Proof,
) -> Result<Session, AppError> {
    let challenge = Digest::of(challenge);
    let mut tx = app.pool.anonymous().await?;
    let found = sign_in::try_challenge(&mut tx, &challenge).await?;
    // The try counts, whatever comes of it.
    tx.commit().await?;
    let Challenged { principal: who, email, suspended } = found.ok_or(AppError::ChallengeInvalid)?;
    if suspended {
        return Err(AppError::Suspended);
    }
    let subject = limits::stranger(&email);
    let mut tx = app.tenant(&who).await?;
    limits::check(app, &mut tx, &subject, caller).await?;
    let Some(how) = confirm::take(app, &mut tx, &who, proof).await? else {
        drop(tx);
        return Err(
            limits::failed(app, caller, &subject, Some(&who), "wrong_code", AppError::WrongCode).await
        );
    };
    if !sign_in::end_challenge(&mut tx, &challenge).await? {
        return Err(AppError::ChallengeInvalid);
    }
    let mut tx = limits::succeeded(app, tx, caller, &subject, &who).await?;
    let session = sessions::start(app, &mut tx, who, caller).await?;
    let details = json!({ "reason": how, "session": session.id });
    audit::sign_in(&mut tx, AuditEvent::LoginSuccess, Some(&who), caller, details).await?;
    tx.commit().await?;
    count("login_success");
    Ok(session)
}
