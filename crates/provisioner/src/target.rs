//! What a step works on.

use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;
use souk_domain::id::{AccountId, InstallationId, OperationId, StoreId};
use souk_domain::options::StoreOptions;
use souk_domain::plan::Plan;
use souk_domain::title::Title;

/// One attempt at one store: everything a step needs, read from the database before the step runs.
#[derive(Debug, Clone)]
pub struct Target {
    pub installation: InstallationId,
    pub account: AccountId,
    pub store: StoreId,
    pub operation: OperationId,
    pub engine: Engine,
    pub plan: Plan,
    pub title: Title,
    pub options: StoreOptions,
    /// The host name that visitors use, without scheme and port.
    pub host: String,
    /// The store's full address as a visitor types it: scheme, host and, where needed, port.
    pub url: String,
    /// The namespace of this attempt.
    pub namespace: String,
    /// Absent where an operation needs none (a delete).
    pub secrets: Option<StoreSecrets>,
}
