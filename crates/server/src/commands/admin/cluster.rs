//! `souk admin reconcile` and `remove-namespace`: a worker that is not running is asked.

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use souk_domain::entropy::Entropy;
use souk_domain::reconcile::Finding;
use souk_worker::{Action, Entry, Mode, Outcome, Removal, Report, Skipped, WorkerContext};

use crate::cli::{Reconcile, RemoveNamespace};
use crate::config::{Config, Maker};
use crate::failure::Failure;
use crate::parts;

/// Another replica may look at this moment; its look is waited for, so often and so long.
const BUSY_TRIES: u32 = 60;
const BUSY_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
#[error("stores are simulated, so there is no cluster to look at")]
struct Simulated;

/// What needs a cluster.
#[derive(Debug)]
pub enum Command<'a> {
    Reconcile(&'a Reconcile),
    RemoveNamespace(&'a RemoveNamespace),
}

pub async fn run(config: &Config, command: &Command<'_>) -> Result<ExitCode, Failure> {
    if let Maker::Simulated { .. } = config.cluster.maker {
        return Err(Simulated.into());
    }
    let entropy = Arc::new(Entropy::from_system()?);
    let (parts, pool) = parts::worker_parts(config, &entropy).await?;
    let worker = WorkerContext::new(parts).await?;
    let done = match command {
        Command::Reconcile(how) => reconcile(&worker, how).await,
        Command::RemoveNamespace(which) => remove_namespace(&worker, &which.name).await,
    };
    pool.close().await;
    done
}

async fn reconcile(worker: &WorkerContext, how: &Reconcile) -> Result<ExitCode, Failure> {
    let mode = if how.dry_run { Mode::DryRun } else { Mode::Apply };
    let mut report = worker.reconcile(mode).await?;
    for _ in 0..BUSY_TRIES {
        if report.skipped != Some(Skipped::Busy) {
            break;
        }
        tokio::time::sleep(BUSY_PAUSE).await;
        report = worker.reconcile(mode).await?;
    }
    if how.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", table(&report));
    }
    Ok(if report.skipped.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn remove_namespace(worker: &WorkerContext, name: &str) -> Result<ExitCode, Failure> {
    match worker.remove_unknown(name).await? {
        Removal::Gone => println!("the namespace {name} is gone"),
        Removal::Going(reason) => println!("the namespace {name} is going; {reason}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Columns as wide as what stands in them; the reason comes last, for it is the longest.
fn table(report: &Report) -> String {
    let head = ["FOUND", "NAMESPACE", "STORE", "DONE", "WHY"].map(ToOwned::to_owned);
    let mut rows = vec![head];
    rows.extend(report.entries.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3)];
    let mut text = String::new();
    if !report.entries.is_empty() {
        for row in &rows {
            for (cell, width) in row.iter().zip(widths) {
                let _ = write!(text, "{cell:width$}  ");
            }
            let _ = writeln!(text, "{}", row[4]);
        }
    }
    text + &sum(report) + "\n"
}

fn row(entry: &Entry) -> [String; 5] {
    let done = match &entry.outcome {
        Outcome::Nothing => "-".to_owned(),
        Outcome::Planned => format!("would {}", action(entry)),
        Outcome::Done => format!("did {}", action(entry)),
        Outcome::Pending(reason) => format!("began to {}: {reason}", action(entry)),
        Outcome::Outdated => "changed meanwhile".to_owned(),
        Outcome::Failed(reason) => format!("could not {}: {reason}", action(entry)),
    };
    let store = entry.store.map_or_else(|| "-".to_owned(), |store| store.to_string());
    [entry.finding.to_string(), entry.namespace.clone(), store, done, entry.reason.clone()]
}

const fn action(entry: &Entry) -> &'static str {
    match entry.action {
        Action::Report => "report",
        Action::Wait => "wait",
        Action::Health => "note its health",
        Action::Repair => "queue a repair",
        Action::Remove => "remove it",
    }
}

fn sum(report: &Report) -> String {
    let found: Vec<String> = Finding::ALL
        .iter()
        .filter_map(|kind| report.findings.get(kind).map(|count| format!("{count} {kind}")))
        .collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    let changes = match report.mode {
        Mode::Apply => format!("{} changes made", report.changes()),
        Mode::DryRun => format!("{} changes would be made; this was a dry run", report.changes()),
    };
    let seen = format!("{} namespaces seen, {} ready stores inspected", report.namespaces, report.stores);
    match &report.skipped {
        None => format!("{seen}: {found}; {changes}"),
        Some(Skipped::ClusterAway) => "not looked at: the cluster does not answer".to_owned(),
        Some(Skipped::Busy | Skipped::Fresh) => "not looked at: another Souk looks at this moment".to_owned(),
        Some(Skipped::Refused(reason)) => format!("not all was looked at: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    #[test]
    fn the_table_ends_with_a_line_that_sums_up() {
        let entry = |finding, namespace: &str, action, outcome| Entry {
            finding,
            namespace: namespace.to_owned(),
            store: None,
            reason: "Because".to_owned(),
            action,
            outcome,
        };
        let report = Report {
            mode: Mode::Apply,
            skipped: None,
            namespaces: 3,
            stores: 2,
            findings: BTreeMap::from([(Finding::Unknown, 1), (Finding::LeftOver, 1), (Finding::Healthy, 2)]),
            entries: vec![
                entry(Finding::Unknown, "store-a", Action::Report, Outcome::Nothing),
                entry(Finding::LeftOver, "store-longer", Action::Remove, Outcome::Done),
            ],
        };
        let lines = table(&report);
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(
            lines,
            [
                "FOUND      NAMESPACE     STORE  DONE           WHY",
                "unknown    store-a       -      -              Because",
                "left_over  store-longer  -      did remove it  Because",
                "3 namespaces seen, 2 ready stores inspected: 1 unknown, 1 left_over, 2 healthy; 1 changes made",
            ]
        );
    }

    #[test]
    fn what_was_not_looked_at_is_not_called_fine() {
        let report = Report {
            mode: Mode::DryRun,
            skipped: Some(Skipped::ClusterAway),
            namespaces: 0,
            stores: 0,
            findings: BTreeMap::new(),
            entries: Vec::new(),
        };
        assert_eq!(table(&report), "not looked at: the cluster does not answer\n");
    }
}
