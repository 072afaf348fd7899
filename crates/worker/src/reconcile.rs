//! Looks after what Souk has made: compares the cluster with the database and does what follows.
//!
//! Invariants:
//! - One code path without input: the timer, a change in the cluster and an operator's command all end
//!   up in [`WorkerContext::reconcile`], and what it decides ([`souk_domain::reconcile`]) depends on
//!   nothing but the cluster and the database.
//! - Each finding is written by itself, and only if the store has not changed since it was looked at.
//!   A look that is slow, late or cut off does no harm.
//! - The cluster is seen before the database is read, so what is new in the cluster is known there.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{StreamExt, stream};
use souk_db::reconcile::findings::NewFinding;
use souk_db::reconcile::{self, Applied, Claimed, Ready, Whole};
use souk_db::{DbError, installation};
use souk_domain::id::{OperationId, StoreId};
use souk_domain::reconcile::{
    Belonging, Finding, KnownStore, LEFT_OVER_GRACE, Observed, Verdict, belonging, judge,
};
use souk_provisioner::{ErrorKind, Outcome as Made, StepError};
use tokio::time::{sleep, timeout};

use crate::report::{Action, Entry, Mode, Outcome, Report, Skipped};
use crate::{WorkerContext, breaker};

/// Namespaces, or stores, that are read from the database at once.
const PAGE: u16 = 200;
/// The whole look; far more than one takes.
const LOOK_LIMIT: Duration = Duration::from_mins(15);
const ID_ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_LEN: usize = 16;

/// Why a look ends early.
enum Stop {
    /// The cluster did not show what was asked for.
    Cluster(StepError),
    Database(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl WorkerContext {
    /// One look, now.
    pub async fn reconcile(&self, mode: Mode) -> Result<Report, DbError> {
        self.reconcile_if(mode, None).await
    }

    /// One look, if the last one began at least `older_than` ago. A dry run claims nothing: it writes
    /// nothing at all.
    pub(crate) async fn reconcile_if(
        &self,
        mode: Mode,
        older_than: Option<Duration>,
    ) -> Result<Report, DbError> {
        let id = self.entropy.text(ID_ALPHABET, ID_LEN);
        let look = Look { context: self, mode, id: &id };
        if mode == Mode::DryRun {
            let mut tx = self.begin().await?;
            return if installation::cluster_unavailable(&mut tx).await? {
                Ok(Report::skipped(mode, Skipped::ClusterAway))
            } else {
                drop(tx);
                look.run().await
            };
        }
        let mut tx = self.begin().await?;
        let claimed =
            reconcile::claim(&mut tx, self.cluster, &id, self.settings.look_claim, older_than).await?;
        tx.commit().await?;
        match claimed {
            Claimed::Unavailable => return Ok(Report::skipped(mode, Skipped::ClusterAway)),
            Claimed::Busy => return Ok(Report::skipped(mode, Skipped::Busy)),
            Claimed::Fresh => return Ok(Report::skipped(mode, Skipped::Fresh)),
            Claimed::Yes => {}
        }
        let looked = tokio::select! {
            looked = look.run() => looked,
            () = self.keep_claim(&id) => Ok(Report::skipped(mode, Skipped::Busy)),
        };
        self.end_look(&id, looked.as_ref().ok().filter(|report| report.skipped.is_none())).await?;
        looked
    }

    /// Gives the claim back, with what a look that was whole has found.
    async fn end_look(&self, id: &str, whole: Option<&Report>) -> Result<(), DbError> {
        let entries: Vec<_> =
            whole.into_iter().flat_map(Report::grave).map(|entry| (entry, entry.next())).collect();
        let found = entries.iter().map(|(entry, next)| NewFinding {
            finding: entry.finding.as_str(),
            namespace: &entry.namespace,
            store: entry.store,
            reason: &entry.reason,
            next,
        });
        let whole = whole.map(|report| Whole { counts: &report.findings, found: found.collect() });
        let mut tx = self.begin().await?;
        reconcile::end(&mut tx, self.cluster, id, whole.as_ref()).await?;
        tx.commit().await
    }

    /// Extends the claim again and again; returns when it is lost, or the look takes too long.
    async fn keep_claim(&self, id: &str) {
        let length = self.settings.look_claim;
        let keep = async {
            loop {
                sleep(length / 3).await;
                let extended = async {
                    let mut tx = self.begin().await?;
                    let extended = reconcile::extend(&mut tx, self.cluster, id, length).await?;
                    tx.commit().await?;
                    Ok::<bool, DbError>(extended)
                };
                match extended.await {
                    Ok(true) => {}
                    Ok(false) => return,
                    // The claim ends by itself, and two looks at once do no harm.
                    Err(error) => tracing::warn!(%error, "the claim on the look could not be extended"),
                }
            }
        };
        let _ = timeout(LOOK_LIMIT, keep).await;
    }
}

/// One look while it lasts.
struct Look<'a> {
    context: &'a WorkerContext,
    mode: Mode,
    /// Names the look in the claim, and correlates all that it writes.
    id: &'a str,
}

impl Look<'_> {
    async fn run(&self) -> Result<Report, DbError> {
        let mut report = Report::new(self.mode);
        match self.all(&mut report).await {
            Ok(()) => {}
            Err(Stop::Database(error)) => return Err(error),
            Err(Stop::Cluster(error)) => {
                report.skipped = Some(match error.kind {
                    ErrorKind::Unavailable => {
                        if self.mode == Mode::Apply {
                            breaker::open(self.context, &error.reason).await?;
                        }
                        Skipped::ClusterAway
                    }
                    ErrorKind::Transient | ErrorKind::Permanent => Skipped::Refused(error.reason),
                });
            }
        }
        report.sort();
        Ok(report)
    }

    async fn all(&self, report: &mut Report) -> Result<(), Stop> {
        let observed = self.context.provisioner.observe().await.map_err(Stop::Cluster)?;
        report.namespaces = observed.len();
        let mut due = Vec::new();
        for page in observed.chunks(PAGE.into()) {
            self.namespaces(page, report, &mut due).await?;
        }
        self.stores(report).await?;
        // Last, for a namespace that is held keeps the look waiting.
        self.removals(due, report).await
    }

    /// Adds what is to be said to the report, and what is to be removed to `due`.
    async fn namespaces<'a>(
        &self,
        page: &'a [Observed],
        report: &mut Report,
        due: &mut Vec<(&'a Observed, Entry)>,
    ) -> Result<(), Stop> {
        let known = self.known(page).await?;
        let ours = self.context.installation;
        for observed in page {
            let known = observed.store.and_then(|store| known.get(&store));
            let belonging = belonging(ours, observed, known);
            let Some(entry) = describe(observed, belonging, known) else { continue };
            if belonging.is_due() { due.push((observed, entry)) } else { report.add(entry) }
        }
        Ok(())
    }

    async fn removals(&self, due: Vec<(&Observed, Entry)>, report: &mut Report) -> Result<(), Stop> {
        let width = self.context.settings.look_width;
        let removals: Vec<_> =
            due.into_iter().map(|(observed, entry)| self.remove(observed, entry)).collect();
        let mut removed = stream::iter(removals).buffer_unordered(width);
        while let Some(entry) = removed.next().await {
            report.add(entry?);
        }
        Ok(())
    }

    async fn known(&self, page: &[Observed]) -> Result<BTreeMap<StoreId, KnownStore>, DbError> {
        let ids: Vec<StoreId> = page.iter().filter_map(|observed| observed.store).collect();
        let mut tx = self.context.begin().await?;
        reconcile::known(&mut tx, &ids).await
    }

    async fn remove(&self, observed: &Observed, mut entry: Entry) -> Result<Entry, Stop> {
        entry.action = Action::Remove;
        entry.outcome = match self.mode {
            Mode::DryRun => Outcome::Planned,
            Mode::Apply => self.remove_now(observed).await?,
        };
        Ok(entry)
    }

    async fn remove_now(&self, observed: &Observed) -> Result<Outcome, Stop> {
        // A namespace that is left over never becomes current again; still, look once more.
        let known = self.known(std::slice::from_ref(observed)).await?;
        let known = observed.store.and_then(|store| known.get(&store));
        let (Some(store), true) =
            (observed.store, belonging(self.context.installation, observed, known).is_due())
        else {
            return Ok(Outcome::Outdated);
        };
        match self.context.provisioner.remove(observed).await {
            Ok(Made::Done) => {
                let mut tx = self.context.begin().await?;
                reconcile::note_removal(&mut tx, store, &observed.namespace, self.id).await?;
                tx.commit().await?;
                tracing::info!(namespace = observed.namespace, %store, look = self.id, "removed what was left over");
                Ok(Outcome::Done)
            }
            Ok(Made::Unchanged) => Ok(Outcome::Outdated),
            Ok(Made::Pending { reason, .. }) => Ok(Outcome::Pending(reason)),
            Err(error) if error.kind == ErrorKind::Unavailable => Err(Stop::Cluster(error)),
            Err(error) => Ok(Outcome::Failed(error.reason)),
        }
    }

    async fn stores(&self, report: &mut Report) -> Result<(), Stop> {
        let mut after = None;
        loop {
            let mut tx = self.context.begin().await?;
            let page = reconcile::ready(&mut tx, self.context.cluster, after, PAGE.into()).await?;
            drop(tx);
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.store.id);
            report.stores += page.len();
            let inspections: Vec<_> = page.iter().map(|ready| self.store(ready)).collect();
            let mut inspected = stream::iter(inspections).buffer_unordered(self.context.settings.look_width);
            while let Some(entry) = inspected.next().await {
                match entry? {
                    Some(entry) => report.add(entry),
                    None => report.count(Finding::Healthy),
                }
            }
        }
    }

    /// `None`: it is whole, and the database says so.
    async fn store(&self, ready: &Ready) -> Result<Option<Entry>, Stop> {
        let context = self.context;
        let store = &ready.store;
        // An inspection belongs to no operation; the store's own number stands in.
        let nothing = OperationId::from_uuid(store.id.as_uuid());
        let target = context.target(store, ready.plan, store.attempt, nothing);
        let entry = |finding, reason: String| Entry {
            finding,
            namespace: target.namespace.clone(),
            store: Some(store.id),
            reason,
            action: Action::Report,
            outcome: Outcome::Nothing,
        };
        let ready_at = store.ready_at.unwrap_or(store.created_at);
        let inspect = context.provisioner.inspect(&target, ready_at);
        let limit = context.settings.inspect_limit;
        let seen = match timeout(limit, inspect).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(error)) if error.kind == ErrorKind::Unavailable => return Err(Stop::Cluster(error)),
            Ok(Err(error)) => return Ok(Some(entry(Finding::Unseen, error.reason))),
            Err(_) => {
                let reason = format!("looking at it took longer than {} s", limit.as_secs());
                return Ok(Some(entry(Finding::Unseen, reason)));
            }
        };
        let verdict = judge(seen.as_ref(), &ready.repairs);
        let action = action(ready, &verdict);
        if verdict == Verdict::Healthy && action == Action::Report {
            return Ok(None);
        }
        let reason = verdict.reason().unwrap_or_else(|| "It is whole again".to_owned());
        let mut entry = entry(verdict.finding(), reason);
        entry.action = action;
        entry.outcome = match (action, self.mode) {
            (Action::Health | Action::Repair, Mode::Apply) => self.apply(ready, &verdict).await?,
            (Action::Health | Action::Repair, Mode::DryRun) => Outcome::Planned,
            (Action::Report | Action::Wait | Action::Remove, Mode::Apply | Mode::DryRun) => Outcome::Nothing,
        };
        Ok(Some(entry))
    }

    async fn apply(&self, ready: &Ready, verdict: &Verdict) -> Result<Outcome, DbError> {
        let context = self.context;
        let mut tx = context.begin().await?;
        let applied = reconcile::apply(&mut tx, &ready.store, verdict, &context.entropy, self.id).await?;
        tx.commit().await?;
        Ok(match applied {
            Applied::Outdated => Outcome::Outdated,
            Applied::Unchanged => Outcome::Nothing,
            Applied::Changed { repair } => {
                let repair = repair.map(|id| id.to_string());
                let (store, finding) = (ready.store.id, verdict.finding());
                tracing::info!(%store, %finding, repair, look = self.id, "a store is not what it was");
                Outcome::Done
            }
        })
    }
}

/// What is to be said of a namespace; nothing of one that is where it belongs.
fn describe(observed: &Observed, belonging: Belonging, known: Option<&KnownStore>) -> Option<Entry> {
    let (finding, action, reason) = match belonging {
        Belonging::Current => return None,
        Belonging::Foreign => {
            let whose = match observed.installation {
                Some(other) => format!("It belongs to {other}"),
                None => "Its label names no installation".to_owned(),
            };
            (Finding::Foreign, Action::Report, whose)
        }
        Belonging::Unknown => {
            let advice = "`souk admin remove-namespace` removes it";
            let why = match (observed.store, known) {
                (None, _) => "Its label names no store",
                (Some(_), None) => "This database has never heard of its store",
                (Some(_), Some(_)) => "This database has never heard of this attempt at its store",
            };
            (Finding::Unknown, Action::Report, format!("{why}; {advice}"))
        }
        Belonging::LeftOver { .. } => {
            let why = match known {
                Some(store) => format!("Its store is {}, at attempt {}", store.state, store.attempt),
                None => "Its store is over".to_owned(),
            };
            let grace = LEFT_OVER_GRACE.as_secs() / 60;
            let when =
                if belonging.is_due() { String::new() } else { format!("; it goes {grace} min after that") };
            (Finding::LeftOver, Action::Wait, why + &when)
        }
    };
    Some(Entry {
        finding,
        namespace: observed.namespace.clone(),
        store: observed.store,
        reason,
        action,
        outcome: Outcome::Nothing,
    })
}

/// What the database lacks of what was found.
fn action(ready: &Ready, verdict: &Verdict) -> Action {
    let store = &ready.store;
    if verdict.wants_repair() {
        return Action::Repair;
    }
    let says = (store.health, store.data_lost, store.health_reason.clone());
    if says == (verdict.health(), verdict.is_data_lost(), verdict.reason()) {
        Action::Report
    } else {
        Action::Health
    }
}
