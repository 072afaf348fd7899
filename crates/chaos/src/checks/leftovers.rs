//! The cluster holds what the database says, and nothing else.

use std::collections::BTreeMap;

use souk_domain::host::Slug;
use souk_domain::id::StoreId;
use souk_provisioner::fake::{FakeCluster, FakeNamespace};
use sqlx::{Error, PgConnection};
use uuid::Uuid;

use crate::ledger::Ledger;
use crate::report::{Finding, Kind};

struct Row {
    id: StoreId,
    state: String,
    attempt: i32,
    namespace: String,
}

pub(super) async fn compare(
    connection: &mut PgConnection,
    cluster: &FakeCluster,
    ledger: &Ledger,
) -> Result<Vec<Finding>, Error> {
    let stores = stores(connection).await?;
    let namespaces = cluster.namespaces();
    let mut findings = Vec::new();
    for (name, namespace) in &namespaces {
        findings.extend(owner(name, namespace, &stores));
        if namespace.releases > 1 {
            let what = format!("{name} has {} releases", namespace.releases);
            findings.push(Finding::new(Kind::Duplicated, what));
        }
    }
    for store in stores.iter().filter(|store| store.state == "ready") {
        findings.extend(shop(store, &namespaces));
    }
    for (namespace, given) in ledger.secrets().into_iter().filter(|(_, given)| given.len() > 1) {
        let what = format!("{namespace} was given {} different sets of secrets", given.len());
        findings.push(Finding::new(Kind::Duplicated, what));
    }
    Ok(findings)
}

async fn stores(connection: &mut PgConnection) -> Result<Vec<Row>, Error> {
    let rows: Vec<(Uuid, String, String, i32)> =
        sqlx::query_as("SELECT id, state, slug, attempt FROM stores ORDER BY id")
            .fetch_all(connection)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, state, slug, attempt)| Row {
            id: StoreId::from_uuid(id),
            state,
            attempt,
            namespace: Slug::stored(slug).namespace(attempt.cast_unsigned()),
        })
        .collect())
}

/// A namespace belongs to a store that is ready, and to the attempt that made it so.
fn owner(name: &str, namespace: &FakeNamespace, stores: &[Row]) -> Option<Finding> {
    let Some(store) = stores.iter().find(|store| store.id == namespace.store) else {
        return Some(Finding::new(Kind::Leaked, format!("{name} belongs to no store: {namespace:?}")));
    };
    (store.state != "ready" || store.namespace != name).then(|| {
        let what = format!(
            "{name} is there, but {} is {} in attempt {}: {namespace:?}",
            store.id, store.state, store.attempt
        );
        Finding::new(Kind::Leaked, what)
    })
}

/// A store that is ready has all that the steps make.
fn shop(store: &Row, namespaces: &BTreeMap<String, FakeNamespace>) -> Option<Finding> {
    let whole = namespaces
        .get(&store.namespace)
        .is_some_and(|found| found.secrets && found.set_up && found.volume && found.releases == 1);
    (!whole).then(|| {
        let what = format!(
            "{} is ready, but {} is {:?}",
            store.id,
            store.namespace,
            namespaces.get(&store.namespace)
        );
        Finding::new(Kind::Lost, what)
    })
}
