//! Somebody who has signed in shows once more that it is they, before what a stolen token must not do.

use secrecy::{ExposeSecret, SecretString};
use souk_db::{Caller, Tx, second_factors, users};
use souk_domain::digest::Digest;
use souk_domain::principal::Principal;
use souk_domain::second_factor::{self, Proof};

use super::limits;
use crate::{App, AppError};

/// The caller's password. Wrong ones are counted apart from those of strangers.
pub async fn password(
    app: &App,
    who: &Principal,
    caller: &Caller,
    typed: SecretString,
) -> Result<(), AppError> {
    let subject = limits::insider(who.user_id);
    let mut tx = app.tenant(who).await?;
    limits::check(app, &mut tx, &subject, caller).await?;
    let hash = users::own_password(&mut tx).await?;
    // Hashing takes its time; the connection goes back meanwhile.
    drop(tx);
    if !app.passwords.verify(typed, hash).await? {
        return Err(limits::failed(
            app,
            caller,
            &subject,
            Some(who),
            "wrong_password",
            AppError::WrongPassword,
        )
        .await);
    }
    let tx = limits::succeeded(app, app.tenant(who).await?, caller, &subject, who).await?;
    Ok(tx.commit().await?)
}

/// Takes a code of the caller's second factor, so that it is worth nothing any more; how it was shown, if it was
/// a right one.
pub async fn take(
    app: &App,
    tx: &mut Tx,
    who: &Principal,
    proof: &Proof,
) -> Result<Option<&'static str>, AppError> {
    let (right, how) = match proof {
        Proof::Recovery(code) => {
            let digest = Digest::of(code.expose_secret());
            (second_factors::take_recovery_code(tx, who, &digest).await?, "recovery_code")
        }
        Proof::Code(code) => {
            let Some(factor) = second_factors::get(tx, &app.keyring, who).await? else { return Ok(None) };
            let step = second_factor::step(factor.secret, code.expose_secret(), app.clock().now());
            let right = match step.map_err(AppError::internal)? {
                Some(step) => second_factors::take_step(tx, who, step).await?,
                None => false,
            };
            (right, "totp")
        }
    };
    Ok(right.then_some(how))
}
