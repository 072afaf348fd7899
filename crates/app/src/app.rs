//! What every use case is given.

use std::sync::Arc;

use secrecy::SecretString;
use souk_db::listen::{Change, Changes};
use souk_db::secrets::Keyring;
use souk_db::{ApiPool, Tx};
use souk_domain::address::StoreAddresses;
use souk_domain::clock::Clock;
use souk_domain::entropy::Entropy;
use souk_domain::principal::Principal;
use souk_domain::theme::Theme;
use souk_provisioner::logs::PodLogs;
use tokio::sync::broadcast;

use crate::auth::password::{PasswordSettings, Passwords, UnusableParameters};
use crate::auth::token::{TokenSettings, Tokens};
use crate::{AppError, Limits};

/// What may differ between two Souks.
#[derive(Debug, Clone)]
pub struct AppSettings {
    pub limits: Limits,
    pub addresses: StoreAddresses,
    pub tokens: TokenSettings,
    pub passwords: PasswordSettings,
    /// What the workers make stores with, for `/health`: `kubernetes` or `simulated`.
    pub provisioner: &'static str,
    /// Those of [`Theme::is_brought`] that an operator has brought.
    pub brought_themes: Vec<Theme>,
    /// What the first user has to show; `None` where anybody may be the first.
    pub setup_token: Option<SecretString>,
    /// Passwords of the operator's that each shop is given, as that of the mail server: never shown to anybody.
    pub lent: Vec<SecretString>,
}

/// What the use cases work with.
#[derive(Debug)]
pub struct Infrastructure {
    pub pool: ApiPool,
    pub changes: Changes,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<Entropy>,
    pub keyring: Keyring,
    pub pod_logs: Arc<dyn PodLogs>,
}

/// The use cases take it by reference; there is one in a process.
#[derive(Debug)]
pub struct App {
    pub(crate) pool: ApiPool,
    pub(crate) keyring: Keyring,
    pub(crate) limits: Limits,
    pub(crate) addresses: StoreAddresses,
    pub(crate) tokens: Tokens,
    pub(crate) passwords: Passwords,
    pub(crate) provisioner: &'static str,
    pub(crate) brought_themes: Vec<Theme>,
    pub(crate) setup_token: Option<SecretString>,
    pub(crate) lent: Vec<SecretString>,
    pub(crate) pod_logs: Arc<dyn PodLogs>,
    changes: Changes,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("passwords cannot be hashed with these settings")]
    Passwords(#[from] UnusableParameters),
}

impl App {
    pub fn new(infrastructure: Infrastructure, settings: AppSettings) -> Result<Self, StartError> {
        let Infrastructure { pool, changes, clock, entropy, keyring, pod_logs } = infrastructure;
        let passwords = Passwords::new(settings.passwords, &entropy)?;
        Ok(Self {
            pool,
            keyring,
            limits: settings.limits,
            addresses: settings.addresses,
            tokens: Tokens::new(&settings.tokens),
            passwords,
            provisioner: settings.provisioner,
            brought_themes: settings.brought_themes,
            setup_token: settings.setup_token,
            lent: settings.lent,
            pod_logs,
            changes,
            clock,
            entropy,
        })
    }

    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    #[must_use]
    pub fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    #[must_use]
    pub fn addresses(&self) -> &StoreAddresses {
        &self.addresses
    }

    /// Wakes whoever follows a store. Subscribe first, read then: what comes between is in both.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub(crate) async fn tenant(&self, principal: &Principal) -> Result<Tx, AppError> {
        Ok(self.pool.tenant(principal).await?)
    }
}
