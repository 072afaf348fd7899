//! The cluster holds what the database says, and nothing else; what went behind Souk's back, Souk has noticed.

use std::collections::{BTreeMap, BTreeSet};

use souk_domain::host::Slug;
use souk_domain::id::StoreId;
use souk_provisioner::fake::{FakeCluster, FakeNamespace};
use sqlx::{Error, PgConnection};
use uuid::Uuid;

use crate::ledger::Ledger;
use crate::report::{Finding, Kind};
use crate::world::STRANGERS;

struct Row {
    id: StoreId,
    state: String,
    attempt: i32,
    namespace: String,
    health: String,
    data_lost: bool,
}

pub(super) async fn compare(
    connection: &mut PgConnection,
    cluster: &FakeCluster,
    ledger: &Ledger,
) -> Result<Vec<Finding>, Error> {
    let stores = stores(connection).await?;
    let (namespaces, robbed) = (cluster.namespaces(), ledger.robbed());
    let mut findings = Vec::new();
    for (name, namespace) in &namespaces {
        if !STRANGERS.contains(&name.as_str()) {
            findings.extend(owner(name, namespace, &stores));
        }
        if namespace.releases > 1 {
            let what = format!("{name} has {} releases", namespace.releases);
            findings.push(Finding::new(Kind::Duplicated, what));
        }
    }
    for store in stores.iter().filter(|store| store.state == "ready") {
        let made_anew = cluster.volumes_made(&store.namespace) > 1;
        findings.extend(shop(store, &namespaces, made_anew, &robbed));
    }
    for (namespace, given) in ledger.secrets().into_iter().filter(|(_, given)| given.len() > 1) {
        let what = format!("{namespace} was given {} different sets of secrets", given.len());
        findings.push(Finding::new(Kind::Duplicated, what));
    }
    Ok(findings)
}

/// Whoever is none of Souk's business is still there.
pub(crate) fn strangers(cluster: &FakeCluster) -> Vec<Finding> {
    let namespaces = cluster.namespaces();
    let gone = STRANGERS.iter().filter(|name| !namespaces.contains_key(**name));
    gone.map(|name| Finding::new(Kind::Lost, format!("{name} was none of Souk's business, and is gone")))
        .collect()
}

async fn stores(connection: &mut PgConnection) -> Result<Vec<Row>, Error> {
    let rows: Vec<(Uuid, String, String, i32, String, bool)> =
        sqlx::query_as("SELECT id, state, slug, attempt, health, data_lost FROM stores ORDER BY id")
            .fetch_all(connection)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, state, slug, attempt, health, data_lost)| Row {
            id: StoreId::from_uuid(id),
            state,
            attempt,
            namespace: Slug::stored(slug).namespace(attempt.cast_unsigned()),
            health,
            data_lost,
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

/// A store that is ready has all that the steps make, or its row says that its data is lost: and that only when
/// somebody took it.
fn shop(
    store: &Row,
    namespaces: &BTreeMap<String, FakeNamespace>,
    made_anew: bool,
    robbed: &BTreeSet<String>,
) -> Option<Finding> {
    let found = namespaces.get(&store.namespace);
    let data = found.is_some_and(|found| found.volume) && !made_anew;
    let whole = data && found.is_some_and(|found| found.secrets && found.set_up && found.releases == 1);
    let fault = match (store.data_lost, whole) {
        (false, true) if store.health != "up" => "is whole, and does not say so",
        (false, false) => "is not whole, and says nothing",
        (true, _) if store.health != "down" => "has lost its data, and is not down",
        (true, _) if data => "has its data, and says that it is lost",
        (true, _) if !robbed.contains(&store.namespace) => "has lost its data, and nobody took it",
        _ => return None,
    };
    let what = format!("{} {fault} (health {}): {} is {found:?}", store.id, store.health, store.namespace);
    Some(Finding::new(Kind::Lost, what))
}
