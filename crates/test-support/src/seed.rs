//! Rows to begin with, made the way the product makes them.

use chrono::Utc;
use souk_db::operations::{self, NewOperation};
use souk_db::stores::{self, Change, NewStore, Store};
use souk_db::users::{self, NewUser};
use souk_db::{Caller, DbError, Tx, installation};
use souk_domain::engine::Engine;
use souk_domain::entropy::Entropy;
use souk_domain::host::Slug;
use souk_domain::id::{AccountId, OperationId, StoreId, UserId};
use souk_domain::operation::OperationKind;
use souk_domain::options::StoreOptions;
use souk_domain::principal::Principal;
use souk_domain::state::Event;

use crate::{TestDatabase, addresses};

#[allow(clippy::disallowed_methods, reason = "tests read the machine's clock")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

fn entropy() -> Entropy {
    Entropy::from_system().expect("entropy")
}

/// A user with a personal account.
pub async fn user(db: &TestDatabase, name: &str) -> Principal {
    let entropy = entropy();
    let user = NewUser {
        id: UserId::generate(now(), &entropy),
        account_id: AccountId::generate(now(), &entropy),
        email: format!("{name}@example.com").parse().expect("e-mail"),
        password_hash: "no password matches this".to_owned(),
        may_be_first: true,
    };
    let mut tx = db.api.anonymous().await.expect("begin");
    let principal = users::register(&mut tx, &user, &Caller::default())
        .await
        .expect("register")
        .expect("one who may be the first");
    tx.commit().await.expect("commit");
    principal
}

/// A store in state `requested`, with its provisioning queued.
pub async fn store(db: &TestDatabase, owner: &Principal, name: &str) -> (Store, OperationId) {
    store_of(db, owner, name, Engine::Medusa).await
}

/// As [`store`], of a certain engine.
pub async fn store_of(
    db: &TestDatabase,
    owner: &Principal,
    name: &str,
    engine: Engine,
) -> (Store, OperationId) {
    let entropy = entropy();
    let mut tx = db.api.tenant(owner).await.expect("begin");
    let name = name.parse().expect("name");
    let slug = Slug::generate(&name, &entropy);
    let new = NewStore {
        id: StoreId::generate(now(), &entropy),
        account_id: owner.account_id,
        cluster_id: installation::default_cluster(&mut tx).await.expect("cluster"),
        created_by: owner.user_id,
        title: name.as_str().parse().expect("title"),
        name,
        engine,
        host: addresses::local().host(&slug),
        slug,
        admin_email: "owner@example.com".parse().expect("e-mail"),
        options: StoreOptions::defaults(engine),
    };
    stores::insert(&mut tx, &new, "test").await.expect("insert a store");
    let store = stores::get(&mut tx, new.id).await.expect("the store");
    let operation = enqueue(&mut tx, &store, owner, OperationKind::Provision).await.expect("enqueue");
    tx.commit().await.expect("commit");
    (store, operation)
}

pub async fn enqueue(
    tx: &mut Tx,
    store: &Store,
    owner: &Principal,
    kind: OperationKind,
) -> Result<OperationId, DbError> {
    let id = OperationId::generate(now(), &entropy());
    let operation = NewOperation {
        id,
        kind,
        requested_by: Some(owner.user_id),
        correlation_id: "test",
        queue_timeout: (kind == OperationKind::Provision).then(|| std::time::Duration::from_mins(2)),
    };
    operations::enqueue(tx, store, operation).await?;
    Ok(id)
}

/// Deletes the store as its owner's request would.
pub async fn delete(db: &TestDatabase, owner: &Principal, store: StoreId) -> Result<OperationId, DbError> {
    let mut tx = db.api.tenant(owner).await?;
    let mut store = stores::lock(&mut tx, store).await?;
    operations::cancel_unfinished(&mut tx, store.id).await?;
    let change = Change { operation_id: None, correlation_id: Some("test"), failure: None };
    stores::apply(&mut tx, &mut store, Event::Delete, change).await?;
    let operation = enqueue(&mut tx, &store, owner, OperationKind::Delete).await?;
    tx.commit().await?;
    Ok(operation)
}

/// Has the store brought to its plan's size as its owner's request would.
pub async fn resize(db: &TestDatabase, owner: &Principal, store: StoreId) -> Result<OperationId, DbError> {
    let mut tx = db.api.tenant(owner).await?;
    let store = stores::lock(&mut tx, store).await?;
    let operation = enqueue(&mut tx, &store, owner, OperationKind::Resize).await?;
    tx.commit().await?;
    Ok(operation)
}

/// Gives a failed store another attempt as its owner's request would.
pub async fn retry(db: &TestDatabase, owner: &Principal, store: StoreId) -> Result<OperationId, DbError> {
    let mut tx = db.api.tenant(owner).await?;
    let mut store = stores::lock(&mut tx, store).await?;
    let change = Change { operation_id: None, correlation_id: Some("test"), failure: None };
    stores::apply(&mut tx, &mut store, Event::Retry, change).await?;
    let operation = enqueue(&mut tx, &store, owner, OperationKind::Provision).await?;
    tx.commit().await?;
    Ok(operation)
}

/// Gives a store whose data is lost another attempt, as its owner's request would.
pub async fn rebuild(db: &TestDatabase, owner: &Principal, store: StoreId) -> Result<OperationId, DbError> {
    let mut tx = db.api.tenant(owner).await?;
    let mut store = stores::lock(&mut tx, store).await?;
    let change = Change { operation_id: None, correlation_id: Some("test"), failure: None };
    stores::apply(&mut tx, &mut store, Event::Rebuild, change).await?;
    let operation = enqueue(&mut tx, &store, owner, OperationKind::Provision).await?;
    tx.commit().await?;
    Ok(operation)
}

pub async fn get(db: &TestDatabase, store: StoreId) -> Store {
    let mut tx = db.worker.begin().await.expect("begin");
    stores::get(&mut tx, store).await.expect("the store")
}

pub async fn operation(db: &TestDatabase, id: OperationId) -> operations::Operation {
    let mut tx = db.worker.begin().await.expect("begin");
    operations::get(&mut tx, id).await.expect("the operation")
}
