//! What must hold when the storm is over and everything has come to rest.
//!
//! The checks read the rows and the fake cluster as they are, past the code that made them: none of them asks
//! Souk whether Souk was right.

mod endings;
mod history;
mod leftovers;

pub(crate) use leftovers::strangers;

use souk_provisioner::fake::FakeCluster;
use souk_test_support::TestDatabase;
use sqlx::{Error, PgConnection};

use crate::ledger::Ledger;
use crate::report::{Finding, Kind};

/// All that is wrong, grouped by its kind.
pub async fn all(
    database: &TestDatabase,
    cluster: &FakeCluster,
    ledger: &Ledger,
) -> Result<Vec<Finding>, Error> {
    let mut connection = database.superuser().await;
    let mut findings = Vec::new();
    findings.extend(endings::lost(&mut connection, ledger).await?);
    findings.extend(endings::stuck(&mut connection).await?);
    findings.extend(endings::put_aside(&mut connection).await?);
    findings.extend(leftovers::compare(&mut connection, cluster, ledger).await?);
    findings.extend(history::read(&mut connection).await?);
    findings.extend(ledger.violations().into_iter().map(|what| Finding::new(Kind::Duplicated, what)));
    findings.sort_by_key(|finding| finding.kind);
    Ok(findings)
}

/// One finding for each row; a row is a text that says what is wrong.
async fn rows(connection: &mut PgConnection, kind: Kind, query: &'static str) -> Result<Vec<Finding>, Error> {
    let texts: Vec<String> = sqlx::query_scalar(query).fetch_all(connection).await?;
    Ok(texts.into_iter().map(|what| Finding::new(kind, what)).collect())
}
