//! Merchants who ask for stores, through the use cases that the API calls.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use souk_app::idempotency::Answer;
use souk_app::once::{Answered, Once};
use souk_app::stores::{self, Accepted, ListFilter, NewStore};
use souk_app::{App, AppError, Caller, Precondition, Principal, Store};
use souk_domain::engine::Engine;
use souk_domain::id::StoreId;
use souk_domain::options::StoreOptions;
use souk_domain::page::{Sort, StoreSort};
use souk_domain::state::StoreState;

use crate::ledger::{self, Ledger};
use crate::schedule::Wish;

/// More than an account may have, so one page shows all.
const PAGE: u32 = 100;

/// Without a key: whoever asks twice here means it.
const ONCE: Once<'static> = Once { request: None, answer: &answer };

/// What a merchant reads in an answer.
fn answer(accepted: &Accepted) -> Result<Answer, AppError> {
    let accepted = ledger::Accepted { store: accepted.store.id, operation: accepted.operation.id };
    let body = serde_json::to_string(&accepted).map_err(AppError::internal)?;
    Ok(Answer { status: 202, location: String::new(), etag: String::new(), body })
}

/// One merchant.
#[derive(Debug, Clone)]
pub struct User {
    pub app: Arc<App>,
    pub principal: Principal,
    pub ledger: Arc<Ledger>,
}

impl User {
    /// Asks once. What is refused is refused; what is accepted is noted, to be looked for in the end.
    pub async fn ask(&self, wish: Wish) {
        let answer = match wish {
            Wish::Create { name, engine } => self.create(name, engine).await,
            Wish::Delete { pick } => self.delete(pick).await,
            Wish::DeleteTwice { pick } => self.delete_twice(pick).await,
            Wish::Retry { pick } => self.retry(pick).await,
            Wish::Rebuild { pick } => self.rebuild(pick).await,
        };
        if answer.is_err() {
            self.ledger.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn create(&self, name: u8, engine: Engine) -> Result<(), AppError> {
        let Ok(name) = format!("shop-{name}").parse() else { return Ok(()) };
        let options = StoreOptions::defaults(engine);
        let new = NewStore { name, title: None, engine, admin_email: None, options };
        self.note(stores::create(&self.app, &self.principal, &Caller::default(), new, &ONCE).await).map(drop)
    }

    async fn stores(&self) -> Result<Vec<Store>, AppError> {
        let (all, newest_first) = (ListFilter::default(), Sort::descending(StoreSort::CreatedAt));
        Ok(stores::list(&self.app, &self.principal, all, newest_first, None, PAGE).await?.items)
    }

    async fn delete(&self, pick: usize) -> Result<(), AppError> {
        match self.choose(pick, |store| store.state != StoreState::Deleting).await? {
            Some(store) => self.delete_one(store.id).await.map(drop),
            None => Ok(()),
        }
    }

    async fn delete_twice(&self, pick: usize) -> Result<(), AppError> {
        let Some(store) = self.choose(pick, |_| true).await? else { return Ok(()) };
        let (one, other) = tokio::join!(self.delete_one(store.id), self.delete_one(store.id));
        let (one, other) = (one?, other?);
        if one.operation != other.operation {
            self.ledger.split_delete(one.operation, other.operation);
        }
        Ok(())
    }

    /// A removal that was put aside for the operator goes on when its owner asks once more.
    pub async fn ask_again_for_removals(&self) -> Result<(), AppError> {
        let all = self.stores().await?;
        for store in all.iter().filter(|store| store.state == StoreState::Deleting) {
            self.delete_one(store.id).await?;
        }
        Ok(())
    }

    async fn delete_one(&self, store: StoreId) -> Result<ledger::Accepted, AppError> {
        let any = Precondition::any();
        self.note(stores::delete(&self.app, &self.principal, &Caller::default(), store, &any, &ONCE).await)
    }

    async fn retry(&self, pick: usize) -> Result<(), AppError> {
        let Some(store) = self.choose(pick, |store| store.state == StoreState::Failed).await? else {
            return Ok(());
        };
        let any = Precondition::any();
        let answer =
            stores::retry(&self.app, &self.principal, &Caller::default(), store.id, &any, &ONCE).await;
        self.note(answer).map(drop)
    }

    async fn rebuild(&self, pick: usize) -> Result<(), AppError> {
        let Some(store) = self.choose(pick, |store| store.data_lost).await? else { return Ok(()) };
        let (any, typed) = (Precondition::any(), store.name.as_str());
        let answer =
            stores::rebuild(&self.app, &self.principal, &Caller::default(), store.id, &any, typed, &ONCE)
                .await;
        self.note(answer).map(drop)
    }

    /// One of the user's own stores that are so, or one that is not.
    async fn choose(&self, pick: usize, wanted: impl Fn(&Store) -> bool) -> Result<Option<Store>, AppError> {
        let all = self.stores().await?;
        let fitting: Vec<_> = all.iter().filter(|store| wanted(store)).collect();
        let any: Vec<_> = if fitting.is_empty() { all.iter().collect() } else { fitting };
        Ok(pick.checked_rem(any.len()).map(|index| any[index].clone()))
    }

    fn note(&self, answer: Result<Answered, AppError>) -> Result<ledger::Accepted, AppError> {
        let accepted: ledger::Accepted =
            serde_json::from_str(&answer?.answer.body).map_err(AppError::internal)?;
        self.ledger.accept(accepted);
        Ok(accepted)
    }
}
