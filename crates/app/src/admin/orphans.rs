//! What the last look at the cluster has found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use souk_db::reconcile::findings::{self, KeptFinding};
use souk_db::{installation, reconcile};
use souk_domain::principal::Principal;
use souk_domain::reconcile::Finding;

use super::demand_admin;
use crate::{App, AppError};

#[derive(Debug)]
pub struct Orphans {
    /// When; `None` before the first look that was whole.
    pub found_at: Option<DateTime<Utc>>,
    /// How much of each kind, the stores that are well among them.
    pub counts: BTreeMap<Finding, usize>,
    /// What needs somebody, the longest known first.
    pub findings: Vec<KeptFinding>,
}

pub async fn orphans(app: &App, who: &Principal) -> Result<Orphans, AppError> {
    demand_admin(who)?;
    let mut tx = app.tenant(who).await?;
    let cluster = installation::default_cluster(&mut tx).await?;
    let (found_at, findings) = findings::kept(&mut tx, cluster).await?;
    let counts = reconcile::findings(&mut tx, cluster).await?;
    Ok(Orphans { found_at, counts, findings })
}
