//! The one way to remove a namespace that the database has never heard of: an operator says so, by name.

use serde_json::json;
use souk_db::audit::{self, AuditEvent};
use souk_db::{DbError, reconcile};
use souk_domain::reconcile::{Belonging, LEFT_OVER_GRACE, Observed, belonging};
use souk_provisioner::{Outcome, StepError};

use crate::WorkerContext;

const ID_ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_LEN: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    Gone,
    /// It will go; something holds it up.
    Going(String),
}

/// Why it is not removed, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CannotRemove {
    #[error("there is no namespace {0} with Souk's labels")]
    NotThere(String),
    #[error(
        "the namespace {0} belongs to another installation of Souk, or to none that can be read; it is not touched"
    )]
    Foreign(String),
    #[error("the namespace {0} is where it belongs; to be rid of it, delete its store")]
    Current(String),
    #[error(
        "the namespace {0} is left over; `souk admin reconcile` removes it {minutes} min after its store was done with",
        minutes = LEFT_OVER_GRACE.as_secs() / 60
    )]
    LeftOver(String),
    #[error("the cluster did not do it: {}", .0.reason)]
    Cluster(StepError),
    #[error("the database did not answer")]
    Database(#[from] DbError),
}

impl WorkerContext {
    /// Removes a namespace of this installation that its database has never heard of, and no other.
    pub async fn remove_unknown(&self, namespace: &str) -> Result<Removal, CannotRemove> {
        let observed = self.provisioner.observe().await.map_err(CannotRemove::Cluster)?;
        let name = namespace.to_owned();
        let Some(observed) = observed.into_iter().find(|observed| observed.namespace == namespace) else {
            return Err(CannotRemove::NotThere(name));
        };
        match self.whose(&observed).await? {
            Belonging::Foreign => return Err(CannotRemove::Foreign(name)),
            Belonging::Current => return Err(CannotRemove::Current(name)),
            Belonging::LeftOver { .. } => return Err(CannotRemove::LeftOver(name)),
            Belonging::Unknown => {}
        }
        // Before it is done: what was done without a trace would be worse than a trace of what was not.
        let details = json!({ "namespace": name, "uid": observed.uid, "store": observed.store });
        let mut tx = self.begin().await?;
        let id = self.entropy.text(ID_ALPHABET, ID_LEN);
        audit::operator(&mut tx, AuditEvent::NamespaceRemoved, &id, details).await?;
        tx.commit().await?;
        match self.provisioner.remove(&observed).await.map_err(CannotRemove::Cluster)? {
            Outcome::Done | Outcome::Unchanged => Ok(Removal::Gone),
            Outcome::Pending { reason, .. } => Ok(Removal::Going(reason)),
        }
    }

    async fn whose(&self, observed: &Observed) -> Result<Belonging, DbError> {
        let mut tx = self.begin().await?;
        let ids: Vec<_> = observed.store.into_iter().collect();
        let known = reconcile::known(&mut tx, &ids).await?;
        Ok(belonging(self.installation, observed, observed.store.and_then(|store| known.get(&store))))
    }
}
