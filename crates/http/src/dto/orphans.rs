//! What the last look at the cluster has found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::admin::{KeptFinding, Orphans};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Orphans)]
pub struct OrphansBody {
    /// When the last look that was whole ended; null before the first one.
    found_at: Option<DateTime<Utc>>,
    /// How much of each kind; `healthy` stores are counted and not listed.
    #[schema(example = json!({ "healthy": 12, "unknown": 1 }))]
    counts: BTreeMap<String, usize>,
    /// The longest known first; at most 1000, of which the gravest are kept.
    items: Vec<FindingBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingBody {
    /// Stable: `unknown`, `left_over`, `data_lost`, `broken`, `unready`, `unseen` or `foreign`.
    #[schema(example = "unknown")]
    finding: String,
    #[schema(example = "store-leylas-lamps-7h2kx9-1")]
    namespace: String,
    /// Of which store, as the namespace's label says.
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: Option<String>,
    /// Whose that is, where it is known here.
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: Option<String>,
    /// Since when each look has found it.
    since: DateTime<Utc>,
    /// For people.
    #[schema(example = "This database has never heard of its store")]
    reason: String,
    /// For people.
    #[schema(example = "Nothing, until an operator removes it by its name: `souk admin remove-namespace`")]
    what_happens: String,
}

impl From<KeptFinding> for FindingBody {
    fn from(kept: KeptFinding) -> Self {
        Self {
            finding: kept.finding,
            namespace: kept.namespace,
            store_id: kept.store.map(|id| id.to_string()),
            account_id: kept.account.map(|id| id.to_string()),
            since: kept.since,
            reason: kept.reason,
            what_happens: kept.next,
        }
    }
}

impl From<Orphans> for OrphansBody {
    fn from(orphans: Orphans) -> Self {
        Self {
            found_at: orphans.found_at,
            counts: orphans.counts.into_iter().map(|(kind, count)| (kind.to_string(), count)).collect(),
            items: orphans.findings.into_iter().map(FindingBody::from).collect(),
        }
    }
}
