//! The audit log, read: by operators all of it, by everybody what concerns them.

use souk_db::audit::read;
pub use souk_db::audit::read::{AuditEntry, Filter};
use souk_domain::principal::{Principal, Role};

use crate::{App, AppError};

/// Entries of one page, at most.
pub const MAX_PAGE: u32 = 10_000;

#[derive(Debug)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<SeenEntry>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<i64>,
}

/// An entry as its reader may see it.
#[derive(Debug)]
pub struct SeenEntry {
    pub entry: AuditEntry,
    /// An operator did it, and who that is, or where they sit, is nothing for this reader.
    pub by_operator: bool,
}

/// Everything that `filter` lets through: for operators.
pub async fn all(app: &App, who: &Principal, filter: &Filter, limit: u32) -> Result<AuditPage, AppError> {
    if who.role != Role::Admin {
        return Err(AppError::AdminOnly);
    }
    page(app, who, None, filter, limit).await
}

/// What the caller did, and what was done to their account.
pub async fn own(app: &App, who: &Principal, filter: &Filter, limit: u32) -> Result<AuditPage, AppError> {
    let mut page = page(app, who, Some(who), filter, limit).await?;
    for seen in &mut page.entries {
        let entry = &mut seen.entry;
        if entry.actor.is_some_and(|actor| actor != who.user_id) {
            (entry.actor, entry.actor_email, entry.ip, entry.user_agent) = (None, None, None, None);
            seen.by_operator = true;
        }
    }
    Ok(page)
}

async fn page(
    app: &App,
    who: &Principal,
    own: Option<&Principal>,
    filter: &Filter,
    limit: u32,
) -> Result<AuditPage, AppError> {
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let mut tx = app.tenant(who).await?;
    // One more than asked for tells whether there is another page.
    let one_more = i64::try_from(limit + 1).map_err(AppError::internal)?;
    let mut entries = read::list(&mut tx, own, filter, one_more).await?;
    let next = (entries.len() > limit).then(|| entries[limit - 1].id);
    entries.truncate(limit);
    let entries = entries.into_iter().map(|entry| SeenEntry { entry, by_operator: false }).collect();
    Ok(AuditPage { entries, next })
}
