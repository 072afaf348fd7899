//! A new user with a personal account. The first one of an empty system becomes its admin.

use secrecy::SecretString;
use souk_db::Caller;
use souk_db::users::{self, NewUser};
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};

use super::{Session, password};
use crate::{App, AppError};

pub async fn register(
    app: &App,
    caller: &Caller,
    email: Email,
    secret: SecretString,
) -> Result<Session, AppError> {
    password::check(&secret, &email).map_err(AppError::WeakPassword)?;
    let hash = app.passwords.hash(secret, app.entropy().bytes()).await?;
    let now = app.clock().now();
    let user = NewUser {
        id: UserId::generate(now, app.entropy()),
        account_id: AccountId::generate(now, app.entropy()),
        email,
        password_hash: hash,
    };
    let mut tx = app.pool.anonymous().await?;
    // The audit row is written by the same function of the database.
    let principal = users::register(&mut tx, &user, caller).await?;
    tx.commit().await?;
    metrics::counter!("security_events_total", "event_type" => "registration").increment(1);
    let token = app.tokens.issue(principal.user_id, now)?;
    Ok(Session { principal, token })
}
