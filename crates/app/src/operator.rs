//! What an operator does at the command line, beside the running Souk and past any limit: always with a row in the
//! audit log, in the transaction of what was done.
//!
//! It works as `souk_worker`, so it needs no signed-in admin; whoever can start it has the keys to all of it anyway.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::operations::{self, NewOperation};
use souk_db::stores;
use souk_db::users::{self, MadeAdmin};
use souk_db::{Caller, DbError, Tx, WorkerPool, accounts, audit, second_factors, secrets};
use souk_domain::clock::Clock;
use souk_domain::email::Email;
use souk_domain::entropy::Entropy;
use souk_domain::id::{AccountId, OperationId, StoreId, UserId};
use souk_domain::operation::OperationKind;
use souk_domain::reason::Reason;
use souk_domain::state::StoreState;

use crate::admin::Terms;
use crate::auth::password::{
    self, PasswordFault, PasswordSettings, Passwords, UnusableParameters, WeakPassword,
};
use crate::dead_letters::{self, CannotRequeue};
use crate::stores::stop_for_deletion;

const ID_ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_LEN: usize = 16;
/// 24 of 32 characters: 120 bits.
const PASSWORD_LEN: usize = 24;
/// Rows that are encrypted anew in one transaction.
const REENCRYPT_BATCH: i64 = 100;

/// Why it was not done, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CannotDo {
    #[error("there is no user {0}; `GET /api/v1/admin/users` lists them")]
    NoUser(Who),
    #[error("there is no account {0}; `GET /api/v1/admin/users` shows each user's")]
    NoAccount(Who),
    #[error("there is no store {0}; `GET /api/v1/admin/stores` lists them")]
    NoStore(StoreId),
    #[error("the operation {0} is not queued again: {1}")]
    Requeue(OperationId, #[source] CannotRequeue),
    #[error("the password {0}")]
    Weak(WeakPassword),
    #[error("the password could not be hashed")]
    Password(#[from] PasswordFault),
    #[error("passwords cannot be hashed here")]
    Parameters(#[from] UnusableParameters),
    #[error("the database did not do it")]
    Database(#[from] DbError),
}

/// A user by their address or their id, or an account by its id or its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Email(Email),
    User(UserId),
    Account(AccountId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is neither an e-mail address nor an id that begins with `usr_` or `acc_`")]
pub struct NobodysName;

impl FromStr for Who {
    type Err = NobodysName;

    fn from_str(s: &str) -> Result<Self, NobodysName> {
        let user = s.parse().map(Self::User);
        let account = s.parse().map(Self::Account);
        user.or(account).or_else(|_| s.parse().map(Self::Email)).map_err(|_| NobodysName)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::User(id) => id.fmt(f),
            Self::Account(id) => id.fmt(f),
        }
    }
}

/// What became of a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// Queued now.
    Queued(OperationId),
    /// It was being removed already.
    UnderWay(OperationId),
    /// It is gone already.
    Gone,
}

#[derive(Debug)]
pub struct Operator {
    pool: WorkerPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
}

impl Operator {
    #[must_use]
    pub fn new(pool: WorkerPool, clock: Arc<dyn Clock>, entropy: Arc<Entropy>) -> Self {
        Self { pool, clock, entropy }
    }

    fn caller(&self) -> Caller {
        Caller { correlation_id: self.entropy.text(ID_ALPHABET, ID_LEN), ..Caller::default() }
    }

    /// A password that nobody else has.
    #[must_use]
    pub fn fresh_password(&self) -> SecretString {
        self.entropy.text(ID_ALPHABET, PASSWORD_LEN).into()
    }

    /// An admin with this address: a new user with this password, or the one who has the address, with their own.
    pub async fn make_admin(&self, email: &Email, secret: SecretString) -> Result<MadeAdmin, CannotDo> {
        password::check(&secret, email).map_err(CannotDo::Weak)?;
        let passwords = Passwords::new(PasswordSettings::default(), &self.entropy)?;
        let hash = passwords.hash(secret, self.entropy.bytes()).await?;
        let now = self.clock.now();
        let ids = (UserId::generate(now, &self.entropy), AccountId::generate(now, &self.entropy));
        let mut tx = self.pool.begin().await?;
        let more = json!({ "by": "command line", "email": email });
        let made = users::make_admin(&mut tx, ids, email, &hash, more, &self.caller()).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Whether anything changed: who is suspended already stays so.
    pub async fn suspend(&self, who: &Who, reason: &Reason) -> Result<bool, CannotDo> {
        self.set_suspension(who, true, Some(reason)).await
    }

    pub async fn restore(&self, who: &Who, reason: Option<&Reason>) -> Result<bool, CannotDo> {
        self.set_suspension(who, false, reason).await
    }

    async fn set_suspension(
        &self,
        who: &Who,
        suspend: bool,
        reason: Option<&Reason>,
    ) -> Result<bool, CannotDo> {
        let mut tx = self.pool.begin().await?;
        let user = self.user(&mut tx, who).await?;
        let more = json!({ "by": "command line", "user": user });
        let done = users::set_suspension(&mut tx, user, suspend, reason, more, &self.caller()).await;
        let changed = found(done, || CannotDo::NoUser(who.clone()))?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn user(&self, tx: &mut Tx, who: &Who) -> Result<UserId, CannotDo> {
        match who {
            Who::User(id) => Ok(*id),
            Who::Email(email) => users::by_email(tx, email)
                .await?
                .map(|(user, _)| user)
                .ok_or_else(|| CannotDo::NoUser(who.clone())),
            Who::Account(_) => Err(CannotDo::NoUser(who.clone())),
        }
    }

    /// Whether anything changed.
    pub async fn set_terms(
        &self,
        who: &Who,
        terms: &Terms,
        reason: Option<&Reason>,
    ) -> Result<bool, CannotDo> {
        let mut tx = self.pool.begin().await?;
        let account = match who {
            Who::Account(id) => Some(*id),
            Who::User(id) => users::account_of(&mut tx, *id).await?,
            Who::Email(email) => users::by_email(&mut tx, email).await?.map(|(_, account)| account),
        };
        let nobody = || CannotDo::NoAccount(who.clone());
        let account = account.ok_or_else(nobody)?;
        let more = json!({ "by": "command line" });
        let changed = accounts::set_terms(&mut tx, account, terms, reason, more, &self.caller()).await;
        let changed = found(changed, nobody)?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Removes anybody's store with all its data, whatever is at work on it.
    pub async fn delete_store(&self, id: StoreId, reason: &Reason) -> Result<Removed, CannotDo> {
        let mut tx = self.pool.begin().await?;
        let mut store = found(stores::lock(&mut tx, id).await, || CannotDo::NoStore(id))?;
        if store.state == StoreState::Deleted {
            return Ok(Removed::Gone);
        }
        let caller = self.caller();
        if store.state == StoreState::Deleting {
            let operation = stores::deletion(&mut tx, id).await?;
            if !operations::get(&mut tx, operation).await?.state.is_final() {
                return Ok(Removed::UnderWay(operation));
            }
        } else {
            stop_for_deletion(&mut tx, &mut store, &caller).await?;
        }
        let operation = OperationId::generate(self.clock.now(), &self.entropy);
        let new = NewOperation {
            id: operation,
            kind: OperationKind::Delete,
            requested_by: None,
            correlation_id: &caller.correlation_id,
            queue_timeout: None,
        };
        operations::enqueue(&mut tx, &store, new).await?;
        let details =
            json!({ "by": "command line", "name": store.name, "operation": operation, "reason": reason });
        let whose = (id, store.account_id);
        audit::operator_store(&mut tx, AuditEvent::StoreDeleted, whose, &caller.correlation_id, details)
            .await?;
        tx.commit().await?;
        Ok(Removed::Queued(operation))
    }

    /// Queues an operation again that was put aside.
    pub async fn requeue(&self, id: OperationId, reason: &Reason) -> Result<(), CannotDo> {
        let caller = self.caller();
        let mut tx = self.pool.begin().await?;
        let requeued = dead_letters::requeue(&mut tx, id).await.map_err(|why| CannotDo::Requeue(id, why))?;
        let mut details = requeued.details(id, reason);
        details["by"] = json!("command line");
        let whose = (requeued.store.id, requeued.store.account_id);
        let event = AuditEvent::OperationRequeued;
        audit::operator_store(&mut tx, event, whose, &caller.correlation_id, details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Encrypts with the current key what is encrypted with an older one. Returns how many secrets that were.
    pub async fn reencrypt_secrets(&self, keyring: &secrets::Keyring) -> Result<u64, CannotDo> {
        let caller = self.caller();
        let mut done = 0;
        loop {
            let mut tx = self.pool.begin().await?;
            let batch = secrets::reencrypt(&mut tx, keyring, &self.entropy, REENCRYPT_BATCH).await?
                + second_factors::reencrypt(&mut tx, keyring, &self.entropy, REENCRYPT_BATCH).await?;
            if batch == 0 {
                return Ok(done);
            }
            let details = json!({ "by": "command line", "secrets": batch, "key_id": keyring.current_id() });
            audit::operator(&mut tx, AuditEvent::SecretsReencrypted, &caller.correlation_id, details).await?;
            tx.commit().await?;
            done += batch;
        }
    }
}

fn found<T>(result: Result<T, DbError>, nothing: impl FnOnce() -> CannotDo) -> Result<T, CannotDo> {
    result.map_err(|error| if matches!(error, DbError::NotFound) { nothing() } else { error.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_by_address_or_id() {
        let user = UserId::generate(chrono::DateTime::UNIX_EPOCH, &Entropy::seeded(1));
        assert_eq!(user.to_string().parse(), Ok(Who::User(user)));
        let account = AccountId::from_uuid(user.as_uuid());
        assert_eq!(account.to_string().parse(), Ok(Who::Account(account)));
        assert_eq!("Leyla@Example.com".parse::<Who>().unwrap().to_string(), "leyla@example.com");
        assert_eq!("leyla".parse::<Who>(), Err(NobodysName));
    }
}
