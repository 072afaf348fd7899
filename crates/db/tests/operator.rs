//! What the database lets operators do, and what it keeps for them to read.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use souk_db::installation;
use souk_db::reconcile::findings::{self, MAX_KEPT, NewFinding};
use souk_db::reconcile::{self, Claimed, Whole};
use souk_db::stores;
use souk_domain::principal::{Principal, Role};
use souk_domain::reconcile::Finding;
use souk_test_support::{TestDatabase, seed};

#[tokio::test]
async fn only_an_operator_acts_for_an_account_and_then_for_that_one_alone() {
    let db = TestDatabase::create().await;
    let operator = seed::user(&db, "operator").await;
    let (anna, bob) = (seed::user(&db, "anna").await, seed::user(&db, "bob").await);
    let (annas, _) = seed::store(&db, &anna, "shop").await;
    let (bobs, _) = seed::store(&db, &bob, "shop").await;
    assert_eq!(operator.role, Role::Admin);

    // Whoever only says that they are one is asked by the database who they are.
    for liar in [bob, Principal { role: Role::Admin, ..bob }, Principal { role: Role::User, ..operator }] {
        assert!(db.api.operator(&liar, anna.account_id).await.is_err(), "{liar:?}");
    }
    let mut tx = db.api.operator(&operator, anna.account_id).await.unwrap();
    assert_eq!(stores::lock(&mut tx, annas.id).await.unwrap().id, annas.id);
    // To read, all; to write, what they act for.
    assert_eq!(stores::get(&mut tx, bobs.id).await.unwrap().id, bobs.id);
    assert!(stores::lock(&mut tx, bobs.id).await.is_err());
    drop(tx);
    // Without that, an operator locks nobody's.
    let mut tx = db.api.tenant(&operator).await.unwrap();
    assert!(stores::lock(&mut tx, annas.id).await.is_err());
    drop(tx);
    db.execute("UPDATE users SET suspended_at = now() WHERE role = 'admin'").await;
    assert!(db.api.operator(&operator, anna.account_id).await.is_err());
}

#[tokio::test]
async fn findings_are_those_of_the_last_whole_look_and_not_without_number() {
    let db = TestDatabase::create().await;
    let operator = seed::user(&db, "operator").await;
    let merchant = seed::user(&db, "anna").await;
    let mut tx = db.worker.begin().await.unwrap();
    let cluster = installation::default_cluster(&mut tx).await.unwrap();
    let namespaces: Vec<String> = (0..MAX_KEPT + 200).map(|number| format!("store-{number}")).collect();
    let counts = BTreeMap::from([(Finding::Unknown, namespaces.len())]);
    let found = |namespaces: &'static [String]| {
        let finding = |namespace: &'static String| NewFinding {
            finding: "unknown",
            namespace,
            store: None,
            reason: "x",
            next: "y",
        };
        namespaces.iter().map(finding).collect::<Vec<_>>()
    };
    let all: &'static [String] = Box::leak(namespaces.into_boxed_slice());
    let claimed = reconcile::claim(&mut tx, cluster, "one", Duration::from_mins(1), None).await.unwrap();
    assert_eq!(claimed, Claimed::Yes);
    reconcile::end(&mut tx, cluster, "one", Some(&Whole { counts: &counts, found: found(all) }))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut seen = db.api.tenant(&operator).await.unwrap();
    let (found_at, kept) = findings::kept(&mut seen, cluster).await.unwrap();
    assert!(found_at.is_some() && kept.len() == MAX_KEPT, "{}", kept.len());
    assert_eq!(reconcile::findings(&mut seen, cluster).await.unwrap(), counts, "all are counted");
    let mut not_seen = db.api.tenant(&merchant).await.unwrap();
    assert!(findings::kept(&mut not_seen, cluster).await.unwrap().1.is_empty(), "no merchant's business");

    // Who has lost the claim, or has not seen all, changes nothing.
    let mut tx = db.worker.begin().await.unwrap();
    let none = BTreeMap::new();
    reconcile::end(&mut tx, cluster, "one", Some(&Whole { counts: &none, found: Vec::new() })).await.unwrap();
    reconcile::claim(&mut tx, cluster, "two", Duration::from_mins(1), None).await.unwrap();
    reconcile::end(&mut tx, cluster, "two", None).await.unwrap();
    tx.commit().await.unwrap();
    let mut seen = db.api.tenant(&operator).await.unwrap();
    assert_eq!(findings::kept(&mut seen, cluster).await.unwrap().1.len(), MAX_KEPT);

    let mut tx = db.worker.begin().await.unwrap();
    reconcile::claim(&mut tx, cluster, "three", Duration::from_mins(1), None).await.unwrap();
    let last = Whole { counts: &counts, found: found(&all[1100..1102]) };
    reconcile::end(&mut tx, cluster, "three", Some(&last)).await.unwrap();
    tx.commit().await.unwrap();
    let mut seen = db.api.tenant(&operator).await.unwrap();
    let kept = findings::kept(&mut seen, cluster).await.unwrap().1;
    assert_eq!(kept.iter().map(|f| f.namespace.as_str()).collect::<Vec<_>>(), ["store-1100", "store-1101"]);
}
